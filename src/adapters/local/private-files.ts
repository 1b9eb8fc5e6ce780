import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSystemError } from '../../core/system-error.ts';

/** Makes a folder that only its owner may enter, and those above it that are missing. One that is there stays as it is. */
export function makePrivateFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  // Node's own `recursive` never ends where a file system answers ENOENT below a folder that is there, as /proc does.
  if (parent !== folder) makePrivateFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if (!isSystemError(error, 'EEXIST') || !isFolder(folder)) throw error;
  }
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Makes an empty file, in a private folder, that only its owner may read. One that is there stays as it is. */
export function makePrivateFile(file: string): void {
  makePrivateFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
}
