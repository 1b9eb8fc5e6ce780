import type { CoverageGateResult } from '../../src/core/gates/coverage/gate.ts';
import { NO_GATE_RESULTS } from '../../src/core/gates/results.ts';
import type { TestsGateResult } from '../../src/core/gates/tests.ts';
import type { RunReport } from '../../src/core/report/run-report.ts';

export const HEAD = '0123456789abcdef0123456789abcdef01234567';

/** A passed result of the tests gate, with the given parts instead. */
export function makeTestsResult(parts: Partial<TestsGateResult> = {}): TestsGateResult {
  return {
    gate: 'tests',
    verdict: 'passed',
    reason: 'passed',
    detail: '3 of 3 tests passed.',
    counts: { total: 3, passed: 3, failed: 0, skipped: 0 },
    failedTests: [],
    isTolerable: false,
    findings: [],
    ...parts,
  };
}

/** A passed result of the coverage gate, with the given parts instead. */
export function makeCoverageResult(parts: Partial<CoverageGateResult> = {}): CoverageGateResult {
  return {
    gate: 'coverage',
    verdict: 'passed',
    detail: 'Line coverage is 80 %.',
    findings: [],
    lineTotals: [{ covered: 80, total: 100, format: 'LCOV' }],
    linesPct: 80,
    functionsPct: null,
    branchesPct: null,
    statementsPct: null,
    thresholdPct: 80,
    ...parts,
  };
}

/** The report of a run whose tests failed, with the given parts instead. */
export function makeReport(parts: Partial<RunReport> = {}): RunReport {
  return {
    outcome: 'tests-failed',
    detail: 'One of three tests failed.',
    remedy: 'Fix the code on the branch.',
    actsNext: 'author',
    failedCommand: null,
    filesAt: null,
    branch: 'feature/parser',
    specPath: '.kiro/specs/feature/parser',
    environment: 'test',
    buildId: 'kiro-worker-test:7f',
    buildUrl: 'https://builds.example/7f',
    attempt: 2,
    startedAtMs: 1_700_000_000_000,
    finishedAtMs: 1_700_000_090_000,
    head: HEAD,
    rules: { branch: 'main', commit: HEAD, hasFile: true },
    tasks: [
      { id: '1.1', title: 'Read', status: 'done', commit: HEAD, commitUrl: `https://g.example/${HEAD}`, credits: 0.25 },
      { id: null, title: 'Write', status: 'open', commit: null, commitUrl: null, credits: null },
    ],
    repairs: [],
    gates: {
      ...NO_GATE_RESULTS,
      tests: makeTestsResult({
        verdict: 'failed',
        reason: 'exit-code',
        counts: { total: 3, passed: 2, failed: 1, skipped: 0 },
        failedTests: [{ name: 'reads an empty file', message: 'expected 1 to equal 2\n  at parser.test.ts:3' }],
      }),
      coverage: makeCoverageResult({ verdict: 'failed', linesPct: 79.999, functionsPct: 90 }),
    },
    findings: [
      {
        rule: 'spec/warning',
        severity: 'warning',
        path: '.kiro/specs/feature/parser/tasks.md',
        line: 3,
        message: 'This open box has no text.',
        remedy: 'Give it one.',
      },
    ],
    agentCredits: 0.25,
    agentTokens: null,
    changedFiles: ['src/parser.ts'],
    ...parts,
  };
}
