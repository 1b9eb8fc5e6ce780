import { outcomeOf } from '../outcome.ts';
import type { RunReport } from './run-report.ts';

/** Returns the JSON files that a run leaves among its artifacts, by path. `duration` in metadata.json is in
 *  milliseconds, and `coverage.percentage` counts lines. */
export function resultFiles(report: RunReport): Record<string, string> {
  return {
    'reports/test-results.json': toJson({
      verdict: report.testsVerdict,
      counts: report.tests,
      failedTests: report.failedTests,
    }),
    'reports/coverage.json': toJson(report.coverage ?? { linesPct: null, thresholdPct: null }),
    'metadata.json': toJson(metadata(report)),
  };
}

function metadata(report: RunReport) {
  const { tests, coverage } = report;
  return {
    buildId: report.buildId,
    environment: report.environment,
    branchName: report.branch,
    timestamp: toTimestamp(report.finishedAtMs),
    success: outcomeOf(report.outcome).exitCode === 0,
    duration: report.finishedAtMs - report.startedAtMs,
    testResults:
      tests === null ? null : { totalTests: tests.total, passedTests: tests.passed, failedTests: tests.failed },
    coverage: { percentage: coverage?.linesPct ?? null },
    outcome: report.outcome,
    detail: report.detail,
    remedy: report.remedy,
    buildUrl: report.buildUrl,
    specPath: report.specPath,
    attempt: report.attempt,
    head: report.head,
    tasks: report.tasks,
    findings: report.findings,
    agentCredits: report.agentCredits,
    changedFiles: report.changedFiles,
  };
}

function toTimestamp(atMs: number): string | null {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
