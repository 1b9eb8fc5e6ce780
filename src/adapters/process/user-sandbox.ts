import { existsSync } from 'node:fs';
import { chmod, lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isSystemError } from '../../core/system-error.ts';
import { chownTree, unreachableAncestor } from '../files/chown-tree.ts';
import { removeTree } from '../files/remove-tree.ts';
import {
  assembleSandbox,
  homeFolder,
  type LocalSandbox,
  makeHome,
  makeOwnFolder,
  type SandboxOptions,
  temporaryFolder,
  untrustedFolder,
} from './assemble-sandbox.ts';
import { type Launch, proveLaunch } from './launch-as-user.ts';
import { sweepLeftovers } from './leftovers.ts';
import { noNetworkOfItsOwn, openNetwork, type SandboxNetwork } from './network/sandbox-network.ts';
import { placePrograms } from './placed-programs.ts';
import { createPrivateMounts } from './private-mounts.ts';
import { killUntilNone, processesOfUser } from './process-table.ts';
import { runSubprocess } from './subprocess.ts';
import { type ClosedHome, closedHomes, closeToWriting, openingObstacle, openToTools } from './tools/closed-homes.ts';
import { describePlace } from './tools/find-program.ts';
import { acquireUntrustedUser, type UntrustedUser } from './untrusted-user.ts';

/** CodeBuild's agent leaves the worker's whole environment in env.sh here, the address of the role's credentials with it. */
const ALWAYS_HIDDEN = ['/codebuild/output/tmp'];

/** Makes a sandbox whose programs run under a system user of their own, proven before it is handed out. Needs root on
 *  Linux. Throws CONFIG_INVALID or AGENT_SETUP_INVALID when such a user cannot be had. */
export async function createUserSandbox(options: SandboxOptions): Promise<LocalSandbox> {
  const user = await acquireUntrustedUser(options.user, homeFolder(options.runDirectory));
  let network: SandboxNetwork | undefined;
  try {
    const programs = options.mustReach ?? [];
    network = options.network && (await openNetwork({ rules: options.network, programs, owner: user }));
    return await createFor({ user, network }, options);
  } catch (error) {
    await network?.close();
    for (const made of [programsFolder(options), untrustedFolder(options.runDirectory)]) await removeTree(made);
    user.release();
    throw error;
  }
}

async function createFor(
  { user, network }: { user: UntrustedUser; network: SandboxNetwork | undefined },
  options: SandboxOptions,
): Promise<LocalSandbox> {
  const { runDirectory, mustReach = [] } = options;
  const hidden = [...ALWAYS_HIDDEN, ...(options.hide ?? [])];
  for (const path of hidden) await close(path);
  const home = await makeHome(runDirectory, user);
  const programs = programsFolder(options);
  await removeTree(programs);
  const placed = placePrograms({ folder: programs, user, programs: mustReach });
  const homes = closedHomes(user);
  const covered = homes.filter(({ isPassable }) => !isPassable);
  for (const home of homes) await closeToWriting(home);
  const tools = covered.flatMap((home) => home.tools);
  const unshare = options.programs?.unshare;
  const mounts = createPrivateMounts(join(untrustedFolder(runDirectory), 'shared'), {
    homes: covered,
    ...(unshare && { programs: unshare }),
    ...(network && { ip: findIp() }),
  });
  const temporary = temporaryFolder();
  const granted = new Set([resolve(runDirectory)]);
  const visible = () => [...granted];
  const makeTemporary = async () => {
    await removeTree(temporary);
    makeOwnFolder(temporary, user);
  };
  await makeTemporary();
  const asked = { user, home, hidden, placed, tools, mustReach, mounts, temporary, visible };
  const proven = await proveLaunch({ ...asked, ...(network && { network }) });
  const opening = proven.isPrivate ? NOTHING_OPENED : openHomes(homes, resolve(runDirectory));
  opening.repeat();
  const end = async () => {
    const strike = () => strikeAsUser(proven.launchOutside, user);
    await killUntilNone(() => processesOfUser(user.uid), strike);
    await sweepLeftovers({ uids: new Set([user.uid]), keep: visible() });
  };
  await end();
  await makeHome(runDirectory, user);
  return assembleSandbox(options, {
    isolation: 'user',
    note: `Agent and tests run as the user "${user.name}" (${user.uid}), apart from the worker${proven.isPrivate ? ', with /tmp and IPC of their own' : ''}.${opening.note}${network?.note ?? ''}`,
    home,
    launch: proven.launch,
    async prepare() {
      opening.repeat();
      await (proven.isPrivate ? mounts?.prepare() : makeTemporary());
    },
    end,
    find: (program) =>
      describePlace(program, (path) => {
        const isShown = proven.isPrivate && tools.some((tool) => path.startsWith(`${tool}/`));
        const closed = isShown ? null : unreachableAncestor(path, user);
        return closed === null ? null : `the user ${user.name} may not enter ${closed}${opening.obstacle}`;
      }),
    async grant(folder) {
      await end();
      await chownTree(folder, user);
      granted.add(resolve(folder));
    },
    async release() {
      await network?.close();
      await removeTree(programs);
      user.release();
    },
  });
}

interface Opening {
  /** Closes what has come into the homes meanwhile. */
  readonly repeat: () => void;
  /** For people: what was opened, and why something was not; empty when there is nothing to say. */
  readonly note: string;
  readonly obstacle: string;
}

const NOTHING_OPENED: Opening = { repeat: () => {}, note: '', obstacle: '' };

/** Without mounts, the only way to tools below a closed home leads through it. */
function openHomes(homes: readonly ClosedHome[], runDirectory: string): Opening {
  const judged = homes.map((home) => ({ home, obstacle: openingObstacle(home) }));
  const opened = judged.flatMap(({ home, obstacle }) => (obstacle === null ? home : []));
  const names = opened.flatMap(({ tools }) => tools);
  return {
    repeat() {
      for (const home of opened) openToTools(home, [runDirectory]);
    },
    note: names.length === 0 ? '' : ` They also reach ${names.join(', ')}; all else beside these was closed.`,
    obstacle: judged.flatMap(({ obstacle }) => (obstacle === null ? [] : ` (${obstacle})`)).join(''),
  };
}

/** Brings up the loopback of a network. */
function findIp(): string {
  const found = ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip', '/bin/ip'].find((path) => existsSync(path));
  if (found === undefined) throw noNetworkOfItsOwn('there is no ip(8) of iproute2 here');
  return found;
}

/** Where programs lie that the user cannot reach in their own place. */
function programsFolder({ runDirectory }: SandboxOptions): string {
  return join(resolve(runDirectory), 'programs');
}

async function close(path: string): Promise<void> {
  try {
    const found = await lstat(path);
    if (!found.isSymbolicLink()) await chmod(path, found.mode & 0o7700);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}

/** One signal to all of the user's processes at once, sent by the user itself; the test keeps it from ever being root's. */
function strikeAsUser(launch: Launch, { uid }: UntrustedUser) {
  const script = `[ "$(id -u)" = ${uid} ] && kill -KILL -1`;
  const env = { PATH: '/usr/bin:/bin' };
  return runSubprocess(launch({ command: ['/bin/sh', '-c', script], cwd: '/', env, timeoutMs: 60_000 }));
}
