/** A test as a source file declares it. */
export interface DeclaredTest {
  readonly path: string;
  /** Titles of the suites around it, then its own. */
  readonly names: readonly string[];
}

/** Returns the indices of the reported tests that a declared one stands for. Reports write suites, classes and parameters around a name
 *  in many ways, so what counts is that the report has the own name whole, and the names around it or the file where others bear the same. */
export function matchReported(test: DeclaredTest, reported: ReadonlyArray<{ readonly name: string }>): number[] {
  const [own = '', ...around] = [...test.names].reverse().map(plain);
  if (own === '') return [];
  const bearing = reported.flatMap(({ name }, index) => (bears(plain(name), own) ? [index] : []));
  const places = [...around, ...fileWords(test.path)].filter((word) => word !== '');
  const placed = bearing.filter((index) => places.some((word) => plain(reported[index]?.name ?? '').includes(word)));
  return placed.length > 0 ? placed : bearing;
}

/** The name stands there whole: what follows are parameters. */
function bears(reported: string, own: string): boolean {
  for (let at = reported.indexOf(own); at >= 0; at = reported.indexOf(own, at + 1)) {
    const [before, after] = [reported[at - 1], reported[at + own.length]];
    if (!isWordPart(before) && !isWordPart(after)) return true;
  }
  return false;
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

function plain(name: string): string {
  return name.replaceAll(/\s+/g, ' ').trim();
}

/** `tests/api/test_login.py` -> `tests.api.test_login`, `test_login`. */
function fileWords(path: string): string[] {
  const bare = path.replace(/\.[^./]+$/, '');
  return [path, bare.replaceAll('/', '.'), bare.split('/').at(-1) ?? ''];
}
