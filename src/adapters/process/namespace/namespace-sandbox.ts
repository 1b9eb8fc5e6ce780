import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProcessRequest } from '../../../core/ports/process.ts';
import { removeTree } from '../../files/remove-tree.ts';
import {
  assembleSandbox,
  type LocalSandbox,
  makeHome,
  makeOwnFolder,
  type SandboxOptions,
  temporaryFolder,
  untrustedFolder,
} from '../assemble-sandbox.ts';
import type { Launch } from '../launch-as-user.ts';
import { withJavaHome } from '../machine-variables.ts';
import { throughBridge } from '../network/bridge.ts';
import { openNetwork } from '../network/sandbox-network.ts';
import { killUntilNone, processesOfHome, processesOfTemporary } from '../process-table.ts';
import { runSubprocess } from '../subprocess.ts';
import { describePlace } from '../tools/find-program.ts';
import { ownHomes } from '../tools/own-homes.ts';
import { untrustedEnvironment } from '../untrusted-environment.ts';
import { seatbeltProfile } from './seatbelt-profile.ts';
import { programPlaces, systemPlaces, toolPlaces } from './visible-places.ts';

const BUBBLEWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];
const ACCOUNTS = '/etc/passwd';
const SEATBELT = '/usr/bin/sandbox-exec';
const PROBE_MS = 60_000;

/** Why a machine cannot give untrusted programs a view of their own. */
export interface NoNamespace {
  readonly obstacle: string;
}

/** Makes a sandbox whose programs see the system, the tools of this user and the run's own folders, and nothing else: by
 *  bubblewrap on Linux, sandbox-exec on macOS. Needs no rights; proven by a real process before it is handed out. Returns
 *  the obstacle where the machine does not let it. */
export async function createNamespaceSandbox(options: SandboxOptions): Promise<LocalSandbox | NoNamespace> {
  const found = process.platform === 'darwin' ? [SEATBELT] : (options.programs?.bubblewrap ?? BUBBLEWRAP);
  const program = found.find((path) => existsSync(path));
  if (program === undefined)
    return { obstacle: `there is no ${process.platform === 'darwin' ? SEATBELT : 'bubblewrap (bwrap)'} here` };
  const { mustReach = [] } = options;
  const home = await makeHome(options.runDirectory, null);
  const shared = join(untrustedFolder(options.runDirectory), 'shared');
  const places: Places = {
    home,
    accounts: writeAccounts(untrustedFolder(options.runDirectory), home),
    temporary: process.platform === 'darwin' ? temporaryFolder() : join(shared, 'tmp'),
    longLived: join(shared, 'var-tmp'),
    writable: new Set([home]),
  };
  const prepare = async () => {
    for (const folder of [shared, places.temporary]) await removeTree(folder);
    mkdirSync(shared, { mode: 0o700 });
    for (const folder of [places.temporary, places.longLived]) makeOwnFolder(folder, null);
  };
  await prepare();
  if (options.network && process.platform === 'darwin') return { obstacle: 'sandbox-exec cannot give one' };
  const network = options.network && (await openNetwork({ rules: options.network, programs: mustReach, owner: null }));
  const view = process.platform === 'darwin' ? seatbelt : bubblewrap;
  const launch: Launch = (request) => {
    const way = network?.way(request);
    const bridged = way ? throughBridge(request, { ...way, node: process.execPath }) : request;
    return view(program, {
      request: bridged,
      asked: request,
      places,
      programs: mustReach,
      ...(way && { way: way.folder }),
    });
  };
  const obstacle = await probe(launch, { places, hasNetwork: network !== undefined });
  if (obstacle !== null) {
    await network?.close();
    await removeTree(untrustedFolder(options.runDirectory));
    return { obstacle };
  }
  return assembleSandbox(options, {
    isolation: 'namespace',
    note: `Agent and tests run as you, but see only the system, your tools and their own folders (${program}).${network?.note ?? ''}`,
    home,
    launch,
    prepare,
    // The kernel ends a namespace with its first process, but does not wait for the others.
    end: () => killUntilNone(() => [...processesOfHome(home), ...processesOfTemporary(places.temporary)]),
    find: (program) => describePlace(program),
    grant: async (folder) => void places.writable.add(resolve(folder)),
    async release() {
      await removeTree(places.temporary);
      await network?.close();
    },
  });
}

/** Writes the machine's list of accounts, in which this user has the run's home: Java looks there. Returns its file, null where the
 *  machine has no such list. */
function writeAccounts(folder: string, home: string): string | null {
  const uid = process.getuid?.();
  if (uid === undefined || process.platform !== 'linux' || !existsSync(ACCOUNTS)) return null;
  const accounts = readFileSync(ACCOUNTS, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const own = accounts.find((line) => line.split(':')[2] === String(uid));
  const [name = 'me', password = 'x', , gid = uid, comment = ''] = own?.split(':') ?? [];
  const file = join(folder, 'passwd');
  const others = accounts.filter((line) => line !== own);
  writeFileSync(file, `${[[name, password, uid, gid, comment, home, '/bin/sh'].join(':'), ...others].join('\n')}\n`);
  return file;
}

interface Places {
  readonly home: string;
  /** What stands for /etc/passwd; null where nothing does. */
  readonly accounts: string | null;
  /** What stands for /tmp and /var/tmp. */
  readonly temporary: string;
  readonly longLived: string;
  /** Home and granted folders. */
  readonly writable: Set<string>;
}

interface View {
  readonly request: ProcessRequest;
  readonly places: Places;
  /** The agent's: only the step that starts one of them sees its folder. */
  readonly programs: readonly string[];
  /** As it was before the network's bridge was put in front. */
  readonly asked: ProcessRequest;
  /** Folder of the network's proxy; then there is no other network. */
  readonly way?: string;
}

function bubblewrap(program: string, { request, asked, places, programs, way }: View): ProcessRequest {
  const own = process.getuid?.() === 0 ? ['--unshare-user'] : [];
  const namespaces = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--cap-drop', 'ALL'];
  const network = way === undefined ? [] : ['--unshare-net', '--ro-bind', way, way];
  const system = systemPlaces().flatMap(({ path, link }) =>
    link === null ? ['--ro-bind', path, path] : ['--symlink', link, path],
  );
  const readable = readablePlaces(asked, programs).flatMap((path) => ['--ro-bind', path, path]);
  const accounts = places.accounts === null ? [] : ['--ro-bind', places.accounts, ACCOUNTS];
  const writable = [...places.writable].filter((path) => existsSync(path)).flatMap((path) => ['--bind', path, path]);
  const shared = ['--bind', places.temporary, '/tmp', '--bind', places.longLived, '/var/tmp'];
  const devices = ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/dev/shm'];
  const life = ['--die-with-parent', '--new-session', '--chdir', request.cwd];
  const view = [
    ...own,
    ...namespaces,
    ...system,
    ...accounts,
    ...devices,
    ...shared,
    ...readable,
    ...writable,
    ...network,
    ...life,
  ];
  return {
    ...request,
    env: { ...(places.accounts === null ? withJavaHome(request.env, places.home) : request.env), TMPDIR: '/tmp' },
    command: [program, ...view, '--', ...request.command],
  };
}

/** sandbox-exec has no mounts: temporary files lie in a folder of their own, and what other users left in /tmp can be read. */
function seatbelt(program: string, { request, places, programs }: View): ProcessRequest {
  const profile = seatbeltProfile({
    homes: ownHomes(),
    readable: readablePlaces(request, programs),
    writable: [...places.writable, places.temporary],
  });
  return {
    ...request,
    env: { ...withJavaHome(request.env, places.home), TMPDIR: places.temporary },
    command: [program, '-p', profile, ...request.command],
  };
}

function readablePlaces({ env, command }: ProcessRequest, programs: readonly string[]): string[] {
  const started = programs.filter((program) => command.includes(program));
  return [...new Set([...toolPlaces(env), ...started.flatMap((program) => programPlaces(program))])];
}

const PROBE = `
const fs = require('node:fs');
const shared = JSON.parse(process.argv[1]);
for (const path of [process.env.HOME, process.env.TMPDIR]) fs.accessSync(path, fs.constants.W_OK);
console.log(Object.keys(shared).filter((path) => fs.readlinkSync(path) === shared[path]).join(' '));`;

/** Returns what stands in the way, null when a real process starts and is apart. */
async function probe(
  launch: Launch,
  { places: { home }, hasNetwork }: { places: Places; hasNetwork: boolean },
): Promise<string | null> {
  const names = ['pid', 'mnt', 'ipc', ...(hasNetwork ? ['net'] : [])];
  const namespaces = process.platform === 'linux' ? names.map((name) => `/proc/self/ns/${name}`) : [];
  const shared = JSON.stringify(Object.fromEntries(namespaces.map((path) => [path, readlinkSync(path)])));
  const command = [process.execPath, '-e', PROBE, shared] as const;
  const env = untrustedEnvironment({ home });
  const result = await runSubprocess(launch({ command, cwd: home, env, timeoutMs: PROBE_MS }));
  if (result.exitCode !== 0)
    return `it does not start: ${result.stderrTail.trim().split('\n')[0] || `exit code ${result.exitCode}`}`;
  const same = result.stdoutTail.trim();
  return same === '' ? null : `it shares ${same} with the worker`;
}
