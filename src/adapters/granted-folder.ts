import { lchownSync, lstatSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { WorkerError } from '../core/errors.ts';
import { ENV } from '../core/names.ts';

/** Numbers of the user and group that get a folder. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives a folder tree to a user, links themselves and never what they point to. Files with several names (hard links)
 *  that another user owns stay as they are: one of the names may lie outside. Nothing may run under the user meanwhile.
 *  Throws CONFIG_INVALID when the user could not get to the folder. */
export async function giveFolder(folder: string, owner: Owner): Promise<void> {
  const root = resolve(folder);
  const barrier = unreachableAncestor(root, owner);
  if (barrier !== null) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: `What runs untrusted cannot reach ${root}.`,
      why: `Other users may not enter ${barrier}.`,
      remedy: `Set ${ENV.workspaceDirectory} to a folder below one that every user may enter, such as /var/tmp/kiro-run.`,
    });
  }
  if (!lstatSync(root).isDirectory()) throw new Error(`${root} is not a folder.`);
  await giveTree(root, owner);
}

/** Returns the topmost folder above `path` that the user may not enter, null when the way is free. */
export function unreachableAncestor(path: string, owner: Owner): string | null {
  const above = dirname(path);
  const higher = above === path ? null : unreachableAncestor(above, owner);
  if (higher !== null || above === path) return higher;
  const found = statSync(above, { throwIfNoEntry: false });
  if (!found) return null;
  const needed = found.uid === owner.uid ? 0o100 : found.gid === owner.gid ? 0o010 : 0o001;
  return found.mode & needed ? null : above;
}

async function giveTree(folder: string, owner: Owner): Promise<void> {
  lchownSync(folder, owner.uid, owner.gid);
  const folders: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) folders.push(path);
    else if (entry.isSymbolicLink() || lstatSync(path).nlink === 1) lchownSync(path, owner.uid, owner.gid);
  }
  for (const path of folders) await giveTree(path, owner);
}
