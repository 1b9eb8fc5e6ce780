import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import { chownTree, type Owner } from './chown-tree.ts';
import { type Launch, proveLaunch, tieToWorker, unwrapSetpriv } from './launch-as-user.ts';
import { placePrograms } from './placed-programs.ts';
import { killUntilNone, processesOfHome, processesOfUser } from './process-table.ts';
import { killGroup, runSubprocess } from './subprocess.ts';
import { temporaryFolder } from './untrusted-environment.ts';
import { acquireUntrustedUser, type UntrustedUser } from './untrusted-user.ts';

/** CodeBuild's agent leaves the worker's whole environment in env.sh here, the address of the role's credentials with it. */
const ALWAYS_HIDDEN = ['/codebuild/output/tmp'];

export interface SandboxOptions {
  /** Name of a system user: then separation is required. `none`: run as you, even as root. Omitted: a user of its own as
   *  root on Linux, else as you. */
  readonly user?: string;
  /** Folder of the run; home and temporary files lie in `untrusted/` below it, placed programs in `programs/`. */
  readonly runDirectory: string;
  /** Programs that must be readable in here, such as the agent's; a closed one is placed in the run's folder. */
  readonly mustReach?: readonly string[];
  /** Files and folders that are closed to everybody but the worker before anything runs, where they exist. */
  readonly hide?: readonly string[];
  /** From SIGTERM to SIGKILL. */
  readonly graceMs?: number;
}

export interface LocalSandbox extends Sandbox {
  /** One sentence for people: as whom processes run, and why. */
  readonly note: string;
  /** Ends everything, removes home and temporary files, and lets another run have the user. */
  close(): Promise<void>;
}

/** Makes the one place where untrusted programs run. As root on Linux they get a user of their own, proven before it is
 *  handed out: never root, unless `none` was named. Elsewhere they run as you. Throws CONFIG_INVALID or
 *  AGENT_SETUP_INVALID when a user that was named, or root's own, cannot be had. */
export async function createSandbox(options: SandboxOptions): Promise<LocalSandbox> {
  if (options.user === 'none') return createOpenSandbox(options, 'as configured');
  const obstacle =
    process.platform !== 'linux' ? 'this is not Linux' : process.getuid?.() !== 0 ? 'you are not root' : null;
  if (obstacle === null) return createUserSandbox(options);
  if (options.user === undefined) return createOpenSandbox(options, obstacle);
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Agent and tests cannot run as user "${options.user}" (${ENV.untrustedUser}): ${obstacle}.`,
    remedy: `Leave ${ENV.untrustedUser} out to run them as you, or run the worker as root on Linux.`,
  });
}

async function createUserSandbox(options: SandboxOptions): Promise<LocalSandbox> {
  const user = await acquireUntrustedUser(options.user);
  try {
    const hidden = [...ALWAYS_HIDDEN, ...(options.hide ?? [])];
    for (const path of hidden) await close(path);
    const home = await makeHome(options.runDirectory, user);
    const mustReach = options.mustReach ?? [];
    const programs = programsFolder(options.runDirectory);
    await rm(programs, { recursive: true, force: true });
    const placed = placePrograms({ folder: programs, user, programs: mustReach });
    const launch = await proveLaunch({ user, home, hidden, placed, mustReach });
    const end = () =>
      killUntilNone(
        () => processesOfUser(user.uid),
        () => strikeAsUser(launch, user),
      );
    // An earlier run of this user may have been cut off: nothing of it runs any more, and home is empty.
    await end();
    await makeHome(options.runDirectory, user);
    return assemble(options, {
      isolation: 'user',
      note: `Agent and tests run as the user "${user.name}" (${user.uid}), apart from the worker.`,
      home,
      launch,
      end,
      async grant(folder) {
        await end();
        await chownTree(folder, user);
      },
      async release() {
        await rm(programs, { recursive: true, force: true });
        await user.release();
      },
    });
  } catch (error) {
    for (const made of [programsFolder(options.runDirectory), untrustedFolder(options.runDirectory)])
      await rm(made, { recursive: true, force: true });
    await user.release();
    throw error;
  }
}

/** Where programs lie that the user cannot reach in their own place. */
function programsFolder(runDirectory: string): string {
  return join(resolve(runDirectory), 'programs');
}

function untrustedFolder(runDirectory: string): string {
  return join(resolve(runDirectory), 'untrusted');
}

async function createOpenSandbox(options: SandboxOptions, why: string): Promise<LocalSandbox> {
  const home = await makeHome(options.runDirectory, null);
  return assemble(options, {
    isolation: 'none',
    note: `Agent and tests run as you on this machine (${why}).`,
    home,
    launch: await tieToWorker(),
    end: () => killUntilNone(() => processesOfHome(home)),
    grant: async () => {},
    release: async () => {},
  });
}

interface Parts extends Pick<LocalSandbox, 'isolation' | 'note' | 'home' | 'grant' | 'end'> {
  readonly launch: Launch;
  readonly release: () => Promise<void>;
}

function assemble({ graceMs }: SandboxOptions, parts: Parts): LocalSandbox {
  const { isolation, note, home, grant } = parts;
  const groups = new Set<number>();
  async function end(): Promise<void> {
    for (const pid of groups) killGroup(pid, 'SIGKILL');
    await parts.end();
  }
  return {
    isolation,
    note,
    home,
    grant,
    end,
    async run(request) {
      const started: number[] = [];
      const onStart = (pid: number) => {
        started.push(pid);
        groups.add(pid);
      };
      const result = await runSubprocess({
        ...parts.launch(request),
        ...(graceMs !== undefined && { graceMs }),
        onStart,
      });
      for (const pid of started) groups.delete(pid);
      // Runs normally follow each other: what the last one left behind must not touch what comes next.
      if (groups.size === 0) await parts.end();
      return unwrapSetpriv(result);
    },
    async close() {
      await end();
      await rm(join(home, '..'), { recursive: true, force: true });
      await parts.release();
    },
  };
}

/** Empty home and temporary folder below the run's, which other users may enter but not list. */
async function makeHome(runDirectory: string, owner: Owner | null): Promise<string> {
  const root = untrustedFolder(runDirectory);
  const home = join(root, 'home');
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  if (owner) {
    for (const folder of [resolve(runDirectory), root])
      await chmod(folder, ((await lstat(folder)).mode & 0o7777) | 0o011);
  }
  for (const folder of [home, temporaryFolder(home)]) {
    await mkdir(folder, { mode: 0o700 });
    if (owner) await chown(folder, owner.uid, owner.gid);
  }
  return home;
}

async function close(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found && !found.isSymbolicLink()) await chmod(path, found.mode & 0o7700);
}

/** One signal to all of the user's processes at once, sent by the user itself; the guard keeps it from ever being root's. */
function strikeAsUser(launch: Launch, { uid }: UntrustedUser) {
  const script = `[ "$(id -u)" = ${uid} ] && kill -KILL -1`;
  const env = { PATH: '/usr/bin:/bin' };
  return runSubprocess(launch({ command: ['/bin/sh', '-c', script], cwd: '/', env, timeoutMs: 60_000 }));
}
