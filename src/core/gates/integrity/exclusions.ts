import picomatch from 'picomatch';
import { readSettings, type Setting } from './settings.ts';
import { foundBy } from './test-paths.ts';
import type { ChangedText } from './thresholds.ts';

/** A pattern that takes files with tests out of a run. */
export interface Exclusion {
  readonly path: string;
  readonly line: number;
  readonly pattern: string;
  /** Files that are there, and that it takes out. */
  readonly files: readonly string[];
}

const LEAVES_OUT =
  /^(?:testPathIgnorePatterns|modulePathIgnorePatterns|exclude|excludes|ignore|testIgnore|norecursedirs|collect_ignore|collect_ignore_glob|excludeSpecPattern|excludeTestsMatching|watchPathIgnorePatterns|ignores|files)$/;
const TAKES_IN = /^(?:testMatch|spec|testpaths|python_files|specPattern|testRegex)$/;
const FLAG = /--(?:ignore|ignore-glob|deselect|exclude|testPathIgnorePatterns)[= ]["']?([^\s"']+)/g;
const MOST_PATTERNS = 500;
const MOST_TEXT = 2000;
/** Globs with more of them take too long to match. */
const MOST_STARS = 12;

/** Returns the new patterns of changed configurations that take tests out of the run which are there at the head. */
export function findExclusions(texts: readonly ChangedText[], paths: readonly string[]): Exclusion[] {
  const tests = paths.filter((path) => foundBy(path) !== null && !/(?:^|\/)conftest\.py$/.test(path));
  return texts.flatMap((text) =>
    text.after === null ? [] : [...findLeftOut(text, tests), ...findNotTakenIn(text, tests)],
  );
}

function findLeftOut({ path, before, after }: ChangedText, tests: readonly string[]): Exclusion[] {
  const known = new Set(patternsOf(path, before ?? '').map(({ value }) => value));
  const fresh = patternsOf(path, after ?? '')
    .filter(({ value }) => !known.has(value))
    .slice(0, MOST_PATTERNS);
  return fresh.flatMap(({ value, line }) => {
    const files = below(path, tests).filter((file) => matches(value, relative(path, file)));
    // A pattern that all tests are under is no exclusion but the layout of another tool.
    return files.length === 0 ? [] : [{ path, line, pattern: value, files }];
  });
}

/** Values of what leaves files out; what coverage leaves out is another matter. */
function patternsOf(path: string, text: string): Setting[] {
  const settings = readSettings(path, text);
  const named = settings.filter(({ keys, value }) => isLeavingOut(path, { keys, value }));
  const runs = settings.filter(
    ({ keys, value }) => keys.includes('addopts') || /\b(?:py\.?test|jest|vitest|mocha|ava|tap)\b/.test(value),
  );
  const flags = runs.flatMap((one) =>
    [...one.value.slice(0, MOST_TEXT).matchAll(FLAG)].map(([, value = '']) => ({
      ...one,
      value: value.split('::')[0] ?? '',
    })),
  );
  return [...named.map((one) => ({ ...one, value: one.value.replace(/^!/, '') })), ...flags].filter(
    ({ value }) => value !== '',
  );
}

function isLeavingOut(path: string, { keys, value }: Pick<Setting, 'keys' | 'value'>): boolean {
  const [name] = keys.filter((one) => LEAVES_OUT.test(one)).slice(-1);
  if (name === undefined || keys.some((one) => /coverage|jacoco/i.test(one))) return false;
  if (path.endsWith('pom.xml')) return keys.includes('excludes') && keys.includes('configuration');
  if (
    keys.some((one) =>
      /coverage|jacoco|lint|biome|eslint|prettier|format|ruff|mypy|black|isort|flake8|build|sdist|wheel|packages\.find|typecheck|benchmark|publish/i.test(
        one,
      ),
    )
  )
    return false;
  if (name === 'files') return keys.some((one) => one === 'ava') && value.startsWith('!');
  if (/gradle/.test(path)) return keys.some((one) => /test/i.test(one)) || name === 'excludeTestsMatching';
  if (/package\.json$/.test(path)) return keys.some((one) => /^(?:jest|mocha|ava|vitest|tap|test)$/.test(one));
  if (/pyproject\.toml$|setup\.cfg$|tox\.ini$/.test(path)) return keys.some((one) => /pytest/.test(one));
  if (/\.(?:ya?ml|toml)$|[Mm]akefile$/.test(path) && !/mocharc|bunfig/.test(path)) return false;
  if (/vite(?:st)?(?:\.[\w-]+)*\.config/.test(path))
    return keys.includes('test') || name !== 'exclude' || /vitest/.test(path);
  return true;
}

/** Tests that the patterns found before, and those of now do not. */
function findNotTakenIn({ path, before, after }: ChangedText, tests: readonly string[]): Exclusion[] {
  const patterns = (text: string | null) =>
    readSettings(path, text ?? '').filter(({ keys }) => keys.some((one) => TAKES_IN.test(one)));
  const [old, now] = [patterns(before), patterns(after)];
  if (old.length === 0 || now.length === 0) return [];
  const isIn = (settings: readonly Setting[], file: string) =>
    settings.some(({ value }) => matches(value, relative(path, file)));
  const files = below(path, tests).filter((file) => isIn(old, file) && !isIn(now, file));
  const [first] = now;
  return files.length === 0 || first === undefined
    ? []
    : [
        {
          path,
          line: first.line,
          pattern: now
            .map(({ value }) => value)
            .join(', ')
            .slice(0, 200),
          files,
        },
      ];
}

function below(path: string, files: readonly string[]): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return files.filter((file) => file.startsWith(folder));
}

function relative(path: string, file: string): string {
  return file.slice(path.lastIndexOf('/') + 1);
}

/** Returns whether a glob, path, name or simple regular expression means a file. No pattern of a branch is run as an expression. */
function matches(written: string, file: string): boolean {
  const pattern = written
    .replace(/^<rootDir>\/?|^\.\//g, '')
    .replace(/^\/(?=\w)/, '')
    .slice(0, 300);
  if (pattern === '' || pattern === '.') return false;
  if (/\\[./]|\^|\$|\.\*|[(|)+]/.test(pattern) && !/\*\*/.test(pattern))
    return pattern.split('|').some((one) => hasPieces(one, file));
  if (/[*?{[]/.test(pattern))
    return (pattern.match(/\*/g) ?? []).length > MOST_STARS ? hasPieces(pattern, file) : isGlobOf(pattern, file);
  const plain = pattern.replace(/\/$/, '');
  return (
    file === plain ||
    file.startsWith(`${plain}/`) ||
    file.includes(`/${plain}/`) ||
    file.endsWith(`/${plain}`) ||
    (plain.includes('/') && file.includes(plain)) ||
    isClass(plain, file)
  );
}

function isGlobOf(pattern: string, file: string): boolean {
  return picomatch([pattern, `**/${pattern}`, `${pattern}/**`], { dot: true, noextglob: true })(file);
}

/** `com.acme.FooTest` */
function isClass(name: string, file: string): boolean {
  return (
    /^[\w.]+$/.test(name) &&
    name.includes('.') &&
    file
      .replace(/\.\w+$/, '')
      .replaceAll('/', '.')
      .endsWith(name)
  );
}

function hasPieces(pattern: string, file: string): boolean {
  const pieces = pattern
    .replace(/\\([./-])/g, '$1')
    .split(/[\\^$*()[\]+?]+|\.(?=$|\*)/)
    .filter((piece) => piece.length > 1);
  let at = 0;
  return (
    pieces.length > 0 &&
    pieces.every((piece) => {
      const found = file.indexOf(piece.replace(/^\//, ''), at);
      at = found + piece.length;
      return found >= 0;
    })
  );
}
