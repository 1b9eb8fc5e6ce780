import { foldersAbove, type PathBytes } from './path-bytes.ts';
import type { TreeChange } from './tree-changes.ts';
import { isSameEntry, type Snapshot, type TreeEntry } from './tree-entry.ts';
import type { Listing } from './work-tree.ts';

/** What an install has put beside the files of a commit: it makes that again, so it gets into no commit. */
export interface InstalledPaths {
  /** Topmost folders in which nothing is tracked. */
  readonly folders: ReadonlySet<PathBytes>;
  /** Files and links by path, as far as they were looked at; null for anything else. */
  readonly entries: ReadonlyMap<PathBytes, TreeEntry | null>;
}

export const NOTHING_INSTALLED: InstalledPaths = { folders: new Set(), entries: new Map() };

/** Returns what of a listing is not tracked, and in the place of nothing tracked. */
export function installedPaths(
  { entries, problems, newFolders, generated }: Listing,
  tracked: Snapshot,
): InstalledPaths {
  const isUntracked = (path: PathBytes) => ![...foldersAbove(path), path].some((one) => tracked.has(one));
  const folders = new Set([...newFolders, ...generated].filter(isUntracked));
  const odd = problems.map(({ path }) => [path, null] as const);
  return {
    folders: new Set([...folders].filter((path) => !foldersAbove(path).some((above) => folders.has(above)))),
    entries: new Map([...odd, ...entries].filter(([path]) => isUntracked(path))),
  };
}

/** Returns the installed folder or file that a path belongs to; null for one that was not installed. */
export function installedPlaceOf(path: PathBytes, { folders, entries }: InstalledPaths): PathBytes | null {
  const folder = [...foldersAbove(path), path].find((above) => folders.has(above));
  return folder ?? (entries.has(path) ? path : null);
}

/** Returns the changes that can be somebody's work. What was installed is none; where it has changed, and where generated folders have
 *  come, one change says so. */
export function withoutGenerated(
  changes: readonly TreeChange[],
  { generated, installed, tracked }: { generated: readonly PathBytes[]; installed: InstalledPaths; tracked: Snapshot },
): TreeChange[] {
  const left = new Set(generated.filter((path) => installedPlaceOf(path, installed) === null));
  const work = changes.filter(({ path, entry }) => {
    const place = installedPlaceOf(path, installed);
    if (place === null || tracked.has(path)) return true;
    const before = installed.entries.get(path);
    if (!(entry === null ? before === null : isSameEntry(entry, before ?? undefined))) left.add(place);
    return false;
  });
  return [...work, ...[...left].sort().map((path) => ({ path, kind: 'generated' as const, entry: null }))];
}
