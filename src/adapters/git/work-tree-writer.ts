import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import path from 'node:path';
import { isSystemError } from '../../core/system-error.ts';
import { removeTree } from '../files/remove-tree.ts';
import { foldersAbove, type PathBytes, parentOf, pathBelow } from './path-bytes.ts';

/** Changes a tree that others have written to, by its paths. No link is followed and no existing file written to: what is
 *  there is unlinked or moved away, and files come by rename. Nothing untrusted may run meanwhile. */
export interface WorkTreeWriter {
  /** Removes whatever lies at a path, with all that is in it. */
  remove(path: PathBytes): void;
  /** Removes a folder when nothing is in it. */
  removeIfEmpty(path: PathBytes): void;
  /** Moves what lies at the same path below `from` here. */
  place(path: PathBytes, from: string): void;
  /** Moves what lies at `from` here, and makes its folders. */
  move(path: PathBytes, from: string | Buffer): void;
  /** Makes sure that a folder is there, and not a link or file in its place. */
  makeFolder(path: PathBytes): void;
  /** Frees the disk of what was removed; call it in the end. */
  finish(): Promise<void>;
}

/** `privateDirectory` must be on the file system of `root`. */
export function createWorkTreeWriter(root: string, privateDirectory: string): WorkTreeWriter {
  let trash: string | null = null;
  let count = 0;

  function remove(one: PathBytes): void {
    if (!foldersAbove(one).every((folder) => statsOf(root, folder)?.isDirectory())) return;
    const stats = statsOf(root, one);
    if (stats === null) return;
    const place = pathBelow(root, one);
    unlocking({ root, path: one, stats }, () => {
      if (!stats.isDirectory()) return unlinkSync(place);
      trash ??= mkdtempSync(path.join(privateDirectory, 'removed-'));
      renameSync(place, path.join(trash, String(count)));
      count += 1;
    });
  }

  function makeFolder(one: PathBytes): void {
    for (const folder of [...foldersAbove(one), one]) {
      const stats = statsOf(root, folder);
      if (stats?.isDirectory()) continue;
      remove(folder);
      unlocking({ root, path: folder, stats: null }, () => mkdirSync(pathBelow(root, folder)));
    }
  }

  function move(one: PathBytes, from: string | Buffer): void {
    const parent = parentOf(one);
    if (parent !== '') makeFolder(parent);
    remove(one);
    unlocking({ root, path: one, stats: null }, () => renameSync(from, pathBelow(root, one)));
  }

  return {
    remove,
    makeFolder,
    move,
    place: (one, from) => move(one, pathBelow(from, one)),
    removeIfEmpty(one) {
      try {
        unlocking({ root, path: one, stats: null }, () => rmdirSync(pathBelow(root, one)));
      } catch (error) {
        if (!isSystemError(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR')) throw error;
      }
    },
    async finish() {
      if (trash !== null) await removeTree(trash);
      trash = null;
    },
  };
}

/** Moves a folder out of the way at once, if it is there; resolves when it is removed. */
export async function takeAway(root: string, privateDirectory: string): Promise<void> {
  if (!existsSync(root)) return;
  const trash = mkdtempSync(path.join(privateDirectory, 'replaced-'));
  // A folder that is closed to its owner cannot be moved.
  chmodSync(root, 0o700);
  renameSync(root, path.join(trash, 'workspace'));
  await removeTree(trash, { isLarge: true });
}

/** Runs `change`; when its owner has closed a folder against itself, once more after that is undone. */
function unlocking(
  { root, path: one, stats }: { root: string; path: PathBytes; stats: Stats | null },
  change: () => void,
) {
  try {
    change();
  } catch (error) {
    if (!isSystemError(error, 'EACCES', 'EPERM')) throw error;
    chmodSync(pathBelow(root, parentOf(one)), 0o755);
    if (stats?.isDirectory()) chmodSync(pathBelow(root, one), 0o755);
    change();
  }
}

function statsOf(root: string, one: PathBytes): Stats | null {
  try {
    return lstatSync(pathBelow(root, one));
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return null;
    if (!isSystemError(error, 'EACCES')) throw error;
    chmodSync(pathBelow(root, parentOf(one)), 0o755);
    return lstatSync(pathBelow(root, one), { throwIfNoEntry: false }) ?? null;
  }
}
