/** Loaded before every test: no test may reach real AWS or GitHub, so dummy credentials and dead endpoints stand in
 *  until a test sets its own; requests to other hosts than this machine fail at once. */
import net from 'node:net';
import path from 'node:path';
import { ownHomes } from '../src/adapters/process/tools/own-homes.ts';
import { toolsBelow } from '../src/adapters/process/tools/tool-places.ts';

const DEAD_ENDPOINT = 'http://127.0.0.1:9';
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost', '']);

for (const name of Object.keys(process.env)) {
  if (/^(AWS_|GITHUB_|GH_|KIRO_|CODEBUILD_|GIT_)/.test(name)) delete process.env[name];
}
// Coverage is of this process alone: Node hands this variable to every child, whatever environment that is given.
delete process.env.NODE_V8_COVERAGE;
Object.assign(process.env, {
  AWS_ENDPOINT_URL: DEAD_ENDPOINT,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  GITHUB_API_URL: DEAD_ENDPOINT,
  GITHUB_GRAPHQL_URL: DEAD_ENDPOINT,
  GITHUB_SERVER_URL: DEAD_ENDPOINT,
  POWERTOOLS_DEV: 'false',
});

// As root, each sandbox goes through the tool chains below the home that the PATH leads to, which may be 100,000s of files. So it
// leads to none in `npm test`; the part `variations` and mocha by itself leave it as it is.
if (process.env.TEST_RUN_FOLDER !== undefined && process.getuid?.() === 0) {
  const tools = ownHomes().flatMap(toolsBelow);
  const isTool = (folder: string) => tools.some((tool) => `${path.resolve(folder)}/`.startsWith(`${tool}/`));
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  process.env.PATH = folders.filter((folder) => !isTool(folder)).join(path.delimiter);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
  const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
  const host = typeof first === 'object' && first !== null ? ((first as { host?: string }).host ?? '') : '';
  if (!LOOPBACK.has(host)) throw new Error(`A test tried to reach ${host}: tests may use this machine only.`);
  return (connect as (...all: unknown[]) => net.Socket).apply(this, args);
} as typeof connect;
