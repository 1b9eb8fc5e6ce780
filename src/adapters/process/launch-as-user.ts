import { existsSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import type { ProcessRequest, ProcessResult } from '../../core/ports/process.ts';
import { unreachableAncestor } from '../files/chown-tree.ts';
import { withJavaHome } from './machine-variables.ts';
import { programFolder } from './namespace/visible-places.ts';
import { throughBridge } from './network/bridge.ts';
import { noNetworkOfItsOwn, type SandboxNetwork } from './network/sandbox-network.ts';
import type { PlacedPrograms } from './placed-programs.ts';
import type { PrivateMounts } from './private-mounts.ts';
import { runSubprocess, type SubprocessRequest } from './subprocess.ts';
import { realOf } from './tools/own-homes.ts';
import { pathsOf, reachableEnvironment, untrustedEnvironment } from './untrusted-environment.ts';
import type { UntrustedUser } from './untrusted-user.ts';

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/sbin/setpriv'];
const PROBE_MS = 60_000;

/** Turns a request into one that starts under another user. */
export type Launch = (request: ProcessRequest) => SubprocessRequest;

export interface LaunchRequest {
  readonly user: UntrustedUser;
  readonly home: string;
  readonly mustReach: readonly string[];
  readonly hidden: readonly string[];
  /** Where the user finds the programs that it cannot reach where they lie. */
  readonly placed: PlacedPrograms;
  /** Folders of tools that private mounts open to the user, though they lie below a closed folder. */
  readonly tools: readonly string[];
  /** Null where processes share `/tmp` with all others; then `temporary` is theirs. */
  readonly mounts: PrivateMounts | null;
  readonly temporary: string;
  /** What processes may need of the shared folders beside what their environment names. */
  readonly visible: () => readonly string[];
  readonly setprivPaths?: readonly string[];
  /** Where there is one, nothing but private mounts with a network of their own will do. */
  readonly network?: SandboxNetwork;
}

export interface ProvenLaunch {
  readonly launch: Launch;
  /** As `launch`, with the machine's own shared folders. */
  readonly launchOutside: Launch;
  /** Whether `/tmp`, `/var/tmp`, `/dev/shm` and IPC objects are a process's own. */
  readonly isPrivate: boolean;
}

/** Returns how to start processes under `user`, after having proven it with a real one: right numbers, no other groups,
 *  no access to the worker or to `hidden`, `mustReach` readable; with private mounts where the machine lets root make
 *  them. Throws AGENT_SETUP_INVALID with every failed point, CONFIG_INVALID where `network` cannot be kept to. */
export async function proveLaunch(request: LaunchRequest): Promise<ProvenLaunch> {
  let problems: string[] = [];
  for (const way of waysOf(request)) {
    problems = await probe(way, request);
    if (problems.length === 0) return way;
  }
  if (request.network) throw noNetworkOfItsOwn(problems[0] ?? 'there is no unshare(1) or setpriv(1) that works');
  const barriers = [request.home, ...request.mustReach.map(request.placed.find)].map((path) =>
    unreachableAncestor(path, request.user),
  );
  for (const folder of new Set(barriers)) if (folder !== null) problems.unshift(`It may not enter ${folder}.`);
  throw new WorkerError({
    code: 'AGENT_SETUP_INVALID',
    what: `Processes cannot be kept apart under the user "${request.user.name}":`,
    problems,
    remedy: `Set ${ENV.workspaceDirectory} to a folder below one that every user may enter, and install Node and the agent where every user may read them; or set ${ENV.untrustedUser}=none to run everything as you.`,
  });
}

/** The best one first. */
function waysOf(request: LaunchRequest): ProvenLaunch[] {
  const { user, home, placed, mounts, temporary, visible, mustReach, setprivPaths, network } = request;
  const setpriv = (setprivPaths ?? SETPRIV).find((path) => existsSync(path));
  const adapt = (asked: ProcessRequest, { folder, tools }: { folder: string; tools?: readonly string[] }) => {
    const translated = placed.translate(asked);
    const reachable = reachableEnvironment(translated.env, { user, ...(tools && { tools }) });
    const env = user.accountHome === home ? reachable : withJavaHome(reachable, home);
    return { ...translated, env: { ...env, TMPDIR: folder } };
  };
  const identities = [...(setpriv ? [withSetpriv(setpriv, user)] : []), withSpawn(user)];
  const shared = identities.map((identity): ProvenLaunch => {
    const launch: Launch = (asked) => identity(adapt(asked, { folder: temporary }));
    return { launch, launchOutside: launch, isPrivate: false };
  });
  const [first] = shared;
  if (!setpriv || !mounts || !first) return network ? [] : shared;
  const launch: Launch = (asked) => {
    const way = network?.way(asked);
    const adapted = adapt(asked, { folder: '/tmp', tools: request.tools });
    const node = placed.find(process.execPath);
    // The bridge gets the worker's end, so the program gets the bridge's.
    const launcher = [setpriv, '--pdeathsig=KILL', '--'];
    const bridged = way ? throughBridge(adapted, { ...way, node, launcher }) : adapted;
    const started = withSetpriv(setpriv, user)(bridged);
    const programs = [process.execPath, ...mustReach].map(placed.find);
    const folders = [...visible(), dirname(dirname(process.execPath)), ...programs.flatMap(foldersOf)];
    const shown = [...folders, ...programs, ...pathsOf(started.env), ...(way ? [way.folder] : [])];
    return { ...started, command: mounts.wrap(started, shown) };
  };
  const own = { ...first, launch, isPrivate: true };
  return network ? [own] : [own, ...shared];
}

function foldersOf(program: string): string[] {
  return [programFolder(program), programFolder(realOf(program))];
}

/** Returns how to start processes as the worker's own user; they die with the worker where the system can do that, so
 *  that an agent whose worker was killed does not work and spend on. */
export async function tieToWorker(): Promise<Launch> {
  const setpriv = SETPRIV.find((path) => existsSync(path));
  if (!setpriv) return (request) => request;
  const tie = [setpriv, '--pdeathsig=KILL', '--'] as const;
  const trial = await runSubprocess({
    command: [...tie, 'true'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: PROBE_MS,
  });
  if (trial.exitCode !== 0) return (request) => request;
  return (request) => ({ ...request, command: [...tie, ...request.command] });
}

/** The result, with a failure of setpriv or bubblewrap to start the program reported as what it is. */
export function unwrapLauncher(result: ProcessResult): ProcessResult {
  if (result.endedBy !== 'exit' || ![1, 126, 127].includes(result.exitCode ?? 0)) return result;
  const pattern =
    result.exitCode === 1 ? /^bwrap: execvp (.*)$/m : /^(?:setpriv|network bridge): failed to execute (.*)$/m;
  const failure = pattern.exec(result.stderrTail);
  if (!failure) return result;
  return { ...result, exitCode: null, endedBy: 'spawn-failure', stderrTail: `Cannot start ${failure[1]}` };
}

/** util-linux's setpriv also closes the ways back: no new privileges, no inherited capabilities; and the process dies
 *  with the worker. */
function withSetpriv(setpriv: string, { uid, gid }: UntrustedUser): Launch {
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const rights = ['--no-new-privs', '--inh-caps=-all', '--pdeathsig=KILL'];
  return (request) => ({ ...request, command: [setpriv, ...ids, ...rights, '--', ...request.command] });
}

/** Node itself drops the groups when it changes the user. */
function withSpawn({ uid, gid }: UntrustedUser): Launch {
  return (request) => ({ ...request, identity: { uid, gid } });
}

const PROBE = `
const fs = require('node:fs');
const { worker, mustReach, hidden, shared } = JSON.parse(process.argv[1]);
const fails = (action) => { try { action(); return false; } catch { return true; } };
console.log(JSON.stringify({
  uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(),
  hidden: fails(() => fs.readFileSync('/proc/' + worker + '/environ')) && fails(() => process.kill(Number(worker), 0)),
  unreachable: mustReach.filter((path) => fails(() => fs.accessSync(path, fs.constants.R_OK))),
  exposed: hidden.filter((path) => !fails(() => fs.accessSync(path, fs.constants.R_OK))),
  notPrivate: Object.keys(shared).filter((path) => fs.readlinkSync(path) === shared[path]),
  unwritable: [process.env.HOME, process.env.TMPDIR].filter((path) => fails(() => fs.accessSync(path, fs.constants.W_OK))),
}));`;

async function probe(
  { launch, isPrivate }: ProvenLaunch,
  { user, home, placed, hidden, ...rest }: LaunchRequest,
): Promise<string[]> {
  if (isPrivate) await rest.mounts?.prepare();
  const mustReach = rest.mustReach.map(placed.find);
  const names = isPrivate ? ['mnt', 'ipc', ...(rest.network ? ['net'] : [])] : [];
  const namespaces = names.map((name) => `/proc/self/ns/${name}`);
  const shared = Object.fromEntries(namespaces.map((path) => [path, readlinkSync(path)]));
  const asked = JSON.stringify({ worker: process.pid, mustReach, hidden, shared });
  const result = unwrapLauncher(
    await runSubprocess(
      launch({
        command: [process.execPath, '-e', PROBE, asked],
        cwd: home,
        env: untrustedEnvironment({ home }),
        timeoutMs: PROBE_MS,
      }),
    ),
  );
  if (result.exitCode !== 0) return [`Node does not start under it: ${result.stderrTail.trim() || result.endedBy}`];
  const seen = JSON.parse(result.stdoutTail);
  return [
    ...(seen.uid === user.uid && seen.gid === user.gid ? [] : ['The user does not change.']),
    ...(seen.groups.every((group: number) => group === user.gid) ? [] : ['It keeps other groups.']),
    ...(seen.hidden ? [] : ['It can look into the worker.']),
    ...seen.exposed.map((path: string) => `It can read ${path}.`),
    ...seen.notPrivate.map((path: string) => `It shares ${path} with the worker.`),
    ...seen.unreachable.map((path: string) => `It cannot read ${path}.`),
    ...seen.unwritable.map((path: string) => `It cannot write to ${path}.`),
  ];
}
