import { errorMessage } from '../errors.ts';
import type { ProcessResult } from '../ports/process.ts';
import type { ReportFile } from '../ports/workspace-files.ts';
import { createFinding, type Finding } from './finding.ts';
import type { Gate, GateResult, Verdict } from './gate.ts';
import { type FailedTest, NO_NAME, readJUnit, type TestCounts } from './junit.ts';

/** Where tools write JUnit XML when nobody says otherwise, relative to the folder that the commands run in. */
export const USUAL_TEST_REPORTS: readonly string[] = [
  'reports/junit.xml',
  'junit.xml',
  'test-results/*.xml',
  'target/surefire-reports/*.xml',
  'build/test-results/**/*.xml',
];

/** The same in each module of a build: folders that nobody but a build tool writes. */
export const MODULE_TEST_REPORTS: readonly string[] = [
  '**/target/surefire-reports/TEST-*.xml',
  '**/target/failsafe-reports/TEST-*.xml',
  '**/build/test-results/**/TEST-*.xml',
];

/** How the test command ended, and what it left. */
export interface TestsInput {
  readonly exitCode: number | null;
  readonly endedBy: ProcessResult['endedBy'];
  readonly reports: readonly ReportFile[];
  /** What is wrong with reports that could not even be read, one sentence each. */
  readonly reportProblems: readonly string[];
  /** A report is named in the repository file, so its absence is a failure. */
  readonly reportExpected: boolean;
  /** What the command says of failures that are none of tests; nothing is tolerated beside them. */
  readonly besideTests?: string | null;
  /** None without it. */
  readonly tolerated?: Tolerated;
}

/** Failed tests that make no verdict: any that the report names, or so many of each name. */
export type Tolerated = 'named' | ReadonlyMap<string, number>;

type FailureReason =
  | 'exit-code'
  | 'timeout'
  | 'silence'
  | 'aborted'
  | 'not-started'
  | 'no-tests'
  | 'all-skipped'
  | 'report-disagrees'
  | 'report-missing'
  | 'report-unreadable';

export interface TestsGateResult extends GateResult<'tests'> {
  readonly reason: 'passed' | 'passed-uncounted' | 'passed-but-known' | FailureReason;
  /** Null where no readable report gives them. */
  readonly counts: TestCounts | null;
  /** The first failed tests, names and messages cut to a bearable length. */
  readonly failedTests: readonly FailedTest[];
  /** Rules could tolerate what failed: a whole report names each failed test, and others passed. */
  readonly isTolerable: boolean;
}

const KEPT_FAILURES = 200;

/** Decides whether the tests pass. The exit status is the verdict; a readable report gives the counts, and may only turn a
 *  pass into a failure: when it contains failed tests, or none that ran. Failed tests that are tolerated are none, where a
 *  whole report names every one and others passed. Tests that were stopped or never started are unknown. */
export const testsGate: Gate<TestsInput, TestsGateResult> = {
  name: 'tests',
  evaluate(input) {
    const { counts, failedTests, problems } = readReports(input);
    const reported = counts === null ? null : { counts, problems, failedTests };
    const isTolerable = reported !== null && areAllTolerated({ ...input, tolerated: 'named' }, reported);
    const measured = { gate: 'tests', counts, failedTests, isTolerable } as const;
    if (reported !== null && areAllTolerated(input, reported))
      return { ...measured, ...describeKnown(reported.counts, failedTests), verdict: 'passed' };
    const failure = findFailure(input, { counts, problems });
    if (failure === null)
      return { ...measured, ...describePass(counts), verdict: 'passed', findings: problems.map(ignored) };
    return { ...measured, ...failure, verdict: verdictOf(failure), findings: findingsOf(failure, problems) };
  },
};

interface Failure {
  readonly reason: FailureReason;
  readonly detail: string;
}

interface Reported {
  readonly counts: TestCounts | null;
  readonly problems: readonly string[];
}

function findFailure(input: TestsInput, { counts, problems }: Reported): Failure | null {
  const stopped = describeEnd(input);
  if (stopped !== null) return stopped;
  if (input.exitCode !== 0) return { reason: 'exit-code', detail: describeExit(input, counts) };
  if (counts === null) return input.reportExpected ? describeAbsence(problems) : null;
  if (counts.failed > 0) {
    const detail = `The test command ended with exit code 0, but its report shows ${countOf(counts.failed, 'failed test')}.`;
    return { reason: 'report-disagrees', detail };
  }
  if (counts.total === 0)
    return { reason: 'no-tests', detail: 'The test command passed, but its report shows no test.' };
  if (counts.passed > 0) return null;
  return { reason: 'all-skipped', detail: `The test command passed, but all ${counts.total} tests were skipped.` };
}

/** A report that cannot be read, a failure without a name, or an end by a signal could be anything. */
function areAllTolerated(
  { endedBy, exitCode, besideTests = null, tolerated = new Map() }: TestsInput,
  { counts, problems, failedTests }: { counts: TestCounts } & Pick<TestsGateResult, 'failedTests'> & Reported,
): boolean {
  if (endedBy !== 'exit' || exitCode === null || besideTests !== null || problems.length > 0) return false;
  if (counts.failed === 0 || counts.passed === 0 || counts.failed !== failedTests.length) return false;
  const failed = countNames(failedTests);
  return [...failed].every(
    ([name, count]) => name !== NO_NAME && (tolerated === 'named' || count <= (tolerated.get(name) ?? 0)),
  );
}

/** Returns how many failed tests have each name. */
export function countNames(failedTests: readonly FailedTest[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of failedTests) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function describeKnown(counts: TestCounts, failedTests: readonly FailedTest[]) {
  const names = [...countNames(failedTests).keys()];
  const listed = `${names.slice(0, 20).join('; ')}${names.length > 20 ? `; and ${names.length - 20} more` : ''}`;
  const findings = [createFinding('tests/known-failure', { message: `They fail as they did before: ${listed}` })];
  const detail = `${counts.passed} of ${countOf(counts.total, 'test')} passed, ${countOf(counts.failed, 'known failure')} tolerated.`;
  return { reason: 'passed-but-known', detail, findings } as const;
}

function describeEnd({ endedBy }: TestsInput): Failure | null {
  if (endedBy === 'timeout')
    return { reason: 'timeout', detail: 'The tests did not end within their time limit and were stopped.' };
  if (endedBy === 'silence')
    return { reason: 'silence', detail: 'The tests wrote nothing for too long and were stopped.' };
  if (endedBy === 'abort') return { reason: 'aborted', detail: 'The tests were stopped before they ended.' };
  if (endedBy === 'spawn-failure') return { reason: 'not-started', detail: 'The test command could not be started.' };
  return null;
}

function describeExit({ exitCode, besideTests = null }: TestsInput, counts: TestCounts | null): string {
  const beside = besideTests === null ? '' : ` Beside tests: ${besideTests}`;
  const end = exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
  if (counts === null) return `The test command ${end}.`;
  if (counts.failed > 0)
    return `${counts.failed} of ${countOf(counts.total, 'test')} failed; the test command ${end}.${beside}`;
  return `The test command ${end}, although its report shows no failed test among ${counts.total}.`;
}

function describeAbsence([problem]: readonly string[]): Failure {
  if (problem !== undefined) return { reason: 'report-unreadable', detail: problem };
  return { reason: 'report-missing', detail: 'The test command passed, but wrote no report where one is expected.' };
}

function describePass(counts: TestCounts | null) {
  if (counts === null) {
    const detail = 'The test command passed; no report says how many tests ran.';
    return { reason: 'passed-uncounted', detail } as const;
  }
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  const detail = `${counts.passed} of ${countOf(counts.total, 'test')} passed${skipped}.`;
  return { reason: 'passed', detail } as const;
}

function verdictOf({ reason }: Failure): Exclude<Verdict, 'passed'> {
  return reason === 'aborted' || reason === 'not-started' ? 'unknown' : 'failed';
}

function findingsOf({ reason, detail }: Failure, problems: readonly string[]): Finding[] {
  if (reason === 'report-unreadable') return problems.map((message) => createFinding(`tests/${reason}`, { message }));
  return [createFinding(`tests/${reason}`, { message: detail }), ...problems.map(ignored)];
}

function ignored(problem: string): Finding {
  return createFinding('tests/report-ignored', { message: problem });
}

function readReports({ reports, reportProblems }: TestsInput) {
  const problems = [...reportProblems];
  const failedTests: FailedTest[] = [];
  let counts: TestCounts | null = null;
  const read: ReportFile[] = [];
  for (const report of reports) {
    if (isSummary(report, reports) || read.some((other) => isCopy(report, other))) continue;
    read.push(report);
    const { path, bytes } = report;
    try {
      const report = readJUnit(bytes);
      if (report === null) continue;
      counts = addCounts(counts, report.counts);
      failedTests.push(...report.failedTests.slice(0, KEPT_FAILURES - failedTests.length));
    } catch (error) {
      problems.push(`The test report ${path} ${errorMessage(error)}.`);
    }
  }
  return { counts, failedTests, problems };
}

/** Ant's task junitreport puts together what lies beside it, under this name. */
function isSummary({ path }: ReportFile, reports: readonly ReportFile[]): boolean {
  const at = path.lastIndexOf('/') + 1;
  if (path.slice(at) !== 'TESTS-TestSuites.xml') return false;
  return reports.some((other) => other.path.startsWith(`${path.slice(0, at)}TEST-`));
}

/** Tools note when and how long tests ran: the same once more, under the same name, is a copy and not another run that came
 *  out alike. */
function isCopy(one: ReportFile, other: ReportFile): boolean {
  const nameOf = ({ path }: ReportFile) => path.slice(path.lastIndexOf('/') + 1);
  return nameOf(one) === nameOf(other) && Buffer.compare(one.bytes, other.bytes) === 0 && isDated(one.bytes);
}

function isDated(bytes: Uint8Array): boolean {
  return /\s(?:timestamp="[^"]|time="0*\.?0*[1-9])/.test(new TextDecoder().decode(bytes.subarray(0, 4096)));
}

function addCounts(first: TestCounts | null, second: TestCounts): TestCounts {
  if (first === null) return second;
  return {
    total: first.total + second.total,
    passed: first.passed + second.passed,
    failed: first.failed + second.failed,
    skipped: first.skipped + second.skipped,
  };
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
