/** Where source files may lie that reports name. */
export interface SourceTree {
  /** Absolute path of the folder that the commands ran in. */
  readonly root: string;
  /** Returns whether a regular file lies there; `path` is relative to the root. */
  readonly isFile: (path: string) => boolean;
}

/** Folders that tools write reports into: what is above them is the package, what is below them may be its name. */
const REPORT_FOLDERS = /^(?:coverage|reports|target|build|\.nyc_output)$/;

/** Returns what tells a source file from all others: its path below the folder of the commands, as far as that can be known.
 *  Packages of one repository may name a file alike (`src/index.ts`), each seen from its own folder, which the place of its
 *  report shows; others name it from the root, or by an absolute path. */
export function sourceKey(
  { report, source }: { report: string; source: string },
  { root, isFile }: SourceTree = NO_TREE,
): string {
  const path = normalise(source);
  if (path === '') return `report ${report}`;
  if (/^(?:\/|[A-Za-z]:\/)/.test(path)) return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const folders = report.split('/').slice(0, -1);
  const at = folders.findIndex((part) => REPORT_FOLDERS.test(part));
  const above = at < 0 ? folders : folders.slice(0, at);
  const below = at < 0 ? [] : folders.slice(at + 1);
  const usual = join(above, path);
  const candidates = [...(below.length === 0 ? [] : [join([...above, ...below], path)]), usual];
  // `src/a.js` of `packages/one` may be named from any folder above.
  for (let length = above.length - 1; length >= 0; length -= 1) candidates.push(join(above.slice(0, length), path));
  return candidates.find(isFile) ?? usual;
}

const NO_TREE: SourceTree = { root: '/nowhere', isFile: () => false };

function join(folders: readonly string[], path: string): string {
  return normalise([...folders, path].join('/'));
}

/** The path with plain slashes, and without `.` and `..` where that can be told. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    const last = parts.at(-1);
    if (part === '..' && last !== undefined && last !== '..' && last !== '') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}
