import type { Language } from './model.ts';

const LANGUAGES: ReadonlyArray<readonly [ending: RegExp, language: Language]> = [
  [/\.[cm]?ts$/i, 'typescript'],
  [/\.tsx$/i, 'tsx'],
  [/\.(?:[cm]?js|jsx)$/i, 'javascript'],
  [/\.py$/i, 'python'],
  [/\.java$/i, 'java'],
  [/\.kts?$/i, 'kotlin'],
  [/\.go$/i, 'go'],
];

/** Returns the language of a file by its name; null for any other, and for declarations of types alone. */
export function languageOf(path: string): Language | null {
  if (/\.d\.[cm]?ts$/i.test(path)) return null;
  return LANGUAGES.find(([ending]) => ending.test(path))?.[1] ?? null;
}

/** Returns how runners find the tests of a file: by its name, only by the folder it lies in, or not at all. */
export function foundBy(path: string): 'name' | 'folder' | null {
  const language = languageOf(path);
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const folders = parts.slice(0, -1);
  if (language === null || isData(folders)) return null;
  if (language === 'python') return /^(?:test_.*|.*_test|tests?|conftest)\.py$/.test(name) ? 'name' : null;
  // Go leaves out files and folders whose name begins so.
  if (language === 'go')
    return /^[^_.].*_test\.go$/.test(name) && !folders.some((folder) => /^[_.]/.test(folder)) ? 'name' : null;
  if (language === 'java' || language === 'kotlin') return foundInJvm(name, folders);
  return foundInJavaScript(name, folders);
}

/** Returns whether a file belongs to the tests: they stand in it, or it helps them. */
export function isTestSide(path: string): boolean {
  if (foundBy(path) !== null) return true;
  const folders = path.split('/').slice(0, -1);
  return folders.some((folder) =>
    /^(?:__tests__|__mocks__|tests?|testing|specs?|e2e|testdata|fixtures)$/i.test(folder),
  );
}

/** Names of the default patterns of Surefire, which Gradle does not need. */
function foundInJvm(name: string, folders: readonly string[]): 'name' | 'folder' | null {
  if (/^(?:Test.*|.*(?:Tests?|TestCase|IT|ITCase|Spec))\.(?:java|kt)$/.test(name)) return 'name';
  return folders.some((folder) => /^(?:test|\w+Test)$/.test(folder)) ? 'folder' : null;
}

function foundInJavaScript(name: string, folders: readonly string[]): 'name' | 'folder' | null {
  if (/[.\-_](?:test|spec|tests|specs|cy|e2e)\.[cm]?[jt]sx?$/i.test(name)) return 'name';
  if (/^(?:test|tests|spec)(?:[-_].*)?\.[cm]?[jt]sx?$/i.test(name) || folders.includes('__tests__')) return 'name';
  return folders.some((folder) => /^(?:tests?|specs?|e2e)$/i.test(folder)) ? 'folder' : null;
}

function isData(folders: readonly string[]): boolean {
  return folders.some((folder) =>
    /^(?:fixtures?|__fixtures__|testdata|test-data|node_modules|vendor|__snapshots__)$/.test(folder),
  );
}
