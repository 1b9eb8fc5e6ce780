import { chmodSync, mkdtempSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { isSystemError } from '../../core/system-error.ts';
import { unreachableAncestor } from './chown-tree.ts';

/** The ids of nobody: for such a user only the rights of all others count. */
const ANYBODY = { uid: -1, gid: -1 };

/** Returns whether what runs here may come to need places that other users can reach: root on Linux runs untrusted
 *  programs under another user. */
export function needsOpenFolders(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Folders that may hold temporary files, the system's own setting first. */
export function temporaryParents(): string[] {
  return [tmpdir(), '/tmp', '/var/tmp'];
}

/** Makes a new folder of the worker's own that every user may enter and only the worker may list or write, in the system's
 *  temporary folder or, where that is closed, in /tmp or /var/tmp. Throws CONFIG_INVALID when none of them will do. */
export function makeOpenFolder(name: string, parents: readonly string[] = temporaryParents()): string {
  const parent = parents.find(isOpenFolder);
  if (parent === undefined) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: 'There is no folder for temporary files that every user may enter.',
      why: `Looked at: ${[...new Set(parents)].join(', ')}.`,
      remedy: 'Set TMPDIR to a folder that every user may enter, such as /tmp with its usual rights (chmod 1777 /tmp).',
    });
  }
  const folder = mkdtempSync(join(realpathSync(parent), `${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}

/** Returns whether every user may enter this folder and all above it; false when it is not there. */
export function isOpenFolder(path: string): boolean {
  try {
    return unreachableAncestor(join(realpathSync(path), 'any'), ANYBODY) === null;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Makes a tree readable for all and writable for its owner alone, whatever the umask was. It must contain no links. */
export function openTree(path: string): void {
  const found = statSync(path);
  chmodSync(path, found.isDirectory() || found.mode & 0o100 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of readdirSync(path)) openTree(join(path, name));
}
