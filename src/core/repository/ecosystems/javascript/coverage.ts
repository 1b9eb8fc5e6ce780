import type { Argv } from '../../argv.ts';
import { pathIn } from '../../file-tree.ts';
import { shellWords } from '../../shell-words.ts';
import { appendTo, type ScriptsOf, type Tests } from './append-to.ts';
import { findWorkspaces } from './build.ts';
import { type PackageManager, runScript } from './package-manager.ts';
import { REPORT, toolOf, withReport } from './reports.ts';
import { expandScript, findObstacle, isPlaceholder, programOf, type ScriptCommand } from './scripts.ts';

/** Runs on every Node that is kept up, and on 18. */
const C8: Argv = ['npx', '--yes', 'c8@10.1.3'];

/** Scripts that measure, where they are there, best first. */
const SCRIPTS = [
  ...[
    'test:coverage',
    'coverage',
    'test:cov',
    'test-coverage',
    'test-cov',
    'coverage:test',
    'cov',
    'test:cover',
    'cover',
  ],
  ...[
    'test:unit:coverage',
    'unit:coverage',
    'coverage:unit',
    'test:unit:cov',
    'coverage:ci',
    'test:coverage:ci',
    'ci:coverage',
  ],
];
const UPLOADS = /\b(?:codecov|coveralls|codeclimate|sonar-scanner)\b/;
/** What runs tests in Node itself, so that V8 can count for them. */
const NODE_RUNNERS =
  /^(?:node|mocha|_mocha|ava|tap|tape|uvu|jasmine|lab|ts-node|tsx|ts-mocha|qunit|zora|pta|borp|poku|jest|vitest|xo|tsd|tst|faucet|electron-mocha|c8|nyc|turbo|lerna|npm|pnpm|yarn|wireit)$/;

/** Returns the name of the script that measures the tests, other than the one that runs them; undefined where there is none. */
export function findCoverageScript(of: ScriptsOf, test: string | null): string | undefined {
  return SCRIPTS.find((name) => name !== test && isMeasuring(of, name));
}

/** Returns the command that runs the tests and writes a report; null when the test script writes one itself. `named`: the script that
 *  measures. */
export function chooseCoverage(
  of: ScriptsOf,
  test: { readonly script: string | null; readonly argv: Argv; readonly named: string | undefined },
): Argv | null {
  const { manifest, manager } = of;
  const { named } = test;
  const measured = named === undefined ? test : { script: named, argv: runScript(manager, named) };
  const { script, argv } = measured;
  const commands = script === null ? [asStarted(manager, argv)] : expandScript(manifest, script);
  // Node prints what it counted, unless it is told to write a file.
  const printed = commands.some((command) => {
    const line = command.join(' ');
    return line.includes('--experimental-test-coverage') && !line.includes('lcov');
  });
  if (printed || !commands.some((command) => toolOf(command) !== null))
    return measureRunner(of, { ...measured, commands });
  const reporting = withReport(of, measured);
  return reporting === test.argv ? null : reporting;
}

/** The command with the plain name of its manager, whatever starts that. */
function asStarted({ name, start }: PackageManager, argv: Argv): ScriptCommand {
  return start.every((word, at) => argv[at] === word) ? [name, ...argv.slice(start.length)] : argv;
}

/** Returns whether a script runs tests under a tool that measures, and can be left alone with it. */
function isMeasuring({ manifest }: ScriptsOf, name: string): boolean {
  if (isPlaceholder(manifest.scripts[name])) return false;
  const commands = expandScript(manifest, name);
  if (commands.some((command) => UPLOADS.test(command.join(' '))) || findObstacle(commands) !== null) return false;
  return commands.some((command) => toolOf(command) !== null);
}

const OWN_COVERAGE: Readonly<Record<string, readonly string[]>> = {
  jest: ['--coverage', '--coverageReporters=lcov'],
  'react-scripts': ['--coverage', '--watchAll=false'],
  craco: ['--coverage', '--watchAll=false'],
  'react-app-rewired': ['--coverage', '--watchAll=false'],
  vitest: ['--coverage', '--coverage.reporter=lcov'],
  vp: ['--coverage', '--coverage.reporter=lcov'],
  bun: ['--coverage', '--coverage-reporter=lcov'],
};

/** Measures by the first runner among the commands that has coverage of its own; c8 counts for whatever else Node runs. */
function measureRunner(of: ScriptsOf, tests: Tests): Argv | null {
  const runner = tests.commands.find((command) => Object.hasOwn(OWN_COVERAGE, programOf(command)));
  const program = programOf(runner ?? []);
  const isBun = program === 'bun';
  if (runner !== undefined && (!isBun || runner.includes('test'))) {
    const argv = appendTo(of, { ...tests, runner, args: OWN_COVERAGE[program] ?? [] });
    return program === 'vitest' || program === 'vp' ? withProvider(of, argv) : argv;
  }
  const recursive = measureWorkspaces(of, tests);
  if (recursive !== undefined) return recursive;
  return tests.commands.some((command) => NODE_RUNNERS.test(programOf(command))) ? aroundWithC8(tests.argv) : null;
}

function aroundWithC8(argv: Argv): Argv {
  return [...C8, ...REPORT, ...argv];
}

/** Such as a shell and a string of JavaScript need no escape for. */
const PLAIN_PATH = /^[\w@./-]+$/;
const PROVIDERS = ['@vitest/coverage-v8', '@vitest/coverage-istanbul', '@vitest/coverage-c8'];

/** Vitest needs a provider in its own version; where none is installed, it is added to the tree that is measured and thrown away:
 *  at the root, where workspaces find it too. */
function withProvider(of: ScriptsOf, argv: Argv): Argv {
  const workspaces = findWorkspaces(of);
  const depends = (name: string) =>
    [of, ...workspaces].some(({ manifest }) => Object.hasOwn(manifest.dependencies, name));
  if ([...PROVIDERS, 'vite-plus'].some(depends)) return argv;
  const folders = ['.', ...workspaces.map(({ path }) => path).filter((path) => PLAIN_PATH.test(path))];
  const places = folders.map((folder) => `'${pathIn(folder, 'node_modules/vitest/package.json')}'`);
  const version = `$(node -p "JSON.parse(fs.readFileSync([${places.join()}].find(fs.existsSync))).version")`;
  return ['sh', '-c', `${shellWords(addProgram(of))} "@vitest/coverage-v8@${version}" && ${shellWords(argv)}`];
}

function addProgram({ folder, manifest, manager }: ScriptsOf): Argv {
  const { name, start, isClassicYarn } = manager;
  if (name === 'npm') return ['npm', 'install', '--no-save', '--no-package-lock'];
  const isRoot = manifest.workspaces !== null || folder.has('pnpm-workspace.yaml');
  if (name === 'pnpm') return [...start, 'add', '--save-dev', ...(isRoot ? ['--workspace-root'] : [])];
  return [...start, 'add', '--dev', ...(isClassicYarn && isRoot ? ['--ignore-workspace-root-check'] : [])];
}

const RECURSIVE = /--workspaces|-ws\b|-r\b|--recursive|--filter|workspaces|turbo|lerna|nx/;

/** Runners that start the same script in each workspace hand arguments on; undefined where there is nothing to hand on. */
function measureWorkspaces(of: ScriptsOf, tests: Tests): Argv | null | undefined {
  const runner = tests.commands.at(-1) ?? [];
  const program = programOf(runner);
  const isRecursive = /^(?:turbo|lerna|nx|npm|pnpm|yarn)$/.test(program) && RECURSIVE.test(runner.join(' '));
  if (!isRecursive) return undefined;
  const runners = workspaceRunners(of);
  const [only = ''] = runners;
  if (runners.size > 1 || (only !== 'jest' && only !== 'vitest'))
    return runners.has('jest') || runners.has('vitest') ? null : aroundWithC8(tests.argv);
  const between = /^(?:turbo|lerna)$/.test(program) || program === 'npm' ? ['--'] : [];
  const argv = appendTo(of, { ...tests, runner, args: [...between, ...(OWN_COVERAGE[only] ?? [])] });
  return only === 'vitest' ? withProvider(of, argv) : argv;
}

/** Programs that run the tests of the workspaces. */
function workspaceRunners({ folder, manifest }: ScriptsOf): Set<string> {
  const manifests = folder.paths.filter((path) => path.endsWith('/package.json'));
  const runners = manifests.flatMap((path) => {
    const [, script] = /"test"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(folder.text(path)) ?? [];
    if (isPlaceholder(script)) return [];
    const commands = expandScript({ scripts: { test: script ?? '' } }, 'test');
    return [programOf(commands.at(-1) ?? [])];
  });
  if (runners.length > 0) return new Set(runners);
  // Nx and Turborepo call the runner themselves.
  return new Set(['jest', 'vitest'].filter((name) => Object.hasOwn(manifest.dependencies, name)));
}
