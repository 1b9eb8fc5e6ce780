import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startLocalGitHub } from '../../src/fakes/github/server.ts';
import { listenOnLoopback } from '../../src/fakes/loopback-server.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { startCommand } from '../support/command-line.ts';

const TOKEN = 'token-of-the-network-test';

/** What a company puts between a machine and GitHub. */
describe('explain over a network of its own', () => {
  let folder: string;
  let target: URL;
  const closing: (() => Promise<unknown>)[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'network-'));
    const github = await startLocalGitHub({ tokens: [TOKEN], root: path.join(folder, 'github') });
    closing.push(
      () => github.close(),
      () => rm(folder, { recursive: true, force: true }),
    );
    await github.createRepository({ owner: 'acme', name: 'shop', files: { a: 'a' } });
    github.state.addProject({
      owner: 'acme',
      number: 1,
      title: 'Work',
      columns: ['For Implementation', 'In Progress', 'In Review'],
    });
    const config = { organization: 'acme', repository: 'shop', projectNumber: 1 };
    await writeFile(path.join(folder, 'kiro-worker.config.json'), JSON.stringify(config));
    target = new URL(github.url);
  });
  after(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const explain = (env: Record<string, string>) =>
    startCommand(['explain', '--json'], { cwd: folder, env: { GITHUB_TOKEN: TOKEN, ...env } }).result;

  /** Sends a request on to the local GitHub, which answers to its own name only. */
  const forward: http.RequestListener = (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://any');
    const headers = { ...request.headers, host: target.host };
    const onward = http.request(target, { method: request.method, path: `${pathname}${search}`, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  };

  itInRehearsal('goes through the proxy that the environment names, and not to this machine through it', async () => {
    const seen: string[] = [];
    const origin = await listenOnLoopback(http.createServer(forward));
    closing.push(() => origin.close());
    const proxy = http.createServer((request, response) => {
      seen.push(new URL(request.url ?? '', 'http://any').hostname);
      forward(request, response);
    });
    proxy.on('connect', (request, socket) => {
      seen.push((request.url ?? '').split(':')[0] ?? '');
      const onward = net.connect(Number(new URL(origin.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => end.destroy());
    });
    const { url, close } = await listenOnLoopback(proxy);
    closing.push(close);
    const through = await explain({ HTTP_PROXY: url, GITHUB_API_URL: 'http://github.invalid/api/v3' });
    expect(through.exitCode, through.stderr).to.equal(0);
    expect(JSON.parse(through.stdout)).to.have.nested.property('board.title', 'Work');
    expect(new Set(seen)).to.deep.equal(new Set(['github.invalid']));
    seen.length = 0;
    const direct = await explain({ HTTP_PROXY: url, GITHUB_API_URL: `${target.origin}/api/v3` });
    expect(direct.exitCode, direct.stderr).to.equal(0);
    expect(seen).to.deep.equal([]);
  });

  itInRehearsal("goes to AWS through that proxy as well, and shows none of the proxy's credentials", async () => {
    const seen: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    const { url, close } = await listenOnLoopback(proxy);
    closing.push(close);
    const { stdout, stderr, exitCode } = await startCommand(['release', 'list', '--env', 'test'], {
      cwd: folder,
      env: {
        // AWS's own names lead to the proxy, which lets nothing through.
        AWS_ENDPOINT_URL: undefined,
        HTTPS_PROXY: url.replace('http://', 'http://robin:s3cret-of-the-proxy@'),
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    }).result;
    expect(exitCode).to.equal(1);
    expect(new Set(seen)).to.deep.equal(new Set(['codebuild.us-east-1.amazonaws.com:443']));
    expect(stdout + stderr).to.not.include('s3cret-of-the-proxy');
  });

  itInRehearsal('trusts the certificate authority that the environment names, and no other unknown one', async () => {
    const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const make = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      ...subject,
    ];
    await promisify(execFile)('openssl', [...make, '-keyout', key, '-out', certificate]);
    const server = https.createServer({ key: await readFile(key), cert: await readFile(certificate) }, forward);
    const { url, close } = await listenOnLoopback(server);
    closing.push(close);
    const env = { GITHUB_API_URL: `${url.replace('http:', 'https:')}/api/v3` };
    for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
      const trusted = await explain({ ...env, [name]: certificate });
      expect(trusted.exitCode, trusted.stderr).to.equal(0);
    }
    const unknown = await explain(env);
    expect(unknown.exitCode).to.equal(1);
    expect(unknown.stderr).to.match(/self-signed certificate/i);
    const missing = await explain({ ...env, SSL_CERT_FILE: path.join(folder, 'none.pem') });
    expect(missing.stderr).to.include('SSL_CERT_FILE').and.to.include('CONFIG_INVALID');
  });

  itInRehearsal('says at once that nobody answers, gives up soon, and names what stands in a variable', async () => {
    const offline = await explain({ GITHUB_API_URL: 'http://127.0.0.1:9/api/v3' });
    expect(offline.exitCode).to.equal(1);
    expect(offline.stderr.match(/trying again/g)).to.have.length(2);
    expect(offline.stderr).to.include('GITHUB_FAILED');
    const wrong = await explain({ GITHUB_API_URL: 'notaurl' });
    expect(wrong.stderr).to.include('GITHUB_API_URL').and.to.include('"notaurl"').and.to.include('[CONFIG_INVALID]');
    expect(wrong.stderr).to.not.match(/^\s+at /m);
    const short = await explain({ GITHUB_TOKEN: 'short' });
    expect(short.stderr).to.include('too short').and.to.not.include('spaces');
  });
});
