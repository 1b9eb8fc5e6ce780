import { chmodSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { type Owner, unreachableAncestor } from '../../files/chown-tree.ts';
import { runSubprocess } from '../subprocess.ts';
import { ownHomes } from './own-homes.ts';
import { toolsBelow } from './tool-places.ts';

/** A home of the worker that others may not look into, with the tool chains that its PATH leads to. */
export interface ClosedHome {
  readonly home: string;
  /** Folders of tools below it, each of which is open but for the home itself. */
  readonly tools: readonly string[];
  /** Whether `user` may pass through it to what it knows the name of. */
  readonly isPassable: boolean;
}

/** Returns the worker's homes that are closed to `user` and hold tool chains that are in use, as AWS's images keep them below /root:
 *  a folder of the PATH lies in one of them. */
export function closedHomes(
  user: Owner,
  { homes = ownHomes(), path = process.env.PATH ?? '' }: { homes?: readonly string[]; path?: string } = {},
): ClosedHome[] {
  const folders = path.split(delimiter).map((folder) => resolve(folder));
  return homes.flatMap((home) => {
    const found = lstatSync(home, { throwIfNoEntry: false });
    if (!found?.isDirectory() || (found.mode & 0o006) !== 0 || unreachableAncestor(home, user) !== null) return [];
    const tools = toolsBelow(home).filter((tool) => barrierBelow(home, { tool, user }) === null);
    if (!tools.some((tool) => folders.some((folder) => isAtOrBelow(folder, tool)))) return [];
    return [{ home, tools, isPassable: (found.mode & 0o001) !== 0 }];
  });
}

/** Why a home stays closed: null where it lies in a container without rights, which ends with all its files. What counts is that
 *  nothing here, not even its first process, may mount anything, and that nothing of the home was mounted from elsewhere. */
export function openingObstacle({ home }: Pick<ClosedHome, 'home'>, proc = '/proc'): string | null {
  const rights = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync(join(proc, '1/status'), 'utf8'))?.[1];
  if (rights === undefined || (BigInt(`0x${rights}`) & CAP_SYS_ADMIN) !== 0n)
    return `${home} is opened only in a container without rights, and the first process of this machine may mount file systems`;
  const mounts = readFileSync(join(proc, 'self/mountinfo'), 'utf8').split('\n');
  const mounted = mounts.map((line) => unescapeMount(line.split(' ')[4] ?? '')).find((one) => isAtOrBelow(one, home));
  return mounted === undefined ? null : `${home} stays closed, since ${mounted} was mounted from elsewhere`;
}

/** Lets every user pass through a home to its tools and the folders of `keep`, and closes all else in it. To be repeated before
 *  untrusted programs start, since the worker's own programs may leave files there. Is not undone. */
export function openToTools({ home, tools }: ClosedHome, keep: readonly string[]): void {
  closeAllBut(home, [...tools, ...keep]);
}

/** Takes the right to write from all others below the tools of a home: behind the closed home nobody missed it, and the worker's own PATH
 *  leads there. Changes nothing else, since each change copies a file of a container's image. Is not undone. */
export async function closeToWriting({ tools }: Pick<ClosedHome, 'tools'>): Promise<void> {
  for (const tool of tools) {
    const { exitCode, stderrTail } = await runSubprocess({
      command: ['find', tool, '!', '-type', 'l', '-perm', '-002', '-exec', 'chmod', 'o-w', '--', '{}', '+'],
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: LONGEST_MS,
    });
    if (exitCode !== 0) throw new Error(`${tool} could not be closed to writing: ${stderrTail.trim()}`);
  }
}

const LONGEST_MS = 10 * 60_000;
/** capabilities(7): bit 21. */
const CAP_SYS_ADMIN = 1n << 21n;

/** The topmost folder between home and tool that the user may not enter, null when there is none. */
function barrierBelow(home: string, { tool, user }: { tool: string; user: Owner }): string | null {
  for (let folder = dirname(tool); folder !== home; folder = dirname(folder)) {
    const { uid, mode } = statSync(folder);
    if ((mode & (uid === user.uid ? 0o100 : 0o001)) === 0) return folder;
  }
  return null;
}

/** Entries first, so that nothing is open at any time that is not to be. */
function closeAllBut(folder: string, places: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found || found.isSymbolicLink() || places.includes(path)) continue;
    if (found.isDirectory() && places.some((place) => isAtOrBelow(place, path))) closeAllBut(path, places);
    else if ((found.mode & 0o077) !== 0) chmodSync(path, found.mode & 0o7700);
  }
  const { mode } = statSync(folder);
  if ((mode & 0o077) !== 0o001) chmodSync(folder, (mode & 0o7700) | 0o001);
}

function isAtOrBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}${sep}`);
}

/** proc(5): space, tab, line feed and backslash are written as octal numbers. */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
