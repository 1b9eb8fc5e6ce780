import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { WorkerError } from '../../core/errors.ts';
import { isSystemError } from '../../core/system-error.ts';
import { removeTree } from '../files/remove-tree.ts';
import { runSubprocess } from './subprocess.ts';

/** Where every user may leave files; /dev/mqueue holds POSIX message queues. */
const SHARED_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run/lock'];

export interface Sweep {
  readonly uids: ReadonlySet<number>;
  /** Folders that stay as they are, such as the run's own. */
  readonly keep: readonly string[];
  readonly folders?: readonly string[];
}

/** Removes what users left in the folders that all users share, and their System V IPC objects. Nothing may run under the
 *  users meanwhile; needs root. Throws PROCESS_NOT_ENDED for an IPC object that stays. */
export async function sweepLeftovers({ uids, keep, folders = sharedFolders() }: Sweep): Promise<void> {
  const found: Buffer[] = [];
  const kept = keep.filter((path) => existsSync(path)).map((path) => Buffer.from(`${realpathSync(path)}/`));
  for (const folder of folders) {
    visit(Buffer.from(folder), (path, stats) => {
      const below = Buffer.concat([path, SEPARATOR]);
      if (kept.some((one) => below.equals(one))) return 'skip';
      if (!uids.has(stats.uid)) return 'enter';
      if (kept.some((one) => one.subarray(0, below.length).equals(below))) return 'enter';
      found.push(path);
      return 'skip';
    });
  }
  for (const path of found) await removeTree(path);
  await removeIpcObjects(uids);
}

/** Returns the users that own something in the folders that all users share. */
export function ownersOfLeftovers(): Set<number> {
  const owners = new Set<number>();
  for (const folder of sharedFolders()) {
    visit(Buffer.from(folder), (_, { uid }) => {
      owners.add(uid);
      return 'enter';
    });
  }
  return owners;
}

const SEPARATOR = Buffer.from('/');

function sharedFolders(): string[] {
  const there = [...SHARED_FOLDERS, tmpdir()].filter((path) => lookAt(Buffer.from(path)) !== null);
  return [...new Set(there.map((path) => realpathSync(path)))];
}

type Visitor = (path: Buffer, stats: Stats) => 'enter' | 'skip';

/** Visits what lies below a folder, on its file system, in folders that every user may write to and in those of the worker's
 *  runs, which others may enter but not list. What stands elsewhere came from somebody with rights of their own. */
function visit(folder: Buffer, visitor: Visitor): void {
  const device = lookAt(folder)?.dev;
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const name of list(next)) {
      const path = Buffer.concat([next, SEPARATOR, name]);
      const stats = lookAt(path);
      if (stats === null || stats.dev !== device || visitor(path, stats) === 'skip') continue;
      if (stats.isDirectory() && (isShared(stats) || stats.uid !== OWN_UID)) pending.push(path);
    }
  }
}

const OWN_UID = process.getuid?.();

/** Writable for everybody, or to be entered only by who knows a name in it. */
function isShared({ mode }: Stats): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o001) !== 0 && (mode & 0o004) === 0);
}

function list(folder: Buffer): Buffer[] {
  try {
    return readdirSync(folder, { encoding: 'buffer' });
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return [];
    throw error;
  }
}

/** Null when it is gone meanwhile, or lies deeper than any shared folder does. */
function lookAt(path: Buffer): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return null;
    throw error;
  }
}

/** The group `nogroup`, which owns nothing. */
const NO_GROUP = 65_534;

/** Table below /proc/sysvipc, its column of the object's number, ipcrm(1)'s option. */
const IPC_KINDS = [
  ['shm', 'shmid', '-m'],
  ['msg', 'msqid', '-q'],
  ['sem', 'semid', '-s'],
] as const;

/** ipcrm(1) options for each System V IPC object that one of the users owns or made. */
function ipcObjects(uids: ReadonlySet<number>): string[] {
  return IPC_KINDS.flatMap(([kind, number, option]) => {
    const [head = [], ...rows] = readTable(`/proc/sysvipc/${kind}`);
    const field = (row: string[], name: string) => row[head.indexOf(name)] ?? '';
    const isTheirs = (row: string[]) => ['uid', 'cuid'].some((name) => uids.has(Number(field(row, name))));
    return rows.filter(isTheirs).flatMap((row) => [option, field(row, number)]);
  });
}

/** As the user that owns them: root itself may not in a container without CAP_SYS_ADMIN. */
async function removeIpcObjects(uids: ReadonlySet<number>): Promise<void> {
  const request = { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 60_000 };
  let said = '';
  for (const uid of uids) {
    const objects = ipcObjects(new Set([uid]));
    if (objects.length === 0) continue;
    const identity = { uid, gid: NO_GROUP };
    const { stderrTail } = await runSubprocess({ ...request, identity, command: ['ipcrm', ...objects] });
    said += stderrTail;
  }
  const left = ipcObjects(uids);
  if (left.length === 0) return;
  throw new WorkerError({
    code: 'PROCESS_NOT_ENDED',
    what: `Shared memory, message queues or semaphores of untrusted programs cannot be removed: ${left.join(' ')}.`,
    why: said.trim(),
    remedy: 'Remove them by hand (ipcs, ipcrm) before another build runs on this machine.',
  });
}

function readTable(file: string): string[][] {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/));
  } catch (error) {
    // A kernel without System V IPC.
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}
