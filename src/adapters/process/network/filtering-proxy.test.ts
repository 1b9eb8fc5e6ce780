import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type FilteringProxyOptions, startFilteringProxy } from './filtering-proxy.ts';
import { upstreamProxy } from './upstream-proxy.ts';

describe('the proxy of restricted programs', () => {
  const site = createServer(({ url }, response) => void response.end(`site ${url}`));
  let port: number;
  let folder: string;
  let proxy: { close(): Promise<void> } | undefined;
  before(async () => {
    await once(site.listen(0, '127.0.0.1'), 'listening');
    const address = site.address();
    port = address !== null && typeof address === 'object' ? address.port : 0;
  });
  after(() => site.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  });
  afterEach(async () => {
    await proxy?.close();
    rmSync(folder, { recursive: true });
  });

  const socket = () => join(folder, 'proxy');
  async function start(
    options: Omit<FilteringProxyOptions, 'socket' | 'env'> & { env?: FilteringProxyOptions['env'] },
  ) {
    proxy = await startFilteringProxy({ ...options, socket: socket(), env: options.env ?? {} });
  }
  /** What the proxy answers to a plain request and to a tunnel. */
  async function ask(target: string): Promise<[plain: string, tunnel: number]> {
    const plain = request({ socketPath: socket(), path: `http://${target}/page`, headers: { host: target } });
    const [response] = await once(plain.end(), 'response');
    response.setEncoding('utf8');
    let text = '';
    for await (const part of response) text += part;
    const tunnel = request({ socketPath: socket(), path: target, method: 'CONNECT' });
    const answered = Promise.race([once(tunnel, 'connect'), once(tunnel, 'response')]);
    tunnel.end();
    const [{ statusCode }, stream] = await answered;
    stream?.destroy();
    return [response.statusCode === 200 ? text : `${response.statusCode} ${text}`, statusCode];
  }

  it('passes on what is allowed, and says what is not', async () => {
    await start({ allow: [`127.0.0.1:${port}`, `localhost:${port}`] });
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await ask(`${host}:${port}`)).to.deep.equal(['site /page', 200]);
    for (const target of [`127.0.0.1:${port + 1}`, '169.254.169.254:80', `[::1]:${port}`]) {
      const [plain, tunnel] = await ask(target);
      expect(plain, target).to.match(/^403 .*is not among the allowed hosts of "network"/);
      expect(tunnel, target).to.equal(403);
    }
  });

  for (const address of [
    '127.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fe80::1',
    'fd00:ec2::254',
  ])
    it(`refuses an allowed name that leads to ${address}`, async () => {
      const family = address.includes(':') ? 6 : 4;
      const good = { address: '203.0.113.7', family: 4 };
      await start({ allow: [`*.example.com:${port}`], resolve: async () => [good, { address, family }] });
      const [plain, tunnel] = await ask(`a.example.com:${port}`);
      expect(plain).to.match(/^403 .*a\.example\.com leads to/);
      expect(tunnel).to.equal(403);
    });

  it('says when an allowed name has no address', async () => {
    await start({ allow: [`a.example.com:${port}`], resolve: async () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await ask(`a.example.com:${port}`)).to.deep.equal(['502 a.example.com has no address.', 502]);
  });

  it('goes through the proxy of the machine where there is one', async () => {
    const upstream = createServer(({ url }, response) => void response.end(`upstream ${url}`));
    upstream.on('connect', (_, stream) => stream.end('HTTP/1.1 200 OK\r\n\r\n'));
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const address = upstream.address();
    const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
    const env = { HTTP_PROXY: url, HTTPS_PROXY: url };
    await start({ allow: ['a.example.com:8000'], env, resolve: async () => Promise.reject(new Error('not asked')) });
    expect(await ask('a.example.com:8000')).to.deep.equal(['upstream http://a.example.com:8000/page', 200]);
    upstream.close();
  });
});

describe('the proxy of the machine', () => {
  const URL = 'http://proxy.example:8080';
  const find = (host: string, env: Record<string, string>) => upstreamProxy(env, { host, isHttp: false });

  it('is that of the scheme, except for loopback and what NO_PROXY names', () => {
    const env = { HTTPS_PROXY: URL, NO_PROXY: 'intra.example, .corp.example,*.lab.example,10.0.0.1:80' };
    expect(find('registry.example.com', env)).to.equal(URL);
    expect(find('notintra.example', env)).to.equal(URL);
    expect(upstreamProxy(env, { host: 'registry.example.com', isHttp: true })).to.equal(null);
    for (const host of [
      'intra.example',
      'a.intra.example',
      'a.corp.example',
      'a.lab.example',
      '10.0.0.1',
      '127.0.0.1',
      'localhost',
    ])
      expect(find(host, env), host).to.equal(null);
    expect(find('registry.example.com', { ...env, no_proxy: '*' })).to.equal(null);
    expect(find('registry.example.com', {})).to.equal(null);
  });
});
