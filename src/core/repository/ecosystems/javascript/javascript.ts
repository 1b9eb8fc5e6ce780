import { type Argv, parseCommand } from '../../argv.ts';
import type { Folder } from '../../file-tree.ts';
import type { ToolNeed } from '../../tool-need.ts';
import { type Ecosystem, type EcosystemProblem, USUAL_PLACES } from '../ecosystem.ts';
import { findVersionFileNeeds, needOf } from '../version-files.ts';
import { findWorkspaces, needsBuild } from './build.ts';
import { chooseCoverage, findCoverageScript } from './coverage.ts';
import { isTestFile } from './files.ts';
import { findManifestProblem, type Manifest, readManifest } from './manifest.ts';
import { choosePackageManager, installWith, type PackageManager, runProgram, runScript } from './package-manager.ts';
import {
  expandScript,
  findObstacle,
  isElsewhere,
  isPlaceholder,
  isWatching,
  programOf,
  type ScriptCommand,
} from './scripts.ts';

/** Returns the JavaScript tool chain of a folder with a package.json, null for any other folder. */
export function findJavaScript(folder: Folder): Ecosystem | null {
  if (!folder.has('package.json')) return null;
  const wrong = findManifestProblem(folder.text('package.json'));
  const manifest = readManifest(folder.text('package.json'));
  if (manifest === null || wrong !== null) return unreadable(wrong ?? '');
  const manager = choosePackageManager(folder, manifest);
  const usable = 'problem' in manager ? NPM : manager;
  const of = { folder, manifest, manager: usable };
  const tests = chooseTests(of);
  const commands = tests.script === null ? [[...tests.argv]] : expandScript(manifest, tests.script);
  const build = needsBuild(of, commands) ? [runScript(usable, 'build')] : [];
  const named = findCoverageScript(of, tests.script);
  const coverage = chooseCoverage(of, { ...tests, named });
  return {
    id: usable.name,
    name: 'problem' in manager ? 'package.json' : `${usable.name} (${usable.shownBy})`,
    detectedBy: usable.files,
    install: [...(hasNothingToInstall(of) ? [] : [installWith(usable)]), ...build],
    ...{ test: tests.argv, coverage },
    reports: reportsOf(of),
    needs: findNeeds(folder, { manifest, manager: usable }),
    namesCoverage: named !== undefined,
    isTested: tests.isShown,
    problem: 'problem' in manager ? { of: 'install', text: manager.problem } : tests.problem,
  };
}

const NPM: PackageManager = {
  ...{ name: 'npm', shownBy: 'package.json', files: ['package.json'], lockFile: null, version: null },
  ...{ isClassicYarn: false, start: ['npm'] },
};
const WORKSPACE_REPORTS = [
  ...['coverage/lcov.info', '*/coverage/lcov.info', '*/*/coverage/lcov.info', '*/*/*/coverage/lcov.info'],
  ...['coverage/clover.xml', 'coverage/cobertura-coverage.xml', 'lcov.info'],
];

function reportsOf(of: Of): Ecosystem['reports'] {
  if (findWorkspaces(of).length > 0) return { tests: [], coverage: WORKSPACE_REPORTS };
  const isTap = Object.hasOwn(of.manifest.dependencies, 'tap');
  return isTap ? { tests: [], coverage: ['coverage/lcov.info', '.tap/report/lcov.info'] } : USUAL_PLACES;
}

function unreadable(text: string): Ecosystem {
  return {
    ...{ id: 'npm', name: 'package.json', detectedBy: ['package.json'], install: [['npm', 'ci']] },
    ...{
      test: ['npm', 'test'],
      coverage: null,
      reports: USUAL_PLACES,
      needs: [],
      namesCoverage: false,
      isTested: true,
    },
    problem: { of: 'install', text },
  };
}

interface Tests {
  /** The script that runs them, null where a program does. */
  readonly script: string | null;
  readonly argv: Argv;
  readonly isShown: boolean;
  readonly problem: EcosystemProblem | null;
}

interface Of {
  readonly folder: Folder;
  readonly manifest: Manifest;
  readonly manager: PackageManager;
}

/** Scripts that run the tests, best first. */
const TEST_SCRIPTS = [
  'test',
  'test:ci',
  'test:unit',
  'test:run',
  'test:node',
  'test-ci',
  'test-unit',
  'test-node',
  'unit',
  'tests',
  'test:all',
];

function chooseTests(of: Of): Tests {
  const { manifest, manager } = of;
  const there = TEST_SCRIPTS.filter((name) => !isPlaceholder(manifest.scripts[name]));
  const judged = there.map((script) => ({ script, obstacle: obstacleOf(of, script) }));
  const free = judged.find(({ obstacle }) => obstacle === null);
  if (free !== undefined)
    return { script: free.script, argv: runScript(manager, free.script), isShown: true, problem: null };
  const [refused] = judged;
  if (refused !== undefined) return { ...withoutWatching(of, refused), isShown: true };
  const program = findRunner(of) ?? findInWorkspaces(of);
  if (program !== null) return { script: null, argv: program, isShown: true, problem: null };
  const text = 'package.json shows no command for tests';
  return {
    script: null,
    argv: runScript(manager, 'test'),
    isShown: false,
    problem: { of: 'test', text, isUntested: true },
  };
}

/** What stands against a script, or against those that it runs in workspaces. */
function obstacleOf(of: Of, script: string): string | null {
  const commands = expandScript(of.manifest, script);
  const inner = findWorkspaces(of).flatMap(({ manifest }) => {
    const called = commands.flat().filter((word) => Object.hasOwn(manifest.scripts, word));
    const isCalled = commands.some((command) => isElsewhere(command, manifest.name));
    return isCalled ? called.flatMap((name) => expandScript(manifest, name)) : [];
  });
  return findObstacle(commands) ?? findObstacle(inner.filter((command) => !isWatching(command)));
}

/** The form of a script that ends by itself where it is well known, else a guess and what stands against the script. */
function withoutWatching(
  { manifest, manager }: Of,
  { script, obstacle }: { script: string; obstacle: string | null },
): Pick<Tests, 'script' | 'argv' | 'problem'> {
  const parsed = parseCommand(manifest.scripts[script] ?? '');
  const words: ScriptCommand = 'argv' in parsed ? parsed.argv : [];
  const known = /^(?:jest|mocha|vitest|ava)$/.test(programOf(words)) && isWatching(words);
  if (known && 'argv' in parsed) {
    const [program, ...rest] = parsed.argv.filter((word) => !/^(?:--watch(?:All)?|-w|watch|dev)$/.test(word));
    if (program !== undefined && !program.includes('=') && !/^(?:npx|cross-env|env)$/.test(program))
      return {
        script: null,
        argv: runProgram(manager, [program, ...(program === 'vitest' ? ['run'] : []), ...rest]),
        problem: null,
      };
  }
  const argv = chooseInstead({ manifest, manager }, obstacle ?? '');
  return { script: null, argv, problem: { of: 'test', text: `the script "${script}" ${obstacle}` } };
}

/** What may be written instead of a script that cannot run. */
function chooseInstead({ manifest, manager }: Pick<Of, 'manifest' | 'manager'>, obstacle: string): Argv {
  const other = otherScript(manifest);
  if (other !== undefined) return runScript(manager, other);
  if (obstacle.includes('ng test'))
    return runProgram(manager, ['ng', 'test', '--watch=false', '--browsers=ChromeHeadless']);
  return /Karma/.test(obstacle)
    ? runProgram(manager, ['karma', 'start', '--single-run', '--browsers', 'ChromeHeadless'])
    : runScript(manager, 'test:ci');
}

/** A script for tests that nothing stands against, whatever its name. */
function otherScript(manifest: Manifest): string | undefined {
  return Object.keys(manifest.scripts).find((name) => {
    const commands = expandScript(manifest, name);
    const isTest =
      /^test[:-]|[:-]test$/.test(name) && commands.some((command) => TEST_PROGRAMS.test(programOf(command)));
    return isTest && findObstacle(commands) === null;
  });
}

const TEST_PROGRAMS = /^(?:node|mocha|jest|vitest|ava|tap|tape|jasmine|c8|nyc|uvu|bun)$/;

const RUNNERS: ReadonlyArray<readonly [dependency: string, argv: Argv]> = [
  ['vitest', ['vitest', 'run']],
  ['jest', ['jest']],
  ['mocha', ['mocha']],
  ['ava', ['ava']],
];

/** Without a script: the test runner among the dependencies, or Node's own where a test imports it. */
function findRunner({ folder, manifest, manager }: Of): Argv | null {
  const tests = folder.paths.filter(isTestFile);
  if (tests.length === 0) return null;
  const found = RUNNERS.find(([name]) => Object.hasOwn(manifest.dependencies, name));
  if (found !== undefined) return runProgram(manager, found[1]);
  return tests.some((path) => /\.[cm]?js$/.test(path) && /['"]node:test['"]/.test(folder.text(path)))
    ? ['node', '--test']
    : null;
}

/** Without a script at the root: those of the workspaces, one after the other. */
function findInWorkspaces(of: Of): Argv | null {
  const { name, start, isClassicYarn } = of.manager;
  const tested = findWorkspaces(of).filter(({ manifest }) => !isPlaceholder(manifest.scripts.test));
  if (tested.length === 0) return null;
  if (name === 'npm') return ['npm', 'test', '--workspaces', '--if-present'];
  if (name === 'pnpm') return [...start, '--recursive', '--if-present', 'test'];
  if (name === 'bun') return [...start, 'run', '--filter', '*', 'test'];
  return [...start, 'workspaces', ...(isClassicYarn ? ['run', 'test'] : ['foreach', '--all', 'run', 'test'])];
}

function hasNothingToInstall({ manifest, manager, folder }: Of): boolean {
  const isAlone = manifest.workspaces === null && !folder.has('pnpm-workspace.yaml');
  return manager.lockFile === null && isAlone && Object.keys(manifest.dependencies).length === 0;
}

function findNeeds(folder: Folder, { manifest, manager }: { manifest: Manifest; manager: PackageManager }): ToolNeed[] {
  const by = 'package.json';
  const node = [
    ...needOf({ tool: 'node', by, wanted: manifest.volta.node }),
    ...findVersionFileNeeds(folder, ['node']),
    ...needOf({ tool: 'node', by, wanted: manifest.devEngines.node }),
    ...needOf({ tool: 'node', by, wanted: manifest.engines.node }),
  ];
  const any: ToolNeed[] = node.length > 0 ? [] : [{ tool: 'node', wanted: null, by }];
  // Others than npm come by npx, in the version that is asked for.
  const own = manager.name === 'npm' ? needOf({ tool: 'npm', by, wanted: manager.version }) : [];
  return [...node, ...any, ...own];
}
