import { isWorkerError } from '../../core/errors.ts';
import type { Git } from './git-process.ts';
import { createIgnoreRules, readIgnoreFilesBelow } from './ignore-rules.ts';
import { isSameEntry, type Reading, type Snapshot } from './tree-entry.ts';
import { submodulesOf, type Tree, withFilesOf } from './trees.ts';
import { type Listing, listWorkTree } from './work-tree.ts';

/** A work tree that others have written to, and the commit that it is compared to. */
export interface Work {
  readonly git: Git;
  readonly privateDirectory: string;
  readonly root: string;
  readonly commit: string;
  readonly tree: Tree;
  readonly tracked: Snapshot;
  readonly reading: Reading;
  /** With more untracked files than this, one problem stands for those that are left. */
  readonly mostNew: number;
}

/** Lists a work tree by its own `.gitignore` files; those that are new are problems where git takes too long over them. */
export async function listByOwnRules(work: Work): Promise<Listing> {
  try {
    return await list(work, work.root);
  } catch (error) {
    if (!isWorkerError(error, 'GIT_FAILED')) throw error;
    const listing = await listByCommit(work);
    const slow = [...listing.entries].filter(
      ([file, entry]) => isNamed(file, '.gitignore') && !isSameEntry(entry, work.tracked.get(file)),
    );
    if (slow.length === 0) throw error;
    for (const [path] of slow) listing.problems.push({ path, problem: 'slow-patterns' });
    for (const [path] of slow) listing.entries.delete(path);
    return listing;
  }
}

/** Lists a work tree by the rules of the commit's `.gitignore` files. */
export function listByCommit(work: Work): Promise<Listing> {
  const { git, privateDirectory, commit, tree } = work;
  const paths = [...tree]
    .filter(([file, { mode }]) => mode.startsWith('100') && isNamed(file, '.gitignore'))
    .map(([file]) => file);
  return withFilesOf({ git, privateDirectory, commit, paths }, (folder) => list(work, folder));
}

/** Lists by the rules of the `.gitignore` files below a folder. */
async function list({ git, privateDirectory, tree, ...work }: Work, ignoreFilesBelow: string): Promise<Listing> {
  const read = readIgnoreFilesBelow(ignoreFilesBelow);
  const ignore = createIgnoreRules({ git, privateDirectory, read });
  const submodules = new Set(submodulesOf(tree).keys());
  try {
    return await listWorkTree({ ...work, submodules, ignore, leavesOutGenerated: true });
  } finally {
    await ignore.close();
  }
}

function isNamed(file: string, name: string): boolean {
  return file.endsWith(name) && (file.length === name.length || file.at(-name.length - 1) === '/');
}
