import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { NetworkRules } from '../../core/network.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import type { Owner } from '../files/chown-tree.ts';
import { isOpenFolder, temporaryParents } from '../files/open-folder.ts';
import { removeTree } from '../files/remove-tree.ts';
import { type Launch, unwrapLauncher } from './launch-as-user.ts';
import { killGroup, runSubprocess } from './subprocess.ts';

export interface SandboxOptions {
  /** Name of a system user: then separation is required. `none`: run as you, even as root. Omitted: a user of its own as
   *  root on Linux, else a namespace. */
  readonly user?: string;
  /** Folder of the run; home and temporary files lie in `untrusted/` below it, placed programs in `programs/`. */
  readonly runDirectory: string;
  /** Programs that must be readable in here, such as the agent's; a closed one is placed in the run's folder. */
  readonly mustReach?: readonly string[];
  /** Files and folders that are closed to everybody but the worker before anything runs, where they exist. */
  readonly hide?: readonly string[];
  /** Restricts what programs reach over the network; omitted: nothing does. */
  readonly network?: NetworkRules;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs?: number;
  /** Where programs of the system lie; by default where distributions put them. */
  readonly programs?: { readonly unshare?: readonly string[]; readonly bubblewrap?: readonly string[] };
}

export interface LocalSandbox extends Sandbox {
  /** One sentence for people: as whom processes run, and why. */
  readonly note: string;
  /** Ends everything, removes home and temporary files, and lets another run have the user. */
  close(): Promise<void>;
}

export interface SandboxParts extends Pick<LocalSandbox, 'isolation' | 'note' | 'home' | 'grant' | 'end' | 'find'> {
  readonly launch: Launch;
  /** Empties the folders for temporary files. */
  readonly prepare: () => Promise<void>;
  readonly release: () => Promise<void>;
}

/** Makes a sandbox of its parts: each program starts with empty temporary folders, and when none runs any more, nothing of
 *  them is alive. */
export function assembleSandbox({ graceMs, runDirectory }: SandboxOptions, parts: SandboxParts): LocalSandbox {
  const { isolation, note, home, grant, find } = parts;
  const groups = new Set<number>();
  let running = 0;
  let ready: Promise<void> = Promise.resolve();
  let clean: Promise<void> = Promise.resolve();
  async function end(): Promise<void> {
    for (const pid of groups) killGroup(pid, 'SIGKILL');
    await parts.end();
  }
  return {
    isolation,
    note,
    home,
    grant,
    find,
    end,
    async run(request) {
      // Runs normally follow each other: what the last one left behind must not touch what comes next.
      running += 1;
      if (running === 1) ready = clean.catch(() => {}).then(parts.prepare);
      const started: number[] = [];
      const onStart = (pid: number) => {
        started.push(pid);
        groups.add(pid);
      };
      try {
        await ready;
        const launched = parts.launch(request);
        const result = await runSubprocess({ ...launched, ...(graceMs !== undefined && { graceMs }), onStart });
        return unwrapLauncher(result);
      } finally {
        running -= 1;
        for (const pid of started) groups.delete(pid);
        if (running === 0) {
          clean = parts.end();
          await clean;
        }
      }
    },
    async close() {
      await end();
      await removeTree(untrustedFolder(runDirectory));
      await parts.release();
    },
  };
}

/** Where home and temporary files of a run lie. */
export function untrustedFolder(runDirectory: string): string {
  return join(resolve(runDirectory), 'untrusted');
}

/** Home of a run's untrusted programs. */
export function homeFolder(runDirectory: string): string {
  return join(untrustedFolder(runDirectory), 'home');
}

/** Makes an empty home below the run's folder, which other users may enter but not list, and returns its path. */
export async function makeHome(runDirectory: string, owner: Owner | null): Promise<string> {
  const root = untrustedFolder(runDirectory);
  const home = homeFolder(runDirectory);
  await removeTree(root);
  await mkdir(root, { recursive: true });
  if (owner) {
    for (const folder of [resolve(runDirectory), root])
      chmodSync(folder, ((await lstat(folder)).mode & 0o7777) | 0o011);
  }
  makeOwnFolder(home, owner);
  return home;
}

/** Makes a folder that only its owner may enter. */
export function makeOwnFolder(folder: string, owner: Owner | null): void {
  mkdirSync(folder, { mode: 0o700 });
  if (owner) chownSync(folder, owner.uid, owner.gid);
}

/** Returns a new path for temporary files where `/tmp` is not the run's own: short, since a socket's path below it may have 107 bytes
 *  (103 on macOS). */
export function temporaryFolder(): string {
  const parents = temporaryParents().sort((one, other) => one.length - other.length);
  const parent = parents.find(isOpenFolder) ?? '/tmp';
  return join(parent, `kw-${randomBytes(6).toString('hex')}`);
}
