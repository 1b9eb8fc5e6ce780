import type { ProcessRequest } from '../../../core/ports/process.ts';

/** Where a program finds the proxy on its own loopback. */
const PORT = 3128;
const PROXY = `http://127.0.0.1:${PORT}`;
/** What this machine's own names are to most clients; they would never ask the proxy for them. */
const OWN_LOOPBACK = ['localhost', '127.0.0.1', '::1'];

export interface Bridge {
  /** Path of the proxy's unix socket, as programs see it. */
  readonly socket: string;
  /** Path of the running Node, as programs see it. */
  readonly node: string;
  /** Hosts of the allow-list: those of loopback are reached through the proxy, all others of loopback are a program's own. */
  readonly hosts: readonly string[];
  /** What the program is started with, such as setpriv(1). */
  readonly launcher?: readonly string[];
}

/** Turns a request into one for a network of its own: it starts behind a server on its own loopback that hands everything on to the
 *  proxy's socket, and its environment names that. Node's fetch follows these variables since 24. */
export function throughBridge(request: ProcessRequest, { socket, node, hosts, launcher = [] }: Bridge): ProcessRequest {
  const direct = OWN_LOOPBACK.filter((name) => !hosts.includes(name)).join(',');
  const proxies = Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
      [name, PROXY],
      [name.toLowerCase(), PROXY],
    ]),
  );
  return {
    ...request,
    env: { ...request.env, ...proxies, NO_PROXY: direct, no_proxy: direct, NODE_USE_ENV_PROXY: '1' },
    command: [node, '-e', BRIDGE, '--', socket, String(PORT), ...launcher, ...request.command],
  };
}

/** Signals come to the whole process group, so the program gets its own; a program that a signal ended is reported as shells do. */
const BRIDGE = `
const { spawn } = require('node:child_process');
const net = require('node:net');
const { signals } = require('node:os').constants;
const [socket, port, program, ...args] = process.argv.slice(1);
const server = net.createServer({ allowHalfOpen: true }, (from) => {
  const to = net.connect({ path: socket, allowHalfOpen: true });
  for (const [one, other] of [[from, to], [to, from]]) one.pipe(other).on('error', () => {}), one.on('error', () => other.destroy());
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
server.listen(Number(port), '127.0.0.1', () => {
  const child = spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write('network bridge: failed to execute ' + program + ': ' + error.message + '\\n');
    process.exit(127);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + signals[signal]));
});`;
