import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isSystemError } from '../../core/system-error.ts';
import { runSubprocess } from '../process/subprocess.ts';

const SEPARATOR = 0x2f;
/** Where a file system takes milliseconds for each file that is on the disk already (ext4 with `discard`), several programs wait for it
 *  at a time. */
const SHARED_DEPTH = 3;
const EACH_TAKES = 8;
const SIDE_BY_SIDE = `find "$1" -mindepth ${SHARED_DEPTH} -maxdepth ${SHARED_DEPTH} -print0 | xargs -0 -n ${EACH_TAKES} -P 8 rm -rf --`;
const LONGEST_MS = 10 * 60_000;

/** Removes a file, a link or a tree that untrusted programs may have made: names are bytes, it may be deeper than a path may be
 *  long, and its folders may be closed to their owner. What is not there is removed already. The path of the folder around it
 *  is UTF-8. Nothing may change the tree meanwhile. `isLarge`: it may have tens of thousands of files. Throws when something stays. */
export async function removeTree(place: string | Buffer, { isLarge = false } = {}): Promise<void> {
  if (!isFolder(place)) return rm(place, { force: true });
  const bytes = Buffer.from(typeof place === 'string' ? path.resolve(place) : place);
  if (removeEmpty(bytes)) return;
  const parent = bytes.subarray(0, bytes.lastIndexOf(SEPARATOR) + 1);
  const name = nameBelow(parent, bytes);
  // rm(1) and chmod(1) go down folder by folder.
  const run = (...command: [string, ...string[]]) =>
    runSubprocess({ command, cwd: parent.toString(), env: { PATH: '/usr/bin:/bin' }, timeoutMs: LONGEST_MS });
  // What it leaves, the next one removes or tells.
  if (isLarge && countAt(SHARED_DEPTH, bytes) > EACH_TAKES) await run('sh', '-c', SIDE_BY_SIDE, 'sh', `./${name}`);
  if ((await run('rm', '-rf', '--', name)).exitCode === 0) return;
  // Folders without write permission keep their owner out as well, unless that is root.
  await run('chmod', '-R', 'u+rwX', '--', name);
  const { exitCode, stderrTail } = await run('rm', '-rf', '--', name);
  if (exitCode !== 0) throw new Error(`${bytes.toString()} could not be removed: ${stderrTail.trim()}`);
}

/** Needs no program. Why it failed is rm's to tell. */
function removeEmpty(folder: Buffer): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Counts what lies so deep, but not beyond what one program takes. A folder that cannot be listed counts as empty. */
function countAt(depth: number, folder: Buffer): number {
  let count = 0;
  for (const entry of entriesOf(folder)) {
    if (depth === 1) count += 1;
    else if (entry.isDirectory())
      count += countAt(depth - 1, Buffer.concat([folder, Buffer.of(SEPARATOR), entry.name]));
    if (count > EACH_TAKES) return count;
  }
  return count;
}

function entriesOf(folder: Buffer) {
  try {
    return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch {
    return [];
  }
}

function isFolder(place: string | Buffer): boolean {
  try {
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR')) return false;
    throw error;
  }
}

/** Name of a folder in its parent; one that is not UTF-8 gets a name of ours, since no command line can hold it. */
function nameBelow(parent: Buffer, place: Buffer): string {
  const name = place.subarray(parent.length);
  if (Buffer.from(name.toString()).equals(name)) return name.toString();
  const plain = `removed-${randomBytes(8).toString('hex')}`;
  renameSync(place, Buffer.concat([parent, Buffer.from(plain)]));
  return plain;
}
