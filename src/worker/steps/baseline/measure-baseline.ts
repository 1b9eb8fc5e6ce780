import { NO_NAME } from '../../../core/gates/junit.ts';
import { countNames, type Tolerated } from '../../../core/gates/tests.ts';
import type { KnownFailure } from '../../../core/lifecycle/baseline-record.ts';
import type { BaselineRules } from '../../../core/repository/baseline/baseline-rules.ts';
import { saysNoProject, saysNoTests } from '../../../core/repository/baseline/greenfield.ts';
import { type CommandFailure, passingFailure } from '../../../core/repository/command-failure.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import { plainOutput } from '../../../core/repository/failures/plain-output.ts';
import { type CommandLog, failureOf } from '../command-failures.ts';
import { runTests, type TestRequest, type TestsResult } from '../test.ts';

/** What install, tests and coverage came to before the agent. */
export interface Baseline {
  /** `unavailable`: a network or a registry failed; `no-tests`: there is nothing to test yet; `setup-failed`: a program does not
   *  start. */
  readonly kind: 'passed' | 'failed' | 'no-tests' | 'setup-failed' | 'unavailable' | 'aborted';
  /** It comes to the same each time: install went well, each command ended by itself, and none speaks of a network. */
  readonly lasts: boolean;
  /** For people: what decides, without the output. */
  readonly detail: string;
  /** Tests that failed, by name, as far as a report names them. */
  readonly failures: readonly KnownFailure[];
  /** Failed tests beside them: without a name, or more than are kept of a report. */
  readonly unnamed: number;
  /** The rules could allow these failures. */
  readonly isAllowable: boolean;
  readonly result: TestsResult;
  /** The command that did not do its work, null where each did, or none is to blame. */
  readonly failure: CommandFailure | null;
  /** How it had failed before it passed; null when it passed at once, or not at all. */
  readonly firstFailure: string | null;
}

export interface BaselineRun {
  /** Puts a fresh check-out of the commit into the workspace. */
  readonly renew: () => Promise<unknown>;
  /** With its time limits as they are now. */
  readonly request: () => TestRequest;
  readonly rules: BaselineRules;
  /** No path of the commit is one of a test. */
  readonly hasNoTests: boolean;
  /** The coverage command runs the tests as the test command does. */
  readonly isOneRun: boolean;
  /** Steps of the caller that start from the same installation. */
  readonly furtherSteps: number;
  readonly whenInstalled?: () => Promise<void>;
}

/** Returns whether there was not even anything to install. */
export function isUninstalled({ kind, result }: Pick<Baseline, 'kind' | 'result'>): boolean {
  return kind === 'no-tests' && result.kind === 'setup-failed' && result.logs.at(-1)?.name === 'install';
}

/** Runs install, tests and coverage of a commit, and once more when they fail: what fails by chance is no base line. Where one run
 *  shows both, it is the only one; whatever it leaves open, the second shows command by command. */
export async function measureBaseline(run: BaselineRun): Promise<Baseline> {
  const first = await measureOnce(run, { isFirst: true });
  if (['passed', 'no-tests', 'aborted'].includes(first.kind)) return first;
  const second = await measureOnce(run, { isFirst: false });
  return second.kind === 'passed' && (!run.isOneRun || isMeasuredWell(second))
    ? { ...second, firstFailure: first.detail }
    : second;
}

/** A coverage command may fail each time, by a threshold of its own, where the tests pass. */
function isMeasuredWell({ result }: Baseline): boolean {
  return result.logs.find(({ name }) => name === 'coverage')?.exitCode === 0;
}

async function measureOnce(run: BaselineRun, { isFirst }: { isFirst: boolean }): Promise<Baseline> {
  await run.renew();
  const request = { ...run.request(), isBaseline: true, namesAll: !isFirst };
  const { furtherSteps, whenInstalled } = run;
  const result = await runTests(
    {
      ...request,
      commands: isFirst ? commandsOfFirst(run, request.commands) : request.commands,
      tolerated: toleranceOf(run.rules),
    },
    { furtherSteps, ...(whenInstalled && { whenInstalled }) },
  );
  await request.sandbox.end();
  const { counts, failedTests = [] } = result.gates.tests ?? {};
  const named = failedTests.filter(({ name }) => name !== NO_NAME);
  const failures = [...countNames(named)].map(([name, count]) => ({ name, count }));
  const unnamed = Math.max(0, (counts?.failed ?? 0) - named.length);
  const { detail } = result;
  const [kind, lasts, failure] = [kindOf(result, run), isLasting(result), failureIn(request, result)];
  const isAllowable = result.gates.tests?.isTolerable === true;
  return { kind, lasts, detail, failures, unnamed, isAllowable, result, failure, firstFailure: null };
}

function commandsOfFirst({ isOneRun }: BaselineRun, commands: Commands): Commands {
  const { coverage } = commands;
  return isOneRun && coverage !== null ? { ...commands, test: coverage, coverage: null } : commands;
}

/** On the base line there may be any number of a test that is allowed to fail. */
function toleranceOf({ allowFailures, allowKnownFailures }: BaselineRules): Tolerated {
  return allowKnownFailures ? 'named' : new Map(allowFailures.map((name) => [name, Number.POSITIVE_INFINITY]));
}

function kindOf(result: TestsResult, { rules, hasNoTests }: BaselineRun): Baseline['kind'] {
  const { kind, gates, logs } = result;
  const last = logs.at(-1);
  if (kind === 'aborted') return 'aborted';
  if (hasNoTests && last !== undefined && isOfNothing(last)) return 'no-tests';
  if (kind === 'setup-failed' && last?.endedBy === 'spawn-failure') return 'setup-failed';
  if (kind === 'passed' || (kind === 'coverage-below' && rules.allowBelowThreshold)) return 'passed';
  if (kind !== 'setup-failed' && hasNoTests && areNone(result)) return 'no-tests';
  // Tests that ran and failed may make requests of their own.
  const mayPass = (gates.tests?.counts?.failed ?? 0) === 0 && kind !== 'coverage-below';
  return mayPass && last !== undefined && passingFailure(last) !== null ? 'unavailable' : 'failed';
}

/** Rules may name a manifest or a script that a task is to bring. */
function isOfNothing({ command: [program], endedBy, exitCode, output }: CommandLog): boolean {
  if (endedBy === 'spawn-failure') return program.includes('/') && !program.startsWith('/');
  return endedBy === 'exit' && exitCode !== 0 && saysNoProject(plainOutput(output));
}

/** Where no path is one of a test: none was counted, and the command says so, or passes without a figure. */
function areNone({ kind, gates, logs }: TestsResult): boolean {
  const { tests } = gates;
  if ((tests?.counts?.total ?? 0) > 0) return false;
  const output = logs.find(({ name }) => name === 'test')?.output ?? '';
  return tests?.reason === 'no-tests' || kind === 'coverage-unknown' || saysNoTests(output);
}

/** Of coverage without a figure, the command that was to bring it. */
function failureIn(request: TestRequest, { kind, failure, gates, logs }: TestsResult): CommandFailure | null {
  const log = logs.at(-1);
  if (failure !== null || kind !== 'coverage-unknown' || log === undefined) return failure;
  const remedy = gates.coverage?.findings.find(({ severity }) => severity === 'error')?.remedy;
  return failureOf(request, { log, ...(remedy !== undefined && { remedy }) });
}

function isLasting({ kind, logs }: TestsResult): boolean {
  const isEnded = logs.every(({ endedBy, exitCode }) => endedBy === 'exit' && exitCode !== null);
  return kind !== 'setup-failed' && isEnded && logs.every((log) => passingFailure(log) === null);
}
