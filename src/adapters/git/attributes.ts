import type { Git } from './git-process.ts';
import type { PathBytes } from './path-bytes.ts';
import type { Tree } from './trees.ts';

/** Values of git attributes by name: `set`, `unset`, `unspecified` or a text. */
export type Attributes = Readonly<Record<string, string>>;

const NAMES = ['text', 'crlf', 'eol', 'ident', 'working-tree-encoding', 'filter'];
const FIELDS = 3;
/** Answers about so many paths take some megabytes. */
const PATHS_AT_A_TIME = 5000;
/** Some patterns take git time that doubles with their length. */
const TIMEOUT_MS = 60_000;

/** Filters that keep contents elsewhere or encrypted: the bytes of the workspace must not get into a commit. */
const STORING_FILTER = /^(?:lfs|git-crypt.*|crypt.*|transcrypt.*)$/i;

/** Returns the attributes of paths by the `.gitattributes` files of an index, never those of a work tree. */
export async function readAttributes(
  git: Git,
  { index, paths }: { index: string; paths: readonly PathBytes[] },
): Promise<Map<PathBytes, Attributes>> {
  const found = new Map<PathBytes, Attributes>();
  for (let from = 0; from < paths.length; from += PATHS_AT_A_TIME) {
    const some = paths.slice(from, from + PATHS_AT_A_TIME);
    for (const [path, own] of await readSome(git, { index, paths: some })) found.set(path, own);
  }
  return found;
}

async function readSome(
  git: Git,
  { index, paths }: { index: string; paths: readonly PathBytes[] },
): Promise<[PathBytes, Attributes][]> {
  const input = Buffer.from(paths.map((path) => `./${path}\0`).join(''), 'latin1');
  const answer = await git.must(['check-attr', '--cached', '--stdin', '-z', ...NAMES], {
    index,
    input,
    timeoutMs: TIMEOUT_MS,
  });
  // A value may be empty.
  const fields = answer.stdout.toString('latin1').split('\0').slice(0, -1);
  const perPath = NAMES.length * FIELDS;
  if (fields.length !== paths.length * perPath) throw new Error('git check-attr did not answer for every path.');
  return paths.map((path, at) => {
    const own = fields.slice(at * perPath, (at + 1) * perPath);
    return [path, Object.fromEntries(NAMES.map((name, nth) => [name, own[nth * FIELDS + 2] ?? '']))];
  });
}

/** Files of a commit whose bytes in a work tree, or contents, are not those of their objects. */
export interface FilteredPaths {
  /** Line ends, encoding or keywords are another. */
  readonly converted: ReadonlySet<PathBytes>;
  /** Kept by Git LFS. */
  readonly lfs: readonly PathBytes[];
  /** Kept encrypted. */
  readonly encrypted: readonly PathBytes[];
}

export const NOT_FILTERED: FilteredPaths = { converted: new Set(), lfs: [], encrypted: [] };

/** Returns what the attributes of an index say about the files of its tree. */
export async function filteredPaths(git: Git, { tree, index }: { tree: Tree; index: string }): Promise<FilteredPaths> {
  if (![...tree.keys()].some((file) => `/${file}`.endsWith('/.gitattributes'))) return NOT_FILTERED;
  const converted = new Set<PathBytes>();
  const lfs: PathBytes[] = [];
  const encrypted: PathBytes[] = [];
  const files = [...tree].filter(([, { mode }]) => mode.startsWith('100')).map(([file]) => file);
  for (let from = 0; from < files.length; from += PATHS_AT_A_TIME) {
    const some = await readSome(git, { index, paths: files.slice(from, from + PATHS_AT_A_TIME) });
    for (const [file, own] of some) {
      if (isConverted(own)) converted.add(file);
      if (isStoredByFilter(own)) (own.filter?.toLowerCase() === 'lfs' ? lfs : encrypted).push(file);
    }
  }
  return { converted, lfs, encrypted };
}

/** Git's own line end is LF wherever the worker runs, so that `text` alone changes nothing in a check-out. */
function isConverted({ eol, ident, 'working-tree-encoding': encoding = 'unspecified' }: Attributes): boolean {
  return eol === 'crlf' || ident === 'set' || !['unspecified', 'unset'].includes(encoding);
}

/** Returns whether a filter keeps such a file elsewhere or encrypted (Git LFS, git-crypt). */
export function isStoredByFilter({ filter = '' }: Attributes): boolean {
  return STORING_FILTER.test(filter);
}

/** Returns git's built-in conversions for these attributes as a line of `.gitattributes` has them; filters are not among them. */
export function conversionsOf(attributes: Attributes, { lineEndings = true }: { lineEndings?: boolean } = {}): string {
  const { text = '', crlf = '', eol = '', ident = '' } = attributes;
  const encoding = encodingOf(attributes);
  return [
    ...(lineEndings ? [spell('text', text), spell('crlf', crlf), spell('eol', eol)] : ['-text']),
    ident === 'set' ? 'ident' : '',
    encoding === null ? '' : `working-tree-encoding=${encoding}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Returns whether git would write a file's lines in another way than they are. */
export function convertsLineEndings({ text = '', crlf = '', eol = '' }: Attributes): boolean {
  if (text === 'unset') return false;
  return [text, crlf, eol].some((value) => value !== 'unspecified' && value !== 'unset');
}

/** Encoding of such files in a work tree, null for UTF-8 and where it does not matter. */
export function encodingOf({ 'working-tree-encoding': encoding = '' }: Attributes): string | null {
  if (['set', 'unset', 'unspecified'].includes(encoding)) return null;
  return /^[A-Za-z0-9_:.-]+$/.test(encoding) ? encoding : null;
}

function spell(name: string, value: string): string {
  if (value === 'set') return name;
  if (value === 'unset') return `-${name}`;
  return ['auto', 'input', 'lf', 'crlf'].includes(value) ? `${name}=${value}` : '';
}
