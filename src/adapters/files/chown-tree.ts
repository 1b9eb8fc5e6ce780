import { lchownSync, lstatSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import { isSystemError } from '../../core/system-error.ts';
import { runSubprocess } from '../process/subprocess.ts';

/** Numbers of the user and group that get a folder. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives a folder tree to a user, links themselves and never what they point to. Names are bytes, and the tree may be
 *  deeper than a path may be long. Files with several names (hard links) that another user owns stay as they are: one of
 *  the names may lie outside. Nothing may run under the user meanwhile. Throws CONFIG_INVALID when the user could not get
 *  to the folder. */
export async function chownTree(folder: string, owner: Owner): Promise<void> {
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
  try {
    await giveTree(Buffer.from(root), owner);
  } catch (error) {
    if (!isSystemError(error, 'ENAMETOOLONG')) throw error;
    await giveDeepTree(root, owner);
  }
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

const SEPARATOR = Buffer.from('/');
/** A change of owner takes these bits away. */
const SET_ID = 0o6000;

async function giveTree(folder: Buffer, owner: Owner): Promise<void> {
  lchownSync(folder, owner.uid, owner.gid);
  const folders: Buffer[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([folder, SEPARATOR, entry.name]);
    if (entry.isDirectory()) folders.push(path);
    else {
      const stats = lstatSync(path);
      const isGiven = stats.uid === owner.uid && stats.gid === owner.gid && (stats.mode & SET_ID) === 0;
      if (!isGiven && (stats.isSymbolicLink() || stats.nlink === 1)) lchownSync(path, owner.uid, owner.gid);
    }
  }
  for (const path of folders) await giveTree(path, owner);
}

/** find(1) goes down folder by folder, so that no path is ever too long. It starts one process per folder, hence only here. */
async function giveDeepTree(root: string, { uid, gid }: Owner): Promise<void> {
  const what = ['(', '-type', 'd', '-o', '-type', 'l', '-o', '-links', '1', ')'];
  const { exitCode, stderrTail, endedBy } = await runSubprocess({
    command: ['find', root, ...what, '-execdir', 'chown', '-h', `${uid}:${gid}`, '{}', '+'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 10 * 60_000,
  });
  if (exitCode === 0) return;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Folders in ${root} lie too deep to be given to the user that runs untrusted programs.`,
    why: stderrTail.trim() || endedBy,
    remedy: 'Remove the deepest folders from the branch.',
  });
}
