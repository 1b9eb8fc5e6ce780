import type { FileTree } from '../../repository/file-tree.ts';
import { isOfPackages, ownCopies } from './packages.ts';

/** Where source files may lie that reports name. */
export interface SourceTree {
  /** Absolute path of the repository's work tree. */
  readonly root: string;
  /** The same with links resolved, where that differs. */
  readonly realRoot?: string;
  /** Folder that the commands ran in, relative to the root; the root itself where it is left out. */
  readonly folder?: string;
  /** Returns whether a regular file lies there; `path` is relative to the root. */
  readonly isFile: (path: string) => boolean;
  /** All paths, and the text of each go.mod; null where there are more than are looked at. */
  readonly listing?: FileTree | null;
}

/** A source file as a report names it. */
export interface NamedSource {
  /** Path of the report, relative to the folder of the commands. */
  readonly report: string;
  readonly source: string;
  /** Folders of which one has the file. */
  readonly folders?: readonly string[] | undefined;
}

/** Folders that tools write reports into: what is above them is the package, what is below them may be its name. */
const REPORT_FOLDERS = /^(?:coverage|reports|target|build|\.nyc_output)$/;
const ABSOLUTE = /^(?:\/|[A-Za-z]:\/)/;

/** Returns what tells a source file from all others: its path in the repository, as far as that can be known; null when it is not the
 *  repository's own. Packages of one repository may name a file alike (`src/index.ts`), each seen from its own folder, which the place
 *  of its report shows; others name it from the root, or by an absolute path. */
export function sourceKey(named: NamedSource, tree?: SourceTree): string | null {
  const path = normalise(named.source);
  if (path === '') return `report ${named.report}`;
  const places = (named.folders ?? []).map((folder) => keyOf({ ...named, path: normalise(`${folder}/${path}`) }, tree));
  if (places.length === 0 || ABSOLUTE.test(path)) return keyOf({ ...named, path }, tree);
  if (places.length === 1) return places[0] ?? null;
  // Which folder it is in is known only of a file that is there.
  const there = places.find((place) => place !== null && tree?.isFile(place));
  if (there !== undefined) return there;
  return places.includes(null) ? null : keyOf({ ...named, path }, tree);
}

function keyOf({ report, path }: { report: string; path: string }, tree: SourceTree | undefined): string | null {
  const isFile = tree?.isFile ?? (() => false);
  const inFolder = (one: string) => join([tree?.folder ?? '.'], one);
  const copied = ownCopies(path)
    .flatMap((one) => [inFolder(one), one])
    .find(isFile);
  if (copied !== undefined) return copied;
  const key = ABSOLUTE.test(path) ? belowRoot(path, tree) : relativeKey({ report, path }, tree);
  return key === null || isOfPackages(key, isFile) ? null : key;
}

/** The path as it is where no root is known. */
function belowRoot(path: string, tree: SourceTree | undefined): string | null {
  if (tree === undefined) return path;
  const root = [tree.root, tree.realRoot ?? tree.root].find((one) => path.startsWith(`${one}/`));
  return root === undefined ? null : path.slice(root.length + 1);
}

function relativeKey({ report, path }: { report: string; path: string }, tree: SourceTree | undefined): string | null {
  const folders = report.split('/').slice(0, -1);
  const at = folders.findIndex((part) => REPORT_FOLDERS.test(part));
  const inside = at < 0 ? folders : folders.slice(0, at);
  const above = [...normalise(tree?.folder ?? '.').split('/'), ...inside].filter(Boolean);
  const below = at < 0 ? [] : folders.slice(at + 1);
  const usual = join(above, path);
  const candidates = [...(below.length === 0 ? [] : [join([...above, ...below], path)]), usual];
  // `src/a.js` of `packages/one` may be named from any folder above.
  for (let length = above.length - 1; length >= 0; length -= 1) candidates.push(join(above.slice(0, length), path));
  const there = tree && candidates.find(tree.isFile);
  if (there !== undefined) return there;
  const isOutside = usual.startsWith('../') || (tree !== undefined && path.startsWith('../'));
  return isOutside ? null : usual;
}

function join(folders: readonly string[], path: string): string {
  return normalise([...folders, path].join('/'));
}

/** The path with plain slashes, and without `.` and `..` where that can be told. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path
    .replace(/^file:\/\//, '')
    .replaceAll('\\', '/')
    .split('/')) {
    const last = parts.at(-1);
    if (part === '..' && last !== undefined && last !== '..' && last !== '') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}
