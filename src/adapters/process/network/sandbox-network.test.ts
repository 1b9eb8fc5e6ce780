import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../../test/left-to-rehearsal.ts';
import { expectError } from '../../../../test/support/expect-error.ts';
import { sandboxScene } from '../../../../test/support/scenes/sandbox.ts';
import type { LocalSandbox, SandboxOptions } from '../assemble-sandbox.ts';
import { createNamespaceSandbox } from '../namespace/namespace-sandbox.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const hasBubblewrap = spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-net', 'true']).status === 0;

/** Prints what a program gets at each target: by fetch (as the environment says), by CONNECT, and directly. */
const LOOK = `
const [net, http, dns] = ['net', 'http', 'dns'].map((name) => require('node:' + name));
const { urls, tunnels, direct, name } = JSON.parse(process.argv.at(-1));
const get = (url) => fetch(url).then(async (r) => r.status + ' ' + (await r.text()).slice(0, 20), () => 'refused');
const tunnel = (path) => new Promise((resolve) => {
  const asked = http.request({ host: '127.0.0.1', port: 3128, method: 'CONNECT', path });
  asked.on('connect', ({ statusCode }, socket) => { socket.destroy(); resolve(statusCode); });
  asked.on('response', ({ statusCode }) => resolve(statusCode)).on('error', ({ code }) => resolve(code)).end();
});
const connect = (target) => new Promise((resolve) => {
  const socket = net.connect(target);
  socket.on('connect', () => { socket.destroy(); resolve('connected'); }).on('error', ({ code }) => resolve(code));
});
(async () => {
  const own = http.createServer((_, response) => response.end('own')).listen(0, '127.0.0.1');
  await new Promise((resolve) => own.on('listening', resolve));
  const seen = {
    urls: await Promise.all(urls.map(get)),
    tunnels: await Promise.all(tunnels.map(tunnel)),
    direct: await Promise.all(direct.map(connect)),
    name: await new Promise((resolve) => dns.lookup(name, (error) => resolve(error ? 'unresolved' : 'resolved'))),
    own: await get('http://localhost:' + own.address().port),
  };
  console.log(JSON.stringify(seen));
  process.exit();
})();`;

describe('a restricted network', () => {
  const { create, runIn, ...scene } = sandboxScene();
  const servers: Server[] = [];
  const opened: LocalSandbox[] = [];
  afterEach(async () => {
    for (const sandbox of opened.splice(0)) await sandbox.close();
    for (const server of servers.splice(0)) server.close();
  });

  async function listen(server: Server, target: number | string = 0): Promise<number> {
    servers.push(server);
    if (typeof target === 'string') server.listen(target);
    else server.listen(target, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }
  const site = (text: string) => createServer((_, response) => void response.end(text));

  async function createInNamespace(options: Partial<SandboxOptions>): Promise<LocalSandbox> {
    const made = await createNamespaceSandbox({ runDirectory: join(scene.directory(), 'run'), ...options });
    if ('obstacle' in made) throw new Error(made.obstacle);
    opened.push(made);
    return made;
  }

  const ways = [
    ...(isRoot ? [{ name: 'a user of its own', make: create }] : []),
    ...(hasBubblewrap ? [{ name: 'a namespace', make: createInNamespace }] : []),
  ];
  for (const { name, make } of telling(1, ways)) {
    describe(`of ${name}`, () => {
      it('lets programs reach the allowed hosts by the proxy and nothing else, the agent’s step its own as well', async () => {
        const [allowed, ofAgent, closed] = [
          await listen(site('allowed')),
          await listen(site('agent')),
          await listen(site('closed')),
        ];
        const abstract = `\0kiro-${process.pid}-${closed}`;
        await listen(createSocketServer(), abstract);
        const agent = join(scene.directory(), 'agent.js');
        writeFileSync(agent, LOOK);
        const hosts = { allow: [`127.0.0.1:${allowed}`], agent: [`127.0.0.1:${ofAgent}`] };
        const sandbox = await make({ network: hosts, mustReach: [agent] });
        expect(sandbox.note).to.include(`they reach 127.0.0.1:${allowed}; the agent's step also 127.0.0.1:${ofAgent}.`);
        const ports = [allowed, ofAgent, closed];
        const asked = JSON.stringify({
          urls: [
            ...ports.map((port) => `http://127.0.0.1:${port}/`),
            'http://169.254.169.254/latest',
            'http://example.com/',
          ],
          tunnels: [...ports.map((port) => `127.0.0.1:${port}`), '169.254.169.254:80', `2130706433:${allowed}`],
          direct: [
            ...ports.map((port) => ({ host: '127.0.0.1', port })),
            { host: '169.254.169.254', port: 80 },
            { host: '8.8.8.8', port: 53 },
            { path: abstract },
          ],
          name: 'example.com',
        });
        const look = async (command: readonly [string, ...string[]]) => {
          const { exitCode, stdoutTail, stderrTail } = await runIn(sandbox, command);
          expect(exitCode, stderrTail).to.equal(0);
          return JSON.parse(stdoutTail);
        };
        const everywhere = {
          direct: ['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED', 'ENETUNREACH', 'ENETUNREACH', 'ECONNREFUSED'],
          name: 'unresolved',
          own: '200 own',
        };
        expect(await look([process.execPath, '-e', LOOK, asked])).to.deep.equal({
          ...everywhere,
          urls: ['200 allowed', ...Array(4).fill('refused')],
          tunnels: [200, 403, 403, 403, 403],
        });
        expect(await look([process.execPath, agent, asked])).to.deep.equal({
          ...everywhere,
          urls: ['200 allowed', '200 agent', ...Array(3).fill('refused')],
          tunnels: [200, 200, 403, 403, 403],
        });
      });

      itInRehearsal('passes on how a program ends, and takes it along with the sandbox', async () => {
        const sandbox = await make({ network: { allow: [], agent: [] } });
        expect(await runIn(sandbox, ['sh', '-c', 'cat; exit 7'])).to.include({ exitCode: 7, endedBy: 'exit' });
        const missing = await runIn(sandbox, ['no-such-program']);
        expect(missing).to.include({ endedBy: 'spawn-failure', exitCode: null });
        expect(missing.stderrTail).to.match(/Cannot start no-such-program/);
        const env = { PATH: '/usr/bin:/bin' };
        const request = { command: ['sh', '-c', 'sleep 600 & wait'], cwd: sandbox.home, env, timeoutMs: 1000 } as const;
        expect(await sandbox.run(request)).to.include({ endedBy: 'timeout' });
      });

      itInRehearsal('leaves no socket behind', async () => {
        const before = new Set(readdirSync('/tmp'));
        const sandbox = await make({ network: { allow: [], agent: [] } });
        const made = readdirSync('/tmp').filter((entry) => entry.startsWith('kw-net-') && !before.has(entry));
        expect(made).to.have.length.at.least(1);
        await sandbox.close();
        // Other runs of these tests may have theirs.
        expect(made.filter((entry) => !existsSync(join('/tmp', entry)))).to.have.length.at.least(1);
      });
    });
  }

  if (isRoot) {
    it('is never left out silently: without namespaces, and with isolation none, the run says so', async () => {
      const network = { allow: ['registry.example.com'], agent: [] };
      for (const options of [{ programs: { unshare: [] } }, { user: 'none' }]) {
        const { message, remedy } = await expectError(create({ network, ...options }), 'CONFIG_INVALID');
        expect(message).to.include('"network"').and.to.include('a network of their own');
        expect(remedy).to.include('remove "network"');
      }
    });
  }
});
