import type { Git } from './git-process.ts';
import type { PathBytes } from './path-bytes.ts';

/** Values of git attributes by name: `set`, `unset`, `unspecified` or a text. */
export type Attributes = Readonly<Record<string, string>>;

const NAMES = ['text', 'crlf', 'eol', 'ident', 'working-tree-encoding', 'filter'];
const FIELDS = 3;
/** Some patterns take git time that doubles with their length. */
const TIMEOUT_MS = 60_000;

/** Filters that keep contents elsewhere or encrypted: the bytes of the workspace must not get into a commit. */
const STORING_FILTER = /^(?:lfs|git-crypt.*|crypt.*|transcrypt.*)$/i;

/** Returns the attributes of paths by the `.gitattributes` files of an index, never those of a work tree. */
export async function readAttributes(
  git: Git,
  { index, paths }: { index: string; paths: readonly PathBytes[] },
): Promise<Map<PathBytes, Attributes>> {
  if (paths.length === 0) return new Map();
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
  return new Map(
    paths.map((path, at) => {
      const own = fields.slice(at * perPath, (at + 1) * perPath);
      return [path, Object.fromEntries(NAMES.map((name, nth) => [name, own[nth * FIELDS + 2] ?? '']))];
    }),
  );
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
