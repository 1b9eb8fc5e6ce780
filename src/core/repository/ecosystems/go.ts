import type { Folder } from '../file-tree.ts';
import type { ToolNeed } from '../tool-need.ts';
import type { Ecosystem } from './ecosystem.ts';
import { missingTags } from './go-constraints.ts';
import { FOREIGN_TEXT, isForeignText } from './manifest-text.ts';
import { findVersionFileNeeds, needOf } from './version-files.ts';

/** Base names of the files whose text is looked at. */
export const GO_FILES: readonly string[] = ['go.mod', 'go.work'];

/** Returns the Go tool chain of a folder with a go.work or go.mod, null for any other folder. */
export function findGo(folder: Folder): Ecosystem | null {
  const manifest = folder.first(['go.work', 'go.mod']);
  if (manifest === undefined) return null;
  const modules = manifest === 'go.work' ? modulesOf(folder.text('go.work')) : ['.'];
  const tests = folder.paths.filter((path) => path.endsWith('_test.go') && isOfModules(folder, { path, modules }));
  const hidden = hiddenBehind(folder, tests);
  const isTested = tests.length > 0;
  const problem = problemOf(folder, { manifest, modules, isTested, hidden });
  return {
    id: 'go',
    name: `go (${manifest})`,
    detectedBy: [manifest],
    // Vendored modules are there.
    install: folder.has('vendor/modules.txt') ? [] : [['go', 'mod', 'download']],
    test: [
      'go',
      'test',
      ...(hidden === null || hidden.length === 0 ? [] : [`-tags=${hidden.join(',')}`]),
      '-coverprofile=coverage.out',
      ...modules.map((one) => (one === '.' ? './...' : `./${one}/...`)),
    ],
    coverage: null,
    reports: { tests: [], coverage: ['coverage.out'] },
    needs: findNeeds(folder, manifest),
    namesCoverage: false,
    isTested,
    problem,
  };
}

/** The tags without which Go leaves all of these files out, as far as tags bring one of them in; null where it takes one of them, or
 *  there are none. */
function hiddenBehind(folder: Folder, tests: readonly string[]): string[] | null {
  const missing = tests.map((path) => missingTags(path, folder.text(path)));
  if (tests.length === 0 || missing.some((tags) => tags?.length === 0)) return null;
  return missing.find((tags) => tags !== null) ?? [];
}

/** Whether `./...` of one of the modules comes to a file: not to other modules below it, nor to folders that Go leaves out. */
function isOfModules(folder: Folder, { path, modules }: { path: string; modules: readonly string[] }): boolean {
  const parts = path.split('/').slice(0, -1);
  if (parts.some((part) => /^(?:[._].*|testdata|vendor)$/.test(part))) return false;
  const above = parts.map((_, at) => parts.slice(0, parts.length - at).join('/'));
  return modules.includes(above.find((one) => folder.has(`${one}/go.mod`)) ?? '.');
}

/** Folders that the `use` directives of a go.work name, without those outside of the folder. */
function modulesOf(work: string): string[] {
  const text = work.slice(0, 64 * 1024).replace(/\/\/.*$/gm, '');
  const blocks = [...text.matchAll(/^[ \t]*use[ \t]*\(([^)]{0,4000})\)/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const single = [...text.matchAll(/^[ \t]*use[ \t]+([^\s(]+)/gm)].map(([, path = '']) => path);
  const paths = [...blocks, ...single]
    .map((path) => path.trim().replace(/^["`]|["`]$/g, ''))
    .filter((path) => path !== '');
  const clean = paths.map((path) => path.replace(/^\.\/+/, '').replace(/\/+$/, '') || '.');
  return [...new Set(clean)].filter((path) => !path.startsWith('..') && !path.startsWith('/'));
}

function problemOf(
  folder: Folder,
  {
    manifest,
    modules,
    isTested,
    hidden,
  }: { manifest: string; modules: readonly string[]; isTested: boolean; hidden: string[] | null },
): Ecosystem['problem'] {
  if (modules.length === 0) return { of: 'install', text: 'go.work names no module with "use"' };
  const broken = modules
    .map((one) => (one === '.' ? 'go.mod' : `${one}/go.mod`))
    .find((path) => !isModule(folder, path));
  if (broken !== undefined && isForeignText(folder.text(broken)))
    return { of: 'install', text: `${broken} ${FOREIGN_TEXT}`, broken };
  if (broken !== undefined)
    return {
      of: 'install',
      text: `${broken} has no line "module", or is not there`,
      broken: folder.has(broken) ? broken : manifest,
    };
  if (hidden !== null) {
    const tags = hidden.length === 0 ? 'for other systems' : `behind build tags (${hidden.join(', ')})`;
    return { of: 'test', text: `all files that end with _test.go are ${tags}, so that Go finds no tests` };
  }
  if (isTested) return null;
  const text = `${manifest} shows no command for tests: no file ends with _test.go`;
  return { of: 'test', text, isUntested: true };
}

function isModule(folder: Folder, path: string): boolean {
  return /^[ \t]*module[ \t]+\S/m.test(folder.text(path));
}

function findNeeds(folder: Folder, by: string): ToolNeed[] {
  const of = (pattern: RegExp) => needOf({ tool: 'go', by, wanted: pattern.exec(folder.text(by))?.[1] });
  const [toolchain, least] = [of(/^toolchain\s+go([\d.]\S*)/m), of(/^go\s+(\d\S*)/m)];
  const found = [...findVersionFileNeeds(folder, ['go']), ...(toolchain.length > 0 ? toolchain : least)];
  return found.length > 0 ? found : [{ tool: 'go', wanted: null, by }];
}
