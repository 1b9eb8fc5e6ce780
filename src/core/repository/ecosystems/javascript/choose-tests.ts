import { type Argv, parseCommand } from '../../argv.ts';
import { shellWords } from '../../shell-words.ts';
import type { EcosystemProblem } from '../ecosystem.ts';
import type { ScriptsOf } from './append-to.ts';
import { findWorkspaces } from './build.ts';
import type { Manifest } from './manifest.ts';
import { runProgram, runScript } from './package-manager.ts';
import { findRunner, findWorkspaceTests } from './runners.ts';
import {
  expandScript,
  findObstacle,
  isElsewhere,
  isPlaceholder,
  isWatching,
  onlyLint,
  programOf,
  type ScriptCommand,
  withoutWatch,
} from './scripts.ts';

/** How the tests of a package are run. */
export interface Tests {
  /** The script that runs them, null where a program does. */
  readonly script: string | null;
  readonly argv: Argv;
  readonly isShown: boolean;
  readonly problem: EcosystemProblem | null;
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

/** Returns the script for tests that ends by itself and does more than look at the code; else the tests of the workspaces, else a
 *  runner that the files show. */
export function chooseTests(of: ScriptsOf): Tests {
  const { manifest, manager } = of;
  const there = TEST_SCRIPTS.filter((name) => !isPlaceholder(manifest.scripts[name]));
  const judged = there.map((script) => ({ script, obstacle: obstacleOf(of, script) }));
  const free = judged.filter(({ obstacle }) => obstacle === null);
  const [lint] = free;
  const best = free.find(({ script }) => !onlyLint(expandScript(manifest, script)));
  if (best !== undefined) return ofScript(of, best.script);
  const [refused] = judged.filter(({ obstacle }) => obstacle !== null);
  if (refused !== undefined) return { ...withoutPerson(of, refused), isShown: true };
  const inWorkspaces = findWorkspaceTests(of);
  if (inWorkspaces !== null) return { script: null, isShown: true, ...inWorkspaces };
  const runner = findRunner(of);
  if (runner !== null) return { script: null, argv: runner, isShown: true, problem: null };
  if (lint !== undefined) return ofScript(of, lint.script);
  const text = 'package.json shows no command for tests';
  const problem: EcosystemProblem = { of: 'test', text, isUntested: true };
  return { script: null, argv: runScript(manager, 'test'), isShown: false, problem };
}

function ofScript({ manager }: ScriptsOf, script: string): Tests {
  return { script, argv: runScript(manager, script), isShown: true, problem: null };
}

/** What stands against a script, or against those that it runs in workspaces. */
function obstacleOf(of: ScriptsOf, script: string): string | null {
  const commands = expandScript(of.manifest, script);
  const inner = findWorkspaces(of).flatMap(({ manifest }) => {
    const called = commands.flat().filter((word) => Object.hasOwn(manifest.scripts, word));
    const isCalled = commands.some((command) => isElsewhere(command, manifest.name));
    return isCalled ? called.flatMap((name) => expandScript(manifest, name)) : [];
  });
  return findObstacle(commands) ?? findObstacle(inner.filter((command) => !isWatching(command)));
}

/** The form of a script that ends by itself where it is well known, else a guess and what stands against the script. */
function withoutPerson(
  { manifest, manager }: ScriptsOf,
  { script, obstacle }: { script: string; obstacle: string | null },
): Pick<Tests, 'script' | 'argv' | 'problem'> {
  const parsed = parseCommand(manifest.scripts[script] ?? '');
  const words: ScriptCommand = 'argv' in parsed ? parsed.argv : [];
  const ended = 'argv' in parsed ? withoutWatch(words) : null;
  const [program, ...rest] = ended ?? [];
  const argv = program === undefined ? null : runProgram(manager, [program, ...rest]);
  const isKnown = /^(?:jest|mocha|vitest|ava)$/.test(programOf(words)) && isWatching(words);
  if (argv !== null && isKnown && !/^(?:npx|cross-env|env)$|=/.test(program ?? ''))
    return { script: null, argv, problem: null };
  const problem: EcosystemProblem = { of: 'test', text: `the script "${script}" ${obstacle}` };
  return {
    script: null,
    argv: otherScript({ manifest, manager }) ?? argv ?? asItStands(manager, { script, obstacle }),
    problem,
  };
}

/** Where no form of the script is known that ends without a person, it is proposed as it stands: the machine may have a browser. */
function asItStands(
  manager: ScriptsOf['manager'],
  { script, obstacle }: { script: string; obstacle: string | null },
): Argv {
  const said = obstacle ?? '';
  if (said.includes('ng test'))
    return runProgram(manager, ['ng', 'test', '--watch=false', '--browsers=ChromeHeadless']);
  if (said.includes('Karma'))
    return runProgram(manager, ['karma', 'start', '--single-run', '--browsers', 'ChromeHeadless']);
  const argv = runScript(manager, script);
  if (!said.includes('playwright test')) return argv;
  const browser = runProgram(manager, ['playwright', 'install', 'chromium']);
  return ['sh', '-c', `${shellWords(browser)} && ${shellWords(argv)}`];
}

const TEST_PROGRAMS = /^(?:node|mocha|jest|vitest|ava|tap|tape|jasmine|c8|nyc|uvu|bun)$/;

/** A script for tests that nothing stands against, whatever its name. */
function otherScript({ manifest, manager }: { manifest: Manifest; manager: ScriptsOf['manager'] }): Argv | null {
  const name = Object.keys(manifest.scripts).find((one) => {
    const commands = expandScript(manifest, one);
    const isTest =
      /^test[:-]|[:-]test$/.test(one) && commands.some((command) => TEST_PROGRAMS.test(programOf(command)));
    return isTest && findObstacle(commands) === null;
  });
  return name === undefined ? null : runScript(manager, name);
}
