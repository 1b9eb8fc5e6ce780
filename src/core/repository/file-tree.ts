/** As many paths of a repository are looked at. */
export const MOST_PATHS = 20_000;

/** What detection sees of a branch: names, and the text of manifests. */
export interface FileTree {
  /** Paths of regular files, shallow ones first, as many as are looked at; relative to the folder that was looked into. */
  readonly paths: readonly string[];
  /** By path: the text of wanted files, whole or from its start. */
  readonly texts: Readonly<Record<string, string>>;
}

/** How much of a file's text is wanted. */
export type WantedText = 'whole' | 'start' | 'none';

/** A folder of a tree; paths are relative to it. */
export interface Folder {
  /** Relative to the tree; `.` is the tree itself. */
  readonly path: string;
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** Empty for a file that is not there, or not wanted. */
  text(path: string): string;
  folder(path: string): Folder;
  /** The first of these files that is there. */
  first(paths: readonly string[]): string | undefined;
}

/** Returns a folder of the tree, the tree itself for `.`. */
export function openFolder(tree: FileTree, path = '.'): Folder {
  const prefix = path === '.' ? '' : `${path}/`;
  const paths = tree.paths.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const known = new Set(paths);
  return {
    path,
    paths,
    has: (one) => known.has(one),
    text: (one) => (Object.hasOwn(tree.texts, prefix + one) ? (tree.texts[prefix + one] ?? '') : ''),
    folder: (one) => openFolder(tree, one === '.' ? path : pathIn(path, one)),
    first: (candidates) => candidates.find((one) => known.has(one)),
  };
}

/** Returns the tree with all of a folder, which may lie deeper than the tree goes. */
export function withFolder(tree: FileTree, { folder, inside }: { folder: string; inside: FileTree }): FileTree {
  const below = (path: string) => pathIn(folder, path);
  const texts = Object.entries(inside.texts).map(([path, text]) => [below(path), text] as const);
  return {
    paths: [...new Set([...tree.paths, ...inside.paths.map(below)])],
    texts: { ...tree.texts, ...Object.fromEntries(texts) },
  };
}

/** Returns a path of a folder as one of what the folder is in; `.` is the whole. */
export function pathIn(folder: string, path: string): string {
  return folder === '.' ? path : `${folder}/${path}`;
}
