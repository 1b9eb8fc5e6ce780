import { formatChoice } from '../../text-lists.ts';
import type { Argv } from '../argv.ts';
import type { Ecosystem, FolderFiles } from './ecosystem.ts';

const REQUIREMENTS = ['requirements.txt', 'requirements-dev.txt', 'requirements-test.txt', 'dev-requirements.txt'];
const DEPENDENCY_FILES = ['pyproject.toml', 'setup.cfg', ...REQUIREMENTS];

/** Files whose text is looked at. */
export const PYTHON_FILES: readonly string[] = [...DEPENDENCY_FILES, 'tox.ini'];

const PYTEST = ['pytest', '--junitxml=reports/junit.xml', '--cov', '--cov-report=xml:coverage.xml'] as const;
const REPORTS = { tests: ['reports/junit.xml'], coverage: ['coverage.xml'] };

interface Installer {
  readonly id: string;
  /** The file (or files) that it installs from, for people. */
  readonly source: string;
  readonly install: Argv;
  /** What starts a program of the installed environment. */
  readonly runner: Argv;
}

/** Installers whose lock file alone says what to install, best first. */
const LOCKED: readonly Installer[] = [
  { id: 'uv', source: 'uv.lock', install: ['uv', 'sync', '--frozen'], runner: ['uv', 'run', '--frozen'] },
  {
    id: 'poetry',
    source: 'poetry.lock',
    install: ['poetry', 'install', '--no-interaction'],
    runner: ['poetry', 'run'],
  },
];
const SOURCES = formatChoice([...LOCKED.map(({ source }) => source), 'requirements.txt']);

/** Returns pytest with what installs its dependencies, null when nothing shows that pytest is used. */
export function findPytest({ names, texts }: FolderFiles): Ecosystem | null {
  const configuration = PYTHON_FILES.map((file) => texts[file] ?? '').join('\n');
  const dependencies = DEPENDENCY_FILES.map((file) => texts[file] ?? '').join('\n');
  const usesPytest =
    names.has('pytest.ini') || /^\s*\[(?:tool[.:])?pytest\b/m.test(configuration) || /\bpytest\b/.test(dependencies);
  if (!usesPytest) return null;
  const installer = findInstaller(names);
  if (installer === null) {
    const problem = `there is no ${SOURCES} to install from`;
    return {
      ...{ name: 'pytest (pytest)', id: 'pip', detectedBy: [], install: [] },
      ...{ test: null, coverage: null, reports: REPORTS, problem },
    };
  }
  const { id, source, install, runner } = installer;
  return {
    name: `pytest (${source})`,
    id,
    detectedBy: source.split(', '),
    install: [install],
    test: [...runner, ...PYTEST],
    coverage: null,
    reports: REPORTS,
    problem: /\bpytest[-_]cov\b/.test(dependencies) ? null : 'pytest-cov is not among the dependencies',
  };
}

function findInstaller(names: ReadonlySet<string>): Installer | null {
  const locked = LOCKED.find(({ source }) => names.has(source));
  if (locked !== undefined) return locked;
  const requirements = REQUIREMENTS.filter((file) => names.has(file));
  if (requirements.length === 0) return null;
  const options = requirements.flatMap((file) => ['--requirement', file]);
  const install: Argv = ['python3', '-m', 'pip', 'install', ...options];
  return { id: 'pip', source: requirements.join(', '), install, runner: ['python3', '-m'] };
}
