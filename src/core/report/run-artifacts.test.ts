import { expect } from 'chai';
import { resultFiles } from './run-artifacts.ts';
import type { RunReport } from './run-report.ts';

const REPORT: RunReport = {
  outcome: 'completed',
  detail: 'Done.',
  remedy: 'Review.',
  branch: 'feature/x',
  specPath: '.kiro/specs/feature/x',
  environment: 'test',
  buildId: 'p:1',
  buildUrl: null,
  attempt: 1,
  startedAtMs: 1000,
  finishedAtMs: 3500,
  head: null,
  tasks: [],
  tests: { total: 4, passed: 3, failed: 0, skipped: 1 },
  testsVerdict: 'passed',
  failedTests: [],
  coverage: { linesPct: 87.5, thresholdPct: 80 },
  findings: [],
  agentCredits: null,
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

  it('tells missing figures apart from zero', () => {
    const metadata = read({ ...REPORT, outcome: 'coverage-unknown', tests: null, coverage: null }, 'metadata.json');
    expect(metadata).to.deep.include({ success: false, testResults: null, coverage: { percentage: null } });
  });

  it('keeps all tests that failed and all coverage figures', () => {
    const failedTests = Array.from({ length: 500 }, (_, at) => ({ name: `t${at}`, message: 'm' }));
    expect(read({ ...REPORT, failedTests }, 'reports/test-results.json')).to.deep.equal({
      verdict: 'passed',
      counts: REPORT.tests,
      failedTests,
    });
    expect(read(REPORT, 'reports/coverage.json')).to.deep.equal({ linesPct: 87.5, thresholdPct: 80 });
  });

  it('writes a time that is none as null', () => {
    expect(read({ ...REPORT, finishedAtMs: Number.NaN }, 'metadata.json').timestamp).to.equal(null);
  });
});
