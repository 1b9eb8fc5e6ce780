import type { Argv } from './argv.ts';

/** A tool chain whose files lie in a folder, with the commands it is known to have. */
export interface Ecosystem {
  /** For people, with the file that shows it: `npm (package-lock.json)`. */
  readonly name: string;
  readonly install: Argv | null;
  /** Null where nothing shows how tests are run. */
  readonly test: Argv | null;
  /** Null where the test command writes the report, or nothing shows a command. */
  readonly coverage: Argv | null;
  readonly reports: { readonly tests: readonly string[]; readonly coverage: readonly string[] };
  /** Why its commands cannot be told for sure. */
  readonly problem: string | null;
}

/** Files of one folder: the names of all, and the text of those in DETECTION_FILES that are there. */
export interface FolderFiles {
  readonly names: ReadonlySet<string>;
  readonly texts: Readonly<Record<string, string>>;
}

const REQUIREMENTS = ['requirements.txt', 'requirements-dev.txt', 'requirements-test.txt', 'dev-requirements.txt'];

/** Files whose text is looked at. */
export const DETECTION_FILES: readonly string[] = [
  'package.json',
  'pyproject.toml',
  'setup.cfg',
  'tox.ini',
  ...REQUIREMENTS,
  'build.gradle',
  'build.gradle.kts',
];

const USUAL_PLACES = { tests: [], coverage: [] } as const;

/** Returns every tool chain whose files lie in the folder. */
export function detectEcosystems(files: FolderFiles): Ecosystem[] {
  return [findNode(files), findPython(files), findGo(files), findMaven(files), findGradle(files)].filter(
    (found) => found !== null,
  );
}

const LOCK_FILES: ReadonlyArray<readonly [file: string, manager: 'npm' | 'pnpm' | 'yarn' | 'bun']> = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

function findNode({ names, texts }: FolderFiles): Ecosystem | null {
  if (!names.has('package.json')) return null;
  const bare = { install: null, test: null, coverage: null, reports: USUAL_PLACES, problem: null };
  const manifest = readManifest(texts['package.json'] ?? '');
  if (manifest === null) return { ...bare, name: 'package.json', problem: 'package.json is not valid JSON' };
  const locks = LOCK_FILES.filter(([file]) => names.has(file));
  const managers = new Set(locks.map(([, manager]) => manager));
  const [manager = 'npm'] = managers;
  const lockNames = locks.map(([file]) => file).join(', ');
  const name = `${manager} (${lockNames || 'package.json'})`;
  const scripts = manifest.scripts;
  const test: Argv | null = isRealTest(scripts.test) ? [manager, 'test'] : null;
  if (managers.size > 1)
    return { ...bare, name: `package.json (${lockNames})`, problem: `it has ${lockNames} side by side` };
  if (manager === 'bun') return { ...bare, name, problem: 'bun is not detected' };
  const coverageScript = ['test:coverage', 'coverage'].find((script) => isRealTest(scripts[script]));
  return {
    ...bare,
    name,
    install: locks.length === 0 ? null : installOf(manager, names.has('.yarnrc.yml') || manifest.isModernYarn),
    test,
    coverage: coverageScript === undefined ? null : [manager, 'run', coverageScript],
    problem:
      locks.length === 0 && manifest.hasDependencies
        ? 'package.json names dependencies, but there is no lock file'
        : null,
  };
}

function installOf(manager: 'npm' | 'pnpm' | 'yarn', isModernYarn: boolean): Argv {
  if (manager === 'npm') return ['npm', 'ci'];
  return [manager, 'install', manager === 'yarn' && isModernYarn ? '--immutable' : '--frozen-lockfile'];
}

function isRealTest(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== '' && !/no test specified/i.test(script);
}

function readManifest(text: string) {
  try {
    const { scripts, packageManager, ...fields } = JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>;
    const groups = [fields.dependencies, fields.devDependencies, fields.optionalDependencies];
    return {
      scripts: (scripts ?? {}) as Record<string, unknown>,
      hasDependencies: groups.some(
        (group) => typeof group === 'object' && group !== null && Object.keys(group).length > 0,
      ),
      isModernYarn: /^yarn@(?:[2-9]|\d\d)/.test(String(packageManager)),
    };
  } catch {
    return null;
  }
}

function findPython({ names, texts }: FolderFiles): Ecosystem | null {
  const all = DETECTION_FILES.map((file) => texts[file] ?? '').join('\n');
  const usesPytest =
    names.has('pytest.ini') || /^\s*\[(?:tool[.:])?pytest\b/m.test(all) || /\bpytest\b/.test(dependencies(texts));
  if (!usesPytest) return null;
  const requirements = REQUIREMENTS.filter((file) => names.has(file));
  const [source, install, runner] = names.has('uv.lock')
    ? (['uv.lock', ['uv', 'sync', '--frozen'], ['uv', 'run', '--frozen']] as const)
    : names.has('poetry.lock')
      ? (['poetry.lock', ['poetry', 'install', '--no-interaction'], ['poetry', 'run']] as const)
      : requirements.length > 0
        ? ([requirements.join(', '), pipInstall(requirements), ['python3', '-m']] as const)
        : (['pytest', null, null] as const);
  const test: Argv | null =
    runner === null
      ? null
      : [
          runner[0],
          ...runner.slice(1),
          'pytest',
          '--junitxml=reports/junit.xml',
          '--cov',
          '--cov-report=xml:coverage.xml',
        ];
  const problem =
    runner === null
      ? 'there is no uv.lock, poetry.lock or requirements.txt to install from'
      : /\bpytest[-_]cov\b/.test(dependencies(texts))
        ? null
        : 'pytest-cov is not among the dependencies';
  const reports = { tests: ['reports/junit.xml'], coverage: ['coverage.xml'] };
  return { name: `pytest (${source})`, install, test, coverage: null, reports, problem };
}

function pipInstall(requirements: readonly string[]): Argv {
  return ['python3', '-m', 'pip', 'install', ...requirements.flatMap((file) => ['--requirement', file])];
}

function dependencies(texts: Readonly<Record<string, string>>): string {
  return ['pyproject.toml', 'setup.cfg', ...REQUIREMENTS].map((file) => texts[file] ?? '').join('\n');
}

function findGo({ names }: FolderFiles): Ecosystem | null {
  if (!names.has('go.mod')) return null;
  return {
    name: 'go (go.mod)',
    install: ['go', 'mod', 'download'],
    test: ['go', 'test', '-coverprofile=coverage.out', './...'],
    coverage: null,
    reports: { tests: [], coverage: ['coverage.out'] },
    problem: null,
  };
}

function findMaven({ names }: FolderFiles): Ecosystem | null {
  if (!names.has('pom.xml')) return null;
  const maven = names.has('mvnw') ? './mvnw' : 'mvn';
  const test: Argv = [maven, '--batch-mode', '--no-transfer-progress', 'verify'];
  return { name: 'maven (pom.xml)', install: null, test, coverage: null, reports: USUAL_PLACES, problem: null };
}

function findGradle({ names, texts }: FolderFiles): Ecosystem | null {
  const build = ['build.gradle', 'build.gradle.kts'].find((file) => names.has(file));
  if (build === undefined) return null;
  const gradle = names.has('gradlew') ? './gradlew' : 'gradle';
  const options = ['--no-daemon', '--console=plain'];
  return {
    name: `gradle (${build})`,
    install: null,
    test: [gradle, ...options, 'test'],
    coverage: /jacoco/i.test(texts[build] ?? '') ? [gradle, ...options, 'jacocoTestReport'] : null,
    reports: USUAL_PLACES,
    problem: null,
  };
}
