import { MODULE_COVERAGE_REPORTS, USUAL_COVERAGE_REPORTS } from '../../core/gates/coverage/formats.ts';
import {
  MODULE_TEST_REPORTS,
  type TestsGateResult,
  type Tolerated,
  testsGate,
  USUAL_TEST_REPORTS,
} from '../../core/gates/tests.ts';
import type { ReportFile, ReportWatch, WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import { failureBesideTests } from '../../core/repository/baseline/despite-failures.ts';
import type { CommandFailure } from '../../core/repository/command-failure.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { failingTestsIn } from '../../core/repository/failures/failing-tests.ts';
import { plainOutput } from '../../core/repository/failures/plain-output.ts';
import { adviseBy, type CommandLog, type FailureRequest, failureOfTests } from './command-failures.ts';

interface Judging extends FailureRequest {
  readonly files: WorkspaceFiles;
  readonly tolerated?: Tolerated;
  readonly log: (line: string) => void;
}

/** A test command that ran, and what watched its reports. */
export interface TestRun {
  readonly run: CommandLog;
  readonly watch: ReportWatch;
}

export interface JudgedTests {
  readonly result: TestsGateResult;
  /** Null where they pass. */
  readonly failure: CommandFailure | null;
  /** The reports, as they are. */
  readonly files: readonly ReportFile[];
}

/** Removes reports that are there already, and returns what sees those that come. */
export async function watchReports({ files, commands, log }: Judging): Promise<ReportWatch> {
  const { tests, coverage } = patternsOf(commands);
  const watch = await files.watch({ folder: commands.folder, patterns: [...tests, ...coverage] });
  if (watch.removed.length > 0) log(`Removed old reports: ${watch.removed.slice(0, 5).join(', ')}`);
  return watch;
}

/** Returns where reports are looked for. */
export function patternsOf({ reports }: Pick<Commands, 'reports'>) {
  return {
    tests: reports.tests.length > 0 ? reports.tests : [...USUAL_TEST_REPORTS, ...MODULE_TEST_REPORTS],
    coverage: reports.coverage.length > 0 ? reports.coverage : [...USUAL_COVERAGE_REPORTS, ...MODULE_COVERAGE_REPORTS],
  };
}

/** Lets the gate judge a test command that ran. */
export async function judgeTests(request: Judging, { run, watch }: TestRun): Promise<JudgedTests> {
  return judge(request, { run, watch, problems: [], besideTests: besideTests(run) });
}

/** Judges tests that failed once more, by a run that went on after the first failed test: it shows all modules. Whatever it shows less
 *  than the first one, or fails at beside tests, keeps failed tests from being tolerated. */
export async function judgeAgain(
  request: Judging,
  { first, judged, again }: { first: CommandLog; judged: JudgedTests; again: TestRun },
): Promise<JudgedTests> {
  const { run } = again;
  const went = besideTests(run) ?? (run.exitCode === 0 ? null : ENDED);
  const seen = await judge(request, { ...again, run: first, problems: [], besideTests: went });
  const [before, after] = [judged.result.counts?.total ?? 0, seen.result.counts?.total ?? 0];
  // Tests that fail now and then.
  if (went === null && after >= before && seen.result.counts?.failed === 0) return judged;
  if (after >= before) return seen;
  const problems = [`Of ${before} tests that ran, only ${after} ran where Maven goes on after failed ones.`];
  return judge(request, { ...again, run: first, problems, besideTests: went });
}

const ENDED = 'Maven does not end well where it is told to go on after failed tests.';

function besideTests({ output }: CommandLog): string | null {
  return failureBesideTests(plainOutput(output));
}

async function judge(
  request: Judging,
  { run, watch, problems, besideTests }: TestRun & { problems: readonly string[]; besideTests: string | null },
): Promise<JudgedTests> {
  const { commands, tolerated } = request;
  const found = await watch.collect(patternsOf(commands).tests);
  const judged = testsGate.evaluate({
    exitCode: run.exitCode,
    endedBy: run.endedBy,
    reports: found.files,
    reportProblems: [...found.problems, ...problems],
    reportExpected: commands.reports.tests.length > 0,
    besideTests,
    ...(tolerated && { tolerated }),
  });
  const failure = judged.verdict === 'passed' ? null : failureOfTests(request, { run, judged });
  const detail = failure === null ? judged.detail : `${judged.detail}${namesFor(request, { run, judged })}`;
  return { result: { ...adviseBy(judged, failure), detail }, failure, files: found.files };
}

/** Where no report names the failed tests: as the output does. */
function namesFor({ redact }: Judging, { run, judged }: { run: CommandLog; judged: TestsGateResult }): string {
  if (judged.failedTests.length > 0) return '';
  // What was drawn over may have parted a secret.
  const names = failingTestsIn(redact(plainOutput(redact(run.output))));
  return names.length === 0 ? '' : ` Failed tests, by its output: ${names.join('; ')}.`;
}
