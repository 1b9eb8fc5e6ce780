import { text } from '../../../json-lines.ts';
import type { Argv } from '../../argv.ts';
import { linesOfValue } from '../ini.ts';
import { type PythonProject, tableOf, textsOf } from './project.ts';
import { findTestRequirements, type TestRequirements } from './requirements.ts';

/** The Python of the virtual environment that the commands run in. */
export const PYTHON = '.venv/bin/python';

/** What installs a project, with its steps after the virtual environment is there. */
export interface Installer {
  readonly id: 'pip' | 'uv' | 'poetry' | 'pdm' | 'pipenv';
  /** Files that show it. */
  readonly files: readonly string[];
  readonly steps: readonly Argv[];
}

/** Tools get an environment inside of the project's, so that their own packages stand in nobody's way. */
const TOOLS = '.venv/tools/bin';
const VIRTUAL_ENVIRONMENT: Argv = ['python3', '-m', 'venv', '.venv'];

/** Returns the steps that make `.venv` and install the project, what its tests need, and `extra` packages, by the tool that the
 *  repository shows. */
export function findInstaller(project: PythonProject, extra: readonly string[]): Installer {
  const { folder, pyproject } = project;
  const required = findTestRequirements(project);
  const uses = (lock: string, tool: string) =>
    folder.has(lock) || Object.keys(tableOf(pyproject, 'tool', tool)).length > 0;
  const needsBackendOnly = folder.has('pyproject.toml') && tableOf(pyproject, 'project').name !== undefined;
  if (folder.has('uv.lock'))
    return withTool(project, { id: 'uv', lock: 'uv.lock', extra, sync: uvSync(project, required) });
  if (uses('poetry.lock', 'poetry') && (folder.has('poetry.lock') || !needsBackendOnly))
    return withTool(project, { id: 'poetry', lock: 'poetry.lock', extra, sync: poetryInstall(project, required) });
  if (folder.has('pdm.lock'))
    return withTool(project, { id: 'pdm', lock: 'pdm.lock', extra, sync: ['install', '--frozen-lockfile'] });
  if (folder.has('Pipfile'))
    return withTool(project, {
      id: 'pipenv',
      lock: 'Pipfile.lock',
      extra,
      sync: [folder.has('Pipfile.lock') ? 'sync' : 'install', '--dev'],
    });
  return withPip(project, { required, extra });
}

function withTool(
  { folder, pyproject }: PythonProject,
  {
    id,
    lock,
    extra,
    sync,
  }: { id: Exclude<Installer['id'], 'pip'>; lock: string; extra: readonly string[]; sync: readonly string[] },
): Installer {
  const wanted = text(tableOf(pyproject, 'tool', id)[id === 'poetry' ? 'requires-poetry' : 'required-version']) ?? '';
  const manifest = id === 'pipenv' ? 'Pipfile' : 'pyproject.toml';
  return {
    id,
    files: [manifest, ...(folder.has(lock) ? [lock] : [])],
    steps: [
      VIRTUAL_ENVIRONMENT,
      ['python3', '-m', 'venv', '.venv/tools'],
      [`${TOOLS}/python`, '-m', 'pip', 'install', `${id}${/^[<>=!~]/.test(wanted) ? wanted.replaceAll(' ', '') : ''}`],
      [`${TOOLS}/${id}`, ...sync],
      ...(extra.length > 0 ? [pip([...extra], id)] : []),
    ],
  };
}

/** Where pip is not among what the lock file lists, uv may have removed it. */
function pip(packages: readonly string[], id: Installer['id']): Argv {
  if (id === 'uv') return [`${TOOLS}/uv`, 'pip', 'install', '--python', PYTHON, ...packages];
  return [PYTHON, '-m', 'pip', 'install', ...packages];
}

function uvSync({ pyproject }: PythonProject, { extras, groups }: TestRequirements): string[] {
  const isWorkspace = Object.keys(tableOf(pyproject, 'tool', 'uv', 'workspace')).length > 0;
  // uv installs the group dev by itself.
  const others = groups.filter((name) => name !== 'dev');
  return [
    'sync',
    '--frozen',
    ...(isWorkspace ? ['--all-packages'] : []),
    ...extras.flatMap((name) => ['--extra', name]),
    ...others.flatMap((name) => ['--group', name]),
  ];
}

function poetryInstall({ pyproject }: PythonProject, { extras }: TestRequirements): string[] {
  const groups = Object.entries(tableOf(pyproject, 'tool', 'poetry', 'group'));
  const optional = groups.filter(
    ([name, group]) => /^(?:tests?|testing|dev)$/.test(name) && JSON.stringify(group).includes('"optional":true'),
  );
  return [
    ...['install', '--no-interaction'],
    ...optional.flatMap(([name]) => ['--with', name]),
    ...extras.flatMap((name) => ['--extras', name]),
  ];
}

/** One call of pip, so that it resolves all together; files with hashes, which allow nothing beside them, come before. */
function withPip(
  project: PythonProject,
  { required, extra }: { required: TestRequirements; extra: readonly string[] },
): Installer {
  const { folder } = project;
  const isHashed = (file: string) => /--hash[= ]/.test(folder.text(file));
  const hashed = required.files.filter(isHashed);
  const files = required.files.filter((file) => !isHashed(file));
  const own = isPackage(project)
    ? ['--editable', required.extras.length > 0 ? `.[${required.extras.join(',')}]` : '.']
    : dependenciesOf(project, required.extras);
  const words = [
    ...own,
    ...files.flatMap((file) => ['--requirement', file]),
    ...required.groups.flatMap((name) => ['--group', name]),
    ...required.packages,
    ...extra.filter((name) => !required.packages.includes(name) && !own.includes(name)),
  ];
  // The first version that knows dependency groups.
  const newPip: Argv[] = required.groups.length > 0 ? [pip(['--upgrade', 'pip>=25.1'], 'pip')] : [];
  const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg'].filter((file) => folder.has(file));
  return {
    id: 'pip',
    files: [...manifests, ...required.files],
    steps: [
      VIRTUAL_ENVIRONMENT,
      ...newPip,
      ...hashed.map((file) => pip(['--requirement', file], 'pip')),
      ...(words.length > 0 ? [pip(words, 'pip')] : []),
    ],
  };
}

/** Whether pip can install the project itself. */
function isPackage({ folder, pyproject, setupCfg }: PythonProject): boolean {
  if (folder.has('setup.py')) return /\bsetup\s*\(/.test(folder.text('setup.py'));
  if (setupCfg.get('metadata')?.has('name') === true) return folder.has('pyproject.toml');
  // Setuptools finds one package by itself, and refuses several side by side.
  const packages = packageFolders(folder.paths).length;
  const system = tableOf(pyproject, 'build-system');
  const isSetuptools = text(system['build-backend'])?.startsWith('setuptools') ?? true;
  const isTold = Object.keys(tableOf(pyproject, 'tool', 'setuptools')).length > 0;
  if (Object.keys(system).length > 0) return !isSetuptools || isTold || packages <= 1;
  return tableOf(pyproject, 'project').name !== undefined && packages === 1;
}

/** What the project and its extras list, for one that pip cannot install. */
function dependenciesOf({ pyproject, setupCfg }: PythonProject, extras: readonly string[]): string[] {
  const optional = tableOf(pyproject, 'project', 'optional-dependencies');
  return [
    ...textsOf(tableOf(pyproject, 'project').dependencies),
    ...extras.flatMap((name) => textsOf(optional[name])),
    ...linesOfValue(setupCfg.get('options')?.get('install_requires')),
    ...extras.flatMap((name) => linesOfValue(setupCfg.get('options.extras_require')?.get(name))),
  ];
}

const NO_PACKAGE =
  /^(?:tests?|testing|docs?|examples?|benchmarks?|scripts?|tools?|build|dist|tasks|ci|bin|samples?|\..*)$/;

/** Returns the folders whose packages the project consists of: `src` where it has them there, else the packages of the root. */
export function packageFolders(paths: readonly string[]): string[] {
  if (paths.some((path) => /^src\/[^/]+(?:\/__init__)?\.py$/.test(path))) return ['src'];
  const found = paths.flatMap((path) => /^([^/]+)\/__init__\.py$/.exec(path)?.[1] ?? []);
  return found.filter((name) => !NO_PACKAGE.test(name));
}
