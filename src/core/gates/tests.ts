import type { ProcessResult } from '../ports/process.ts';
import type { FailedTest, TestCounts } from '../report/run-report.ts';
import { readJUnit } from './junit.ts';

/** Text of a report file; `path` is for people and for telling parts of a repository apart. */
export interface ReportFile {
  readonly path: string;
  readonly text: string;
}

export interface TestRun {
  readonly exitCode: number | null;
  readonly endedBy: ProcessResult['endedBy'];
  readonly reports: readonly ReportFile[];
  /** A report was named in the repository file, so its absence is a failure. */
  readonly reportExpected?: boolean;
}

export type TestReason =
  | 'passed'
  | 'passed-uncounted'
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

export interface TestVerdict {
  readonly passed: boolean;
  readonly reason: TestReason;
  /** One sentence for people. */
  readonly detail: string;
  /** Null where no readable report tells. */
  readonly counts: TestCounts | null;
  /** The first failed tests, names and messages cut to a bearable length. */
  readonly failedTests: readonly FailedTest[];
  /** Reports that could not be used, one sentence each. */
  readonly problems: readonly string[];
}

/** Returns whether the tests pass. The exit status is the verdict; a readable report gives the counts, and may only turn
 *  a pass into a failure: when it shows failed tests, or none that ran. */
export function evaluateTests(run: TestRun): TestVerdict {
  const { counts, failedTests, problems } = readReports(run.reports);
  const verdict = (passed: boolean, reason: TestReason, detail: string): TestVerdict => ({
    passed,
    reason,
    detail,
    counts,
    failedTests,
    problems,
  });
  const [stopped, words] = describeEnd(run);
  if (stopped !== null) return verdict(false, stopped, words);
  if (run.exitCode !== 0) return verdict(false, 'exit-code', describeExit(run, counts));
  if (counts === null) {
    if (run.reportExpected && problems.length > 0) return verdict(false, 'report-unreadable', problems[0] ?? '');
    if (run.reportExpected) {
      return verdict(false, 'report-missing', 'The test command passed, but wrote no report where one is expected.');
    }
    return verdict(true, 'passed-uncounted', 'The test command passed; no report tells how many tests ran.');
  }
  if (counts.failed > 0) {
    const detail = `The test command ended with exit code 0, but its report shows ${countOf(counts.failed, 'failed test')}.`;
    return verdict(false, 'report-disagrees', detail);
  }
  if (counts.total === 0) return verdict(false, 'no-tests', 'The test command passed, but its report shows no test.');
  if (counts.passed === 0) {
    return verdict(false, 'all-skipped', `The test command passed, but all ${counts.total} tests were skipped.`);
  }
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  return verdict(true, 'passed', `${counts.passed} of ${countOf(counts.total, 'test')} passed${skipped}.`);
}

function readReports(reports: readonly ReportFile[]) {
  const problems: string[] = [];
  const failedTests: FailedTest[] = [];
  let counts: TestCounts | null = null;
  for (const { path, text } of reports) {
    try {
      const report = readJUnit(text);
      if (report === null) continue;
      counts = addCounts(counts, report.counts);
      failedTests.push(...report.failedTests.slice(0, 200 - failedTests.length));
    } catch (error) {
      problems.push(`The test report ${path} ${error instanceof Error ? error.message : 'is unreadable'}.`);
    }
  }
  return { counts, failedTests, problems };
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

function describeEnd({ endedBy }: TestRun): [TestReason | null, string] {
  if (endedBy === 'timeout') return ['timeout', 'The tests did not end within their time limit and were stopped.'];
  if (endedBy === 'silence') return ['silence', 'The tests wrote nothing for too long and were stopped.'];
  if (endedBy === 'abort') return ['aborted', 'The tests were stopped before they ended.'];
  if (endedBy === 'spawn-failure') return ['not-started', 'The test command could not be started.'];
  return [null, ''];
}

function describeExit({ exitCode }: TestRun, counts: TestCounts | null): string {
  const end = exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
  if (counts === null) return `The test command ${end}.`;
  if (counts.failed > 0) return `${counts.failed} of ${countOf(counts.total, 'test')} failed; the test command ${end}.`;
  return `The test command ${end}, although its report shows no failed test among ${counts.total}.`;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
