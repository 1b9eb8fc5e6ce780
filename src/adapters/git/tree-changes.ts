import { closeSync, fstatSync, lstatSync, readFileSync } from 'node:fs';
import { type FileChange, leavesRepository } from '../../core/repository/file-change.ts';
import { foldersAbove, type PathBytes, pathBelow, textOfPath } from './path-bytes.ts';
import { isSameEntry, openRegular, type Snapshot, type TreeEntry } from './tree-entry.ts';
import { isSameLine, type Tree } from './trees.ts';
import type { Listing } from './work-tree.ts';

const MAX_HEAD_BYTES = 1024;

export interface TreeChange {
  readonly path: PathBytes;
  readonly kind: FileChange['kind'];
  /** What lies there now; null where nothing does. */
  readonly entry: TreeEntry | null;
}

/** What differs between a snapshot and a listing, by path; what cannot be committed has the kind of its problem. */
export function compareTrees(snapshot: Snapshot, { entries, problems }: Listing): TreeChange[] {
  const odd = new Map(problems.map(({ path, problem }) => [path, problem]));
  const gone = [...snapshot.keys()].filter((path) => !entries.has(path) && !odd.has(path));
  const changed = [...entries].filter(([path, entry]) => !isSameEntry(entry, snapshot.get(path)));
  return [
    ...problems.map(({ path, problem }) => ({ path, kind: problem, entry: null })),
    ...gone.map((path) => ({ path, kind: 'deleted' as const, entry: null })),
    ...changed.map(([path, entry]) => ({ path, kind: kindOf({ path, entry, isNew: !snapshot.has(path) }), entry })),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function kindOf({ path, entry, isNew }: { path: PathBytes; entry: TreeEntry; isNew: boolean }): FileChange['kind'] {
  if (entry.hash === '') return 'too-large';
  if (entry.hasOtherNames) return 'hard-link';
  const target = entry.linkTarget === null ? null : textOfPath(entry.linkTarget);
  if (target !== null && leavesRepository({ path: textOfPath(path), target })) return 'link-outside';
  return isNew ? 'added' : 'modified';
}

/** What differs between the trees of two commits, by path. */
export function compareLines(before: Tree, after: Tree): TreeChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path): TreeChange[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (isSameLine(old, now)) return [];
    return [{ path, kind: old === undefined ? 'added' : now === undefined ? 'deleted' : 'modified', entry: null }];
  });
}

/** What was done to the folders of submodules: their commits stay as they are in any case. `changed` are those whose files are not what
 *  they were. */
export function compareSubmodules(
  root: string,
  { submodules, listing, changed }: { submodules: Tree; listing: Listing; changed: ReadonlySet<PathBytes> },
): TreeChange[] {
  return [...submodules].flatMap(([path, { id }]): TreeChange[] => {
    const entry = listing.entries.get(path) ?? null;
    if (entry !== null) return [{ path, kind: 'submodule', entry: null }];
    const isReachable = !foldersAbove(path).some((folder) => listing.entries.has(folder));
    const isAsBefore = !changed.has(path) && isReachable && isFolder(root, path) && hasHead(root, { path, id });
    return isAsBefore ? [] : [{ path, kind: 'submodule-kept', entry: null }];
  });
}

function isFolder(root: string, path: PathBytes): boolean {
  return lstatSync(pathBelow(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Returns whether a submodule's folder is not a repository, or one whose HEAD is the commit `id`. */
function hasHead(root: string, { path, id }: { path: PathBytes; id: string }): boolean {
  if (!isFolder(root, `${path}/.git`)) return true;
  const place = pathBelow(root, `${path}/.git/HEAD`);
  if (lstatSync(place, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const file = openRegular(place);
  try {
    return fstatSync(file).size <= MAX_HEAD_BYTES && readFileSync(file, 'latin1').trim() === id;
  } finally {
    closeSync(file);
  }
}

/** Whether a file came or got other contents. */
export function isFile({ kind }: TreeChange): boolean {
  return kind === 'added' || kind === 'modified';
}

/** Returns the change as others know it: a nested repository goes by the name of its folder. */
export function toFileChange({ path: file, kind }: TreeChange): FileChange {
  const named = kind === 'nested-repository' && file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : file;
  return { path: textOfPath(named), kind };
}
