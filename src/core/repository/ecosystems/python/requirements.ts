import { fields } from '../../../json-lines.ts';
import { linesOfValue } from '../ini.ts';
import { type PythonProject, tableOf, textsOf, toxLines } from './project.ts';

/** What tests need beside the project itself. */
export interface TestRequirements {
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  readonly files: readonly string[];
  /** Requirements as pip takes them. */
  readonly packages: readonly string[];
}

const TEST_NAME = /^(?:tests?|testing|pytest|unittests?|unit|check|ci)$/i;
const DEVELOPMENT_NAME = /^(?:dev|develop|development|devel)$/i;
const TEST_FILE = /(?:^|[-_./])(?:tests?|testing|pytest|ci)(?=[-_./])/i;
const DEVELOPMENT_FILE = /(?:^|[-_./])(?:dev|develop|development|devel)(?=[-_./])/i;
const RUNTIME_FILE = /^requirements?(?:\/(?:base|common|main|prod|requirements))?\.(?:txt|pip)$/i;

/** Returns what tests need, as extras, dependency groups, requirement files and the settings of tox and Hatch say: what is named
 *  for tests, else what is named for development. */
export function findTestRequirements(project: PythonProject): TestRequirements {
  const tox = readTox(project);
  const extras = [...pickNames(extraNames(project)), ...tox.extras];
  const known = Object.keys(tableOf(project.pyproject, 'dependency-groups'));
  const groups = [...pickNames(known), ...tox.groups.filter((name) => known.includes(name))];
  const files = [...pickFiles(project.requirementFiles), ...tox.files.filter((file) => project.folder.has(file))];
  return {
    extras: unique(extras.filter((name) => extraNames(project).includes(name))),
    groups: unique(groups),
    files: unique(files),
    packages: unique([
      ...tox.packages,
      ...hatchPackages(project),
      ...testsRequire(project),
      ...pdmDevelopment(project),
    ]),
  };
}

/** Names for tests, else for development. */
function pickNames(names: readonly string[]): string[] {
  const tests = names.filter((name) => TEST_NAME.test(name));
  return tests.length > 0 ? tests : names.filter((name) => DEVELOPMENT_NAME.test(name));
}

/** Files that are compiled from others (`.in`) stand behind what they are compiled to. */
function pickFiles(all: readonly string[]): string[] {
  const files = all.filter((file) => !file.endsWith('.in') || !all.includes(file.replace(/in$/, 'txt')));
  const tests = files.filter((file) => TEST_FILE.test(file));
  const development = files.filter((file) => DEVELOPMENT_FILE.test(file));
  return [...files.filter((file) => RUNTIME_FILE.test(file)), ...(tests.length > 0 ? tests : development)];
}

function extraNames({ pyproject, setupCfg, folder }: PythonProject): string[] {
  const inSetup = /extras_require\s*=\s*\{([\s\S]*?)\n?\s*\}/.exec(folder.text('setup.py'))?.[1] ?? '';
  return [
    ...Object.keys(tableOf(pyproject, 'project', 'optional-dependencies')),
    ...Object.keys(tableOf(pyproject, 'tool', 'poetry', 'extras')),
    ...Object.keys(tableOf(pyproject, 'tool', 'flit', 'metadata', 'requires-extra')),
    ...(setupCfg.get('options.extras_require')?.keys() ?? []),
    ...[...inSetup.matchAll(/['"]([\w-]+)['"]\s*:/g)].map(([, name = '']) => name),
  ];
}

/** What `[testenv]` of tox installs: lines for every environment alone. */
function readTox(project: PythonProject) {
  const native = tableOf(project.pyproject, 'tool', 'tox', 'env_run_base');
  const lines = [...toxLines(project, 'deps'), ...textsOf(native.deps)].map((line) =>
    line.replaceAll('{toxinidir}/', ''),
  );
  const files = lines.flatMap((line) => /^-r\s*(\S+)$/.exec(line)?.[1] ?? []);
  const listed = (key: string, own: unknown) => [
    ...toxLines(project, key).flatMap((line) => line.split(/[,\s]+/)),
    ...textsOf(own),
  ];
  return {
    files,
    packages: lines.filter((line) => isRequirement(line)),
    extras: listed('extras', native.extras),
    groups: listed('dependency_groups', native.dependency_groups),
  };
}

/** A plain requirement: no option, no path, no condition or substitution of tox. */
function isRequirement(line: string): boolean {
  return /^[A-Za-z0-9][\w.-]*(?:\[[\w,\s.-]+\])?\s*(?:[<>=!~][^:{}]*)?(?:;.*)?$/.test(line) && !line.startsWith('{');
}

function hatchPackages({ pyproject }: PythonProject): string[] {
  const environments = tableOf(pyproject, 'tool', 'hatch', 'envs');
  return ['hatch-test', 'test', 'default'].flatMap((name) => {
    const own = fields(environments[name]);
    return [...textsOf(own.dependencies), ...textsOf(own['extra-dependencies'])].filter(isRequirement);
  });
}

function testsRequire({ folder, setupCfg }: PythonProject): string[] {
  const [, list = ''] = /tests?_requires?\s*=\s*\[([^\]]*)\]/.exec(folder.text('setup.py')) ?? [];
  const named = [...list.matchAll(/['"]([^'"]+)['"]/g)].map(([, requirement = '']) => requirement);
  return [...named, ...linesOfValue(setupCfg.get('options')?.get('tests_require'))].filter(isRequirement);
}

function pdmDevelopment({ pyproject }: PythonProject): string[] {
  return ['pdm', 'uv'].flatMap((tool) => {
    const own = tableOf(pyproject, 'tool', tool)['dev-dependencies'];
    const groups = Array.isArray(own) ? { dev: own } : fields(own);
    return pickNames(Object.keys(groups))
      .flatMap((name) => textsOf(fields(groups)[name]))
      .filter(isRequirement);
  });
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
