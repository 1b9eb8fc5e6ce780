import type { Argv } from '../../argv.ts';
import { shellWords } from '../../shell-words.ts';
import type { ToolNeed } from '../../tool-need.ts';
import type { EcosystemProblem } from '../ecosystem.ts';
import type { ScriptsOf } from './append-to.ts';
import { findWorkspaces, type Workspace } from './build.ts';
import { isTestFile } from './files.ts';
import { type PackageManager, runProgram } from './package-manager.ts';
import { expandScript, findObstacle, isPlaceholder } from './scripts.ts';

const RUNNERS: ReadonlyArray<readonly [dependency: string, argv: Argv]> = [
  ['vitest', ['vitest', 'run']],
  ['jest', ['jest']],
  ['mocha', ['mocha']],
  ['ava', ['ava']],
  ['jasmine', ['jasmine']],
  ['tap', ['tap']],
  ['uvu', ['uvu']],
];

/** Returns, without a script, the test runner among the dependencies, or Node's own where a test imports it; else null. */
export function findRunner(of: ScriptsOf): Argv | null {
  const { folder, manifest, manager } = of;
  const tests = folder.paths.filter(isTestFile);
  if (tests.length === 0) return null;
  const found = RUNNERS.find(([name]) => Object.hasOwn(manifest.dependencies, name));
  if (found !== undefined) return runProgram(manager, found[1]);
  if (Object.hasOwn(manifest.dependencies, 'tape')) {
    const tops = new Set(tests.flatMap((path) => /^(tests?)\/.*\.[cm]?js$/.exec(path)?.[1] ?? []));
    if (tops.size > 0) return runProgram(manager, ['tape', ...[...tops].map((top) => `${top}/**/*.js`)]);
  }
  const ofNode = nodeTests(of);
  if (ofNode.length === 0) return null;
  const isTypeScript = !ofNode.some((path) => /js$/.test(path));
  return isTypeScript && Object.hasOwn(manifest.dependencies, 'tsx')
    ? runProgram(manager, ['tsx', '--test'])
    : ['node', '--test'];
}

/** Returns what `node --test` asks of Node where tests are written in TypeScript: the first version that reads it without a flag. */
export function needOfRunner(of: ScriptsOf, argv: Argv): ToolNeed[] {
  const typed = argv.join(' ') === 'node --test' ? nodeTests(of).find((path) => /ts$/.test(path)) : undefined;
  return typed === undefined ? [] : [{ tool: 'node', wanted: '>=22.18', by: typed }];
}

function nodeTests({ folder }: ScriptsOf): string[] {
  return folder.paths.filter(
    (path) => isTestFile(path) && /\.[cm]?[jt]s$/.test(path) && /['"]node:test['"]/.test(folder.text(path)),
  );
}

/** Returns, without a script at the root, how the scripts of the workspaces run one after the other, and what stands against some of
 *  them; null where none has tests. */
export function findWorkspaceTests(of: ScriptsOf): { argv: Argv; problem: EcosystemProblem | null } | null {
  const tested = findWorkspaces(of).filter(({ manifest }) => !isPlaceholder(manifest.scripts.test));
  if (tested.length === 0) return null;
  const judged = tested.map((workspace) => ({
    workspace,
    obstacle: findObstacle(expandScript(workspace.manifest, 'test')),
  }));
  const [refused] = judged.filter(({ obstacle }) => obstacle !== null);
  // Yarn 1 ends at the first workspace without the script.
  const isWhole = tested.length === findWorkspaces(of).length || !of.manager.isClassicYarn;
  if (refused === undefined) return { argv: isWhole ? inAll(of.manager) : inSome(of.manager, tested), problem: null };
  const free = judged.filter(({ obstacle }) => obstacle === null).map(({ workspace }) => workspace);
  const text = `the script "test" of ${refused.workspace.path} ${refused.obstacle}`;
  return { argv: free.length === 0 ? inAll(of.manager) : inSome(of.manager, free), problem: { of: 'test', text } };
}

function inAll({ name, start, isClassicYarn }: PackageManager): Argv {
  if (name === 'npm') return ['npm', 'test', '--workspaces', '--if-present'];
  if (name === 'pnpm') return [...start, '--recursive', '--if-present', 'run', 'test'];
  if (name === 'bun') return [...start, 'run', '--filter', '*', 'test'];
  return [...start, 'workspaces', ...(isClassicYarn ? ['run', 'test'] : ['foreach', '--all', 'run', 'test'])];
}

function inSome({ name, start }: PackageManager, workspaces: readonly Workspace[]): Argv {
  const paths = workspaces.map(({ path }) => path);
  if (name === 'npm') return ['npm', 'test', ...paths.map((path) => `--workspace=${path}`)];
  if (name === 'pnpm') return [...start, ...paths.map((path) => `--filter=./${path}`), 'run', 'test'];
  const each = paths.map((path) => `(cd ${shellWords([path])} && ${shellWords([...start, 'run', 'test'])})`);
  return ['sh', '-c', each.join(' && ')];
}
