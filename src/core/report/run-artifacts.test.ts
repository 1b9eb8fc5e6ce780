import { expect } from 'chai';
import { makeCoverageResult, makeTestsResult } from '../../../test/support/run-report.ts';
import { createFinding } from '../gates/finding.ts';
import { NO_GATE_RESULTS } from '../gates/results.ts';
import { resultFiles } from './run-artifacts.ts';
import type { RunReport } from './run-report.ts';

const REPORT: RunReport = {
  outcome: 'completed',
  detail: 'Done.',
  remedy: 'Review.',
  actsNext: 'author',
  failedCommand: null,
  filesAt: null,
  branch: 'feature/x',
  specPath: '.kiro/specs/feature/x',
  environment: 'test',
  buildId: 'p:1',
  buildUrl: null,
  attempt: 1,
  startedAtMs: 1000,
  finishedAtMs: 3500,
  head: null,
  rules: null,
  tasks: [],
  repairs: [],
  gates: {
    ...NO_GATE_RESULTS,
    tests: makeTestsResult({ counts: { total: 4, passed: 3, failed: 0, skipped: 1 } }),
    coverage: makeCoverageResult({ linesPct: 87.5, branchesPct: 75, detail: 'Line coverage is 87.5 %.' }),
  },
  findings: [],
  agentCredits: null,
  agentTokens: null,
  changedFiles: ['a.ts'],
};

function read(report: RunReport, path: string): Record<string, unknown> {
  return JSON.parse(resultFiles(report)[path] ?? 'null');
}

describe('resultFiles', () => {
  it('writes the metadata under the names that users know', () => {
    expect(read(REPORT, 'metadata.json')).to.deep.include({
      buildId: 'p:1',
      environment: 'test',
      branchName: 'feature/x',
      timestamp: '1970-01-01T00:00:03.500Z',
      success: true,
      duration: 2500,
      testResults: { totalTests: 4, passedTests: 3, failedTests: 0 },
      coverage: { percentage: 87.5 },
    });
  });

  it('distinguishes missing figures from zero', () => {
    const metadata = read({ ...REPORT, outcome: 'coverage-unknown', gates: NO_GATE_RESULTS }, 'metadata.json');
    expect(metadata).to.deep.include({ success: false, testResults: null, coverage: { percentage: null } });
  });

  it('keeps what each gate that was evaluated decided', () => {
    const findings = [createFinding('tests/flaky', { message: 'It failed at first.' })];
    const secrets = { gate: 'secrets', verdict: 'passed', detail: 'Scanned.', findings } as const;
    const { gates } = read({ ...REPORT, gates: { ...NO_GATE_RESULTS, secrets } }, 'reports/gates.json');
    expect(gates).to.deep.equal([{ ...secrets }]);
  });

  it('keeps all tests that failed and all coverage figures', () => {
    const failedTests = Array.from({ length: 500 }, (_, at) => ({ name: `t${at}`, message: 'm' }));
    const tests = makeTestsResult({ failedTests });
    const report = { ...REPORT, gates: { ...REPORT.gates, tests } };
    expect(read(report, 'reports/test-results.json')).to.deep.equal({
      verdict: 'passed',
      counts: { total: 3, passed: 3, failed: 0, skipped: 0 },
      failedTests,
    });
    expect(read(REPORT, 'reports/coverage.json')).to.deep.equal({
      kind: 'met',
      linesPct: 87.5,
      functionsPct: null,
      branchesPct: 75,
      statementsPct: null,
      thresholdPct: 80,
      reason: 'Line coverage is 87.5 %.',
    });
  });

  it('writes the verdicts of gates that did not run or know nothing', () => {
    const none = { ...REPORT, gates: NO_GATE_RESULTS };
    expect(read(none, 'reports/test-results.json')).to.deep.equal({
      verdict: 'not run',
      counts: null,
      failedTests: [],
    });
    expect(read(none, 'reports/coverage.json')).to.deep.equal({ linesPct: null, thresholdPct: null });
    for (const [verdict, kind] of [
      ['failed', 'below'],
      ['unknown', 'unknown'],
    ] as const) {
      const gates = {
        ...NO_GATE_RESULTS,
        tests: makeTestsResult({ verdict }),
        coverage: makeCoverageResult({ verdict }),
      };
      expect(read({ ...REPORT, gates }, 'reports/test-results.json').verdict).to.equal(verdict);
      expect(read({ ...REPORT, gates }, 'reports/coverage.json').kind).to.equal(kind);
    }
  });

  it('writes findings as objects', () => {
    const found = createFinding('agent/secret', { path: 'a.env', message: 'The agent wrote a secret.' });
    const remedy = 'Find out which task or test prints the environment, and change it; nothing was pushed.';
    expect(read({ ...REPORT, findings: [found] }, 'metadata.json').findings).to.deep.equal([
      { rule: 'agent/secret', severity: 'error', path: 'a.env', message: 'The agent wrote a secret.', remedy },
    ]);
  });

  it('writes an invalid time as null', () => {
    expect(read({ ...REPORT, finishedAtMs: Number.NaN }, 'metadata.json').timestamp).to.equal(null);
  });
});
