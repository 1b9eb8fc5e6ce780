import { isTestPath } from '../../../repository/baseline/greenfield.ts';
import { languageOf } from './language.ts';

/** Folders of what is run by hand or by other tools, unless they lie within the sources. */
const BESIDE =
  /^(?:(?!(?:src|lib|app|main|source)\/)[^/]+\/)*?(?:scripts?|tools?|docs?|documentation|examples?|samples?|demos?|bench(?:marks?)?|fixtures|testdata|__mocks__|__fixtures__|mocks|stories|cypress|playwright|migrations|vendor|third_party|node_modules|\.[^/]+)\//i;

/** Files that configure tools. */
const CONFIGURES =
  /(?:^|\/)(?:[^/]+\.(?:config|conf|stories|story|setup)\.\w+|\.[^/]+|(?:setup|conf|noxfile|manage|fabfile|versioneer|conftest)\.py|(?:gulpfile|Gruntfile|Jakefile)\.\w+|(?:package|module)-info\.java|[^/]+\.gradle|magefile\.go|webpack\.[^/]+)$/;

/** Returns whether the name of a file says that it is part of the product, and no test, script, example or configuration. */
export function isProductPlace(path: string): boolean {
  // Maven and Gradle know what is the product, whatever its packages and classes are called.
  if (/(?:^|\/)src\/main\//.test(path)) return !/\/(?:package|module)-info\.java$/.test(path);
  return !isTestPath(path) && !BESIDE.test(path) && !CONFIGURES.test(path);
}

/** Returns which changed files are part of the product: by their place, or since a changed file of the product loads them. */
export function findProduct(texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const code = [...texts.keys()].filter((path) => languageOf(path) !== null);
  const product = new Set(code.filter(isProductPlace));
  let others = code.filter((path) => !product.has(path));
  for (let added = [...product]; added.length > 0 && others.length > 0; ) {
    const loading = added.map((path) => loadingLines(texts.get(path) ?? ''));
    const words = new Set(loading.flatMap((lines) => lines.match(/\w+/g) ?? []));
    added = others.filter((path) => {
      const isNamed = nameWords(path).every((word) => words.has(word));
      return isNamed && loading.some((lines) => namesOf(path).test(lines));
    });
    for (const path of added) product.add(path);
    others = others.filter((path) => !product.has(path));
  }
  return product;
}

/** Of the name without its ending. */
function nameWords(path: string): readonly string[] {
  return /([^/]+)\.[^./]+$/.exec(path)?.[1]?.match(/\w+/g) ?? [];
}

/** Lines that may load another file. */
function loadingLines(text: string): string {
  return text
    .split('\n')
    .filter(
      (line) =>
        /\b(?:import|from|export|require\w*|include\w*|load\w*|use)\b/.test(line) &&
        !/^\s*(?:\/\/|#(?!include)|\*)/.test(line),
    )
    .join('\n');
}

/** `from './a.test'`, `../scripts/a.js`, `import tests.a`: how other files name one to load it. */
function namesOf(path: string): RegExp {
  const stem = path.replace(/\.[^./]+$/, '');
  const [folder = '', name = ''] = stem.includes('/') ? stem.split('/').slice(-2) : ['', stem];
  const beside = `["'\`]\\./${literally(name)}(?:\\.\\w+)?["'\`]`;
  const below = folder === '' ? '' : `|(?:^|[\\s"'\`./])${literally(folder)}[/.]${literally(name)}(?![\\w-])`;
  return new RegExp(`${beside}${below}`, 'm');
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
