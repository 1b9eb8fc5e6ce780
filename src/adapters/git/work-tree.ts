import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { FileProblem } from '../../core/repository/file-change.ts';
import { isGeneratedFile, isGeneratedFolder } from '../../core/repository/generated-folders.ts';
import { isGitFolderName } from '../../core/repository/protected-paths.ts';
import { type PathBytes, parentOf, pathBelow, textOfPath } from './path-bytes.ts';
import { type Reading, readEntry, type Snapshot, type TreeEntry } from './tree-entry.ts';

/** A folder's longest path. PATH_MAX is 4096 on Linux and 1024 on macOS, a name in the folder has up to 255 bytes, and copies
 *  lie below folders of the worker with slightly longer names. */
const MAX_FOLDER_BYTES = process.platform === 'darwin' ? 700 : 3700;
/** Yields to the event loop after this many bytes or entries. */
const BYTES_AT_A_TIME = 32 * 1024 * 1024;
const ENTRIES_AT_A_TIME = 2000;

export interface UncommittablePath {
  readonly path: PathBytes;
  readonly problem: FileProblem;
}

export interface Listing {
  readonly entries: Map<PathBytes, TreeEntry>;
  /** What is neither file nor link, and was not entered. */
  readonly problems: UncommittablePath[];
  /** Folders without tracked files, deeper ones first. */
  readonly newFolders: PathBytes[];
  /** Folders without tracked files that tools make, which are not entered; and such files. */
  readonly generated: PathBytes[];
}

/** Answers which of the paths that lie directly in one folder are ignored. Folders are asked for from the top. */
export interface IgnoreRules {
  ignored(request: {
    folder: PathBytes;
    folders: readonly PathBytes[];
    files: readonly PathBytes[];
  }): Promise<ReadonlySet<PathBytes>>;
}

export const NOTHING_IGNORED: IgnoreRules = { ignored: async () => new Set() };

export interface ListOptions {
  readonly root: string;
  /** Paths that are listed even where they are ignored. */
  readonly tracked: Snapshot;
  /** Folders of submodules: never entered. */
  readonly submodules: ReadonlySet<PathBytes>;
  readonly ignore: IgnoreRules;
  /** Lists only these paths and what lies below them. */
  readonly within?: readonly PathBytes[];
  /** Leaves out untracked folders and files that tools make. */
  readonly leavesOutGenerated?: boolean;
  /** With more untracked files than this, one problem stands for those that are left. */
  readonly mostNew?: number;
  readonly reading: Reading;
}

/** Lists a tree that others have written to. Follows no link, opens regular files only, never waits for one, and takes
 *  names as bytes. What is ignored and not tracked is not looked at. Nothing untrusted may run meanwhile. */
export async function listWorkTree(options: ListOptions): Promise<Listing> {
  const { root, tracked, submodules, ignore, reading, mostNew = Number.POSITIVE_INFINITY } = options;
  if (!lstatSync(root).isDirectory()) throw new Error(`${root} is no longer a folder.`);
  const trackedFolders = foldersOf([...tracked.keys(), ...submodules]);
  const listing: Listing = { entries: new Map(), problems: [], newFolders: [], generated: [] };
  const pending: { path: PathBytes; trackedOnly: boolean }[] = [{ path: '', trackedOnly: false }];
  let bytes = 0;
  let seen = 0;
  let isFull = false;
  let newCount = 0;
  const isOneTooMany = (path: PathBytes) => {
    newCount += 1;
    if (newCount <= mostNew) return false;
    if (!isFull) listing.problems.push({ path, problem: 'too-many' });
    isFull = true;
    return true;
  };
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const found = readFolder({ root, ...folder }, listing);
    const wanted = found.filter(({ path }) => isWanted(path, options.within));
    const { folders, files } = split(wanted, submodules);
    const trackedOnly = folder.trackedOnly || isFull;
    const newFiles = files.filter(({ path }) => !tracked.has(path)).map(({ path }) => path);
    const ignored = trackedOnly
      ? new Set([...folders.map(({ path }) => path), ...newFiles])
      : await ignore.ignored({ folder: folder.path, folders: folders.map(({ path }) => path), files: newFiles });
    const names = new Set(found.map(({ path }) => nameOf(path)));
    for (const { path } of folders) {
      const holdsTracked = trackedFolders.has(path);
      if (ignored.has(path) && !holdsTracked) continue;
      if (!holdsTracked && options.leavesOutGenerated && isGeneratedFolder(nameOf(path), names)) {
        listing.generated.push(path);
        continue;
      }
      if (!holdsTracked && isOneTooMany(path)) continue;
      if (!holdsTracked) listing.newFolders.push(path);
      pending.push({ path, trackedOnly: ignored.has(path) });
    }
    for (const { path, stats } of files) {
      if (ignored.has(path) && !tracked.has(path)) continue;
      if (!tracked.has(path) && options.leavesOutGenerated && isGeneratedFile(nameOf(path))) {
        listing.generated.push(path);
        continue;
      }
      if (!tracked.has(path) && isOneTooMany(path)) continue;
      bytes += visit({ root, path, stats }, { listing, reading });
      seen += 1;
    }
    if (bytes > BYTES_AT_A_TIME || seen > ENTRIES_AT_A_TIME) {
      await breathe();
      bytes = 0;
      seen = 0;
    }
  }
  listing.newFolders.reverse();
  return listing;
}

/** All folders that these paths lie in. */
function foldersOf(paths: readonly PathBytes[]): Set<PathBytes> {
  const folders = new Set<PathBytes>();
  for (const path of paths) {
    for (let one = parentOf(path); one !== '' && !folders.has(one); one = parentOf(one)) folders.add(one);
  }
  return folders;
}

interface Found {
  readonly path: PathBytes;
  readonly stats: Stats;
}

/** In an ignored folder nothing but tracked files counts. */
function readFolder(
  { root, path: folder, trackedOnly }: { root: string; path: PathBytes; trackedOnly: boolean },
  { problems }: Listing,
): Found[] {
  const place = pathBelow(root, folder);
  if (place.length > MAX_FOLDER_BYTES) {
    problems.push({ path: folder, problem: 'too-deep' });
    return [];
  }
  const names = unlessGone(() => readdirSync(place, { encoding: 'latin1' }));
  if (names === 'unreadable') problems.push({ path: folder, problem: 'unreadable' });
  if (names === 'gone' || names === 'unreadable') return [];
  const paths = names.map((name) => (folder === '' ? name : `${folder}/${name}`)).sort();
  return paths.flatMap((path) => {
    if (path === '.git') return [];
    if (isGitFolderName(textOfPath(path.slice(folder === '' ? 0 : folder.length + 1)))) {
      if (!trackedOnly) problems.push({ path, problem: 'nested-repository' });
      return [];
    }
    const stats = unlessGone(() => lstatSync(pathBelow(root, path)));
    if (stats === 'unreadable') problems.push({ path, problem: 'unreadable' });
    return stats === 'gone' || stats === 'unreadable' ? [] : [{ path, stats }];
  });
}

function split(found: readonly Found[], submodules: ReadonlySet<PathBytes>) {
  const folders = found.filter(({ path, stats }) => stats.isDirectory() && !submodules.has(path));
  const files = found.filter(({ stats }) => !stats.isDirectory());
  return { folders, files };
}

function nameOf(path: PathBytes): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isWanted(path: PathBytes, within: readonly PathBytes[] | undefined): boolean {
  return (
    within === undefined ||
    within.some((one) => path === one || path.startsWith(`${one}/`) || one.startsWith(`${path}/`))
  );
}

/** Adds what lies at a path to the listing; returns how many bytes that may have read. */
function visit({ root, path, stats }: Found & { root: string }, { listing, reading }: Visit): number {
  const place = pathBelow(root, path);
  const entry = unlessGone(() => readEntry({ path, place, stats }, reading));
  if (entry === null) listing.problems.push({ path, problem: 'special-file' });
  if (entry === 'unreadable') listing.problems.push({ path, problem: 'unreadable' });
  if (entry === null || entry === 'gone' || entry === 'unreadable') return 0;
  listing.entries.set(path, entry);
  return entry.sizeBytes;
}

interface Visit {
  readonly listing: Listing;
  readonly reading: Reading;
}

function unlessGone<T>(read: () => T): T | 'gone' | 'unreadable' {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone';
    if (code === 'EACCES' || code === 'EPERM') return 'unreadable';
    throw error;
  }
}
