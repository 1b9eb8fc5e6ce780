import { text } from '../../../json-lines.ts';
import type { Argv } from '../../argv.ts';
import type { Folder } from '../../file-tree.ts';
import { shellWords } from '../../shell-words.ts';
import type { ToolNeed } from '../../tool-need.ts';
import type { Ecosystem, EcosystemProblem, FolderCommands } from '../ecosystem.ts';
import { findVersionFileNeeds, needOf } from '../version-files.ts';
import { findInstaller, type Installer, PYTHON, packageFolders } from './installers.ts';
import { findBrokenManifest, isPythonTest, type PythonProject, readProject, tableOf, toxLines } from './project.ts';

/** Returns the Python tool chain of a folder, null where no file shows one, or only tools that need no tests. */
export function findPython(folder: Folder): Ecosystem | null {
  const project = readProject(folder);
  if (project === null) return null;
  const runner = findRunner(project);
  const broken = findBrokenManifest(folder);
  const installer = findInstaller(project, runner.packages);
  return {
    id: installer.id,
    name: `${installer.id} (${installer.files.join(', ')})`,
    detectedBy: [...installer.files, ...shownBy(project)],
    install: installer.steps,
    ...runner.commands,
    needs: findNeeds(project, installer),
    namesCoverage: false,
    isTested: runner.isShown || broken !== null,
    problem: broken === null ? runner.problem : { of: 'install', text: broken.problem, broken: broken.file },
  };
}

interface Runner {
  /** What has to be there for it. */
  readonly packages: readonly string[];
  readonly commands: Omit<FolderCommands, 'install'>;
  readonly isShown: boolean;
  readonly problem: EcosystemProblem | null;
}

/** Runners that leave no report which is known, by the word in tox or setup files. */
const OTHERS =
  /\b(?:nose2?|trial|zope\.testrunner|zope-testrunner|stestr|robot|behave|avocado|testify|green|lettuce)\b/;

function findRunner(project: PythonProject): Runner {
  const { folder, words } = project;
  const tests = folder.paths.filter(isPythonTest);
  const texts = tests.map((path) => folder.text(path)).join('\n');
  const configured =
    folder.has('pytest.ini') || folder.has('conftest.py') || /^[ \t]*\[(?:tool[.:])?pytest\b/m.test(words);
  const shown = { isShown: true, problem: null };
  const usesPytest = configured || /\bpytest\b|\bpy\.test\b/.test(words);
  const django = usesPytest ? null : djangoTests(project);
  if (django !== null) return { ...shown, ...coverageRunner(django) };
  if (usesPytest && (configured || tests.length > 0)) return { ...shown, ...pytest(project) };
  const [other] = OTHERS.exec(toxLines(project, 'commands').join('\n')) ?? [];
  if (other !== undefined) {
    const text = `tox runs the tests by ${other}, which is not known here, nor what measures their coverage`;
    return { isShown: true, problem: { of: 'test', text }, ...byTox(project) };
  }
  if (tests.length === 0) return { ...pytest(project), isShown: false, problem: NO_TESTS };
  const onlyUnittest =
    /\bunittest\b/.test(`${texts}\n${words}`) && !/\bimport pytest\b|^(?:async )?def test_/m.test(texts);
  return { ...shown, ...(onlyUnittest ? coverageRunner(discover(folder)) : pytest(project)) };
}

const NO_TESTS: EcosystemProblem = {
  of: 'test',
  text: 'no file shows tests (test_*.py, a folder tests, or a configuration of pytest)',
  isUntested: true,
};

const NO_PROJECT = /^(?:tests?|docs?|examples?|samples?|demos?|sandbox)$|(?:^|[-_])(?:example|demo|test)/i;

/** Projects have manage.py, applications settings for their tests. */
function djangoTests({ folder, words, tox }: PythonProject): string[] | null {
  if (!/\bdjango\b/i.test(`${words}\n${folder.text('manage.py')}`)) return null;
  if (folder.has('manage.py')) return ['manage.py', 'test'];
  const runner = folder.first(['runtests.py', 'tests/runtests.py']);
  if (runner !== undefined) return [runner];
  // Requirements at the root, the project in a folder: its tests are looked for there.
  const below = folder.paths.flatMap((path) => /^([^/]+)\/manage\.py$/.exec(path)?.[1] ?? []);
  const [project, ...others] = below.filter((name) => !NO_PROJECT.test(name));
  if (project !== undefined && others.length === 0) return [`${project}/manage.py`, 'test', project];
  const settings = folder.first(['tests/settings.py', 'tests/test_settings.py', 'test_settings.py']);
  if (settings === undefined || !/\bdjango test\b/.test([...(tox.get('testenv')?.values() ?? [])].join('\n')))
    return null;
  return ['-m', 'django', 'test', '--settings', settings.replace(/\.py$/, '').replaceAll('/', '.')];
}

/** 6.2.0 does not say that it needs pluggy 1.2, so it comes to repositories that pin an older one, where it cannot start. */
const PYTEST_COV = 'pytest-cov!=6.2.0';

/** The report of a repository's own limit is not wanted: the coverage gate judges. */
function pytest(project: PythonProject): Pick<Runner, 'packages' | 'commands'> {
  const sources = coverageSources(project).map((folder) => `--cov=${folder}`);
  const measure = [
    ...(sources.length > 0 ? sources : ['--cov']),
    '--cov-report=xml:coverage.xml',
    '--cov-fail-under=0',
  ];
  return {
    packages: ['pytest', PYTEST_COV],
    commands: {
      test: [PYTHON, '-m', 'pytest', '--junitxml=reports/junit.xml', ...measure],
      coverage: null,
      reports: { tests: ['reports/junit.xml'], coverage: ['coverage.xml'] },
    },
  };
}

/** Runs a module or file under coverage.py, which writes its report in a second step. */
function coverageRunner(what: readonly string[]): Pick<Runner, 'packages' | 'commands'> {
  const measured = shellWords([PYTHON, '-m', 'coverage', 'run', ...what]);
  return {
    packages: ['coverage'],
    commands: {
      test: [PYTHON, ...what],
      coverage: [
        'sh',
        '-c',
        `${measured} && ${shellWords([PYTHON, '-m', 'coverage', 'xml', '-o', 'coverage.xml', '--fail-under=0'])}`,
      ],
      reports: { tests: [], coverage: ['coverage.xml'] },
    },
  };
}

/** Nothing is claimed of a report that nothing is known to write: it is measured where tox has an environment for that. */
function byTox({ tox }: PythonProject): Pick<Runner, 'packages' | 'commands'> {
  const run = (environment: string): Argv => [PYTHON, '-m', 'tox', 'run', '-e', environment];
  const measuring = ['coverage', 'cov'].find((name) => tox.has(`testenv:${name}`));
  return {
    packages: ['tox'],
    commands: {
      test: run('py'),
      coverage: measuring === undefined ? null : run(measuring),
      reports: { tests: [], coverage: measuring === undefined ? [] : ['coverage.xml'] },
    },
  };
}

function discover(folder: Folder): string[] {
  const words = ['-m', 'unittest', 'discover'];
  const tests = ['tests', 'test'].find((name) =>
    folder.paths.some((path) => path.startsWith(`${name}/`) && path.endsWith('.py')),
  );
  if (tests === undefined) return words;
  return [
    ...words,
    '--start-directory',
    tests,
    ...(folder.has(`${tests}/__init__.py`) ? ['--top-level-directory', '.'] : []),
  ];
}

/** Folders to measure where the repository's own configuration of coverage.py names none. */
function coverageSources({ folder, pyproject, setupCfg, tox }: PythonProject): string[] {
  const run = tableOf(pyproject, 'tool', 'coverage', 'run');
  const ini = [setupCfg, tox].flatMap((file) => [...(file.get('coverage:run')?.keys() ?? [])]);
  const settings = [
    ...Object.keys(run),
    ...ini,
    ...(folder.text('.coveragerc').match(/^(?:source|include|source_pkgs)(?=\s*=)/gm) ?? []),
  ];
  if (settings.some((name) => /^(?:source|include|source_pkgs)$/.test(name))) return [];
  return packageFolders(folder.paths).slice(0, 5);
}

function shownBy({ folder }: PythonProject): string[] {
  return ['pytest.ini', 'conftest.py', 'tox.ini', 'manage.py'].filter((file) => folder.has(file));
}

function findNeeds({ folder, pyproject, setupCfg }: PythonProject, { id }: Installer): ToolNeed[] {
  const inSetup = /python_requires\s*=\s*['"]([^'"]+)['"]/.exec(folder.text('setup.py'))?.[1];
  const poetry = tableOf(pyproject, 'tool', 'poetry', 'dependencies').python;
  const runtime = /^python-([\d.]+)/m.exec(folder.text('runtime.txt'))?.[1];
  const python = [
    ...findVersionFileNeeds(folder, ['python']),
    ...needOf({ tool: 'python', by: 'runtime.txt', wanted: runtime }),
    ...needOf({
      tool: 'python',
      by: 'pyproject.toml',
      wanted: text(tableOf(pyproject, 'project')['requires-python']) ?? poetry,
    }),
    ...needOf({ tool: 'python', by: 'setup.cfg', wanted: setupCfg.get('options')?.get('python_requires') }),
    ...needOf({ tool: 'python', by: 'setup.py', wanted: inSetup }),
  ];
  const by = folder.first(['pyproject.toml', 'setup.py', 'setup.cfg']) ?? id;
  const builtWith = JSON.stringify(tableOf(pyproject, 'build-system'));
  const rust: ToolNeed[] = /maturin|setuptools-rust/i.test(builtWith)
    ? [{ tool: 'rust', wanted: null, by: 'pyproject.toml' }]
    : [];
  return [...(python.length > 0 ? python : [{ tool: 'python' as const, wanted: null, by }]), ...rust];
}
