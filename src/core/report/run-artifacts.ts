import type { Verdict } from '../gates/gate.ts';
import { GATE_NAMES } from '../gates/results.ts';
import { outcomeOf } from '../outcome.ts';
import type { RunReport } from './run-report.ts';

/** Returns the JSON files that a run leaves among its artifacts, by path. `duration` in metadata.json is in
 *  milliseconds, and `coverage.percentage` counts lines. Their keys are permanent. */
export function resultFiles(report: RunReport): Record<string, string> {
  return {
    'reports/test-results.json': toJson(testResults(report)),
    'reports/coverage.json': toJson(coverageResults(report)),
    'reports/gates.json': toJson({ gates: gateResults(report) }),
    'reports/evidence.json': toJson({ criteria: evidenceRows(report) }),
    'metadata.json': toJson(metadata(report)),
  };
}

function testResults({ gates: { tests } }: RunReport) {
  return {
    verdict: tests?.verdict ?? 'not run',
    counts: tests?.counts ?? null,
    failedTests: tests?.failedTests ?? [],
  };
}

/** Words of the coverage verdict in coverage.json. */
const COVERAGE_KINDS = { passed: 'met', failed: 'below', unknown: 'unknown' } as const satisfies Record<
  Verdict,
  string
>;

function coverageResults({ gates: { coverage, 'changed-lines': changed } }: RunReport) {
  if (coverage === null) return { linesPct: null, thresholdPct: null };
  const { verdict, detail, linesPct, functionsPct, branchesPct, statementsPct, thresholdPct } = coverage;
  const figures = { linesPct, functionsPct, branchesPct, statementsPct, thresholdPct };
  const all = { kind: COVERAGE_KINDS[verdict], ...figures, reason: detail };
  if (changed === null) return all;
  const { lines, linesOfBranch, uncovered } = changed;
  return { ...all, changedLines: { verdict: changed.verdict, lines, linesOfBranch, uncovered } };
}

/** What each gate decided, those that were not evaluated left out. */
function gateResults({ gates }: RunReport) {
  return GATE_NAMES.flatMap((name) => {
    const result = gates[name];
    if (result === null) return [];
    const { verdict, detail, findings } = result;
    return [{ gate: name, verdict, detail, findings }];
  });
}

/** What the branch's own tests show of each criterion; empty where it was not asked. */
function evidenceRows({ gates }: RunReport) {
  return (gates.evidence?.rows ?? []).map(({ criterion, ...row }) => ({ ...criterion, ...row }));
}

function metadata(report: RunReport) {
  const { tests, coverage } = report.gates;
  const counts = tests?.counts ?? null;
  return {
    buildId: report.buildId,
    environment: report.environment,
    branchName: report.branch,
    timestamp: toTimestamp(report.finishedAtMs),
    success: outcomeOf(report.outcome).exitCode === 0,
    duration: report.finishedAtMs - report.startedAtMs,
    testResults:
      counts === null ? null : { totalTests: counts.total, passedTests: counts.passed, failedTests: counts.failed },
    coverage: { percentage: coverage?.linesPct ?? null },
    outcome: report.outcome,
    detail: report.detail,
    remedy: report.remedy,
    actsNext: report.actsNext,
    failedCommand: report.failedCommand,
    buildUrl: report.buildUrl,
    specPath: report.specPath,
    attempt: report.attempt,
    head: report.head,
    rules: report.rules,
    tasks: report.tasks,
    repairs: report.repairs,
    findings: report.findings,
    agentCredits: report.agentCredits,
    agentTokens: report.agentTokens,
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
