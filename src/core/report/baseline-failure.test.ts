import { expect } from 'chai';
import { describeFailure, type FailedCommand } from '../repository/command-failure.ts';
import { parseRepositoryFile } from '../repository/repository-file.ts';
import { allowanceFor, describeBaselineFailure, type FailedBaseline, remedyOfBaseline } from './baseline-failure.ts';

const failureOf = (parts: Partial<FailedCommand> = {}) =>
  describeFailure({
    ...{ name: 'test', command: ['npm', 'test'], source: 'detected from package.json', ecosystem: 'npm' },
    ...{ endedBy: 'exit', exitCode: 1, output: '2 failing', isBaseline: true },
    ...parts,
  });
const FAILED: FailedBaseline = {
  commit: '0123456789abcdef',
  kind: 'tests-failed',
  detail: '2 of 3 tests failed.',
  failures: [
    { name: 'adds: "two" # and \\ more', count: 1 },
    { name: '- subtracts', count: 2 },
  ],
  unnamed: 0,
  isAllowable: true,
  failure: failureOf({ hasFailedTests: true }),
};
/** What of a remedy is to be pasted. */
const pasted = (remedy: string) => parseRepositoryFile(remedy.split('\n').slice(1).join('\n'), 'pasted');

describe('a base line that failed', () => {
  it('is told by its commit and the names of its tests', () => {
    const text = describeBaselineFailure(FAILED);
    expect(text).to.match(
      /^2 of 3 tests failed\. This is the commit 0123456789ab, .*tried twice\.\nFailed tests:\n- adds/,
    );
    const failures = Array.from({ length: 30 }, (_, n) => ({ name: `t${n}`, count: 1 }));
    expect(describeBaselineFailure({ ...FAILED, failures })).to.match(/- t19\n- and 10 more$/);
  });

  it('comes with lines that allow just these tests when they are pasted', () => {
    expect(pasted(remedyOfBaseline(FAILED)).baseline.allowFailures).to.deep.equal(
      FAILED.failures.map(({ name }) => name),
    );
    const below = { ...FAILED, kind: 'coverage-below', failures: [], failure: null } as const;
    expect(pasted(remedyOfBaseline(below)).baseline.allowBelowThreshold).to.equal(true);
  });

  it('is to be mended as its command is, and by no change that there is not yet', () => {
    const stale = failureOf({
      ...{ name: 'install', command: ['npm', 'ci'] },
      output: 'npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.',
    });
    expect(remedyOfBaseline({ ...FAILED, kind: 'setup-failed', failures: [], failure: stale }))
      .to.equal(stale.remedy)
      .and.include('npm install');
    const full = failureOf({ output: 'ENOSPC: no space left on device', hasFailedTests: true });
    for (const failure of [FAILED.failure, full]) {
      const remedy = remedyOfBaseline({ ...FAILED, failure });
      expect(remedy.startsWith(failure?.remedy ?? 'none')).to.equal(true);
      expect(remedy).to.not.match(/the change|fix the code/i);
    }
    expect(failureOf({ output: 'ENOSPC' }).actsNext).to.equal('operator');
  });

  it('offers no allowance that would not do: some of the failed tests are not known by name', () => {
    const failures = Array.from({ length: 200 }, (_, i) => ({ name: `t${i}`, count: 1 }));
    const partly = { ...FAILED, failures, unnamed: 50 };
    expect(allowanceFor(partly)).to.equal(null);
    expect(describeBaselineFailure(partly)).to.match(/- t19\n- and 230 more$/);
    expect(remedyOfBaseline(partly)).to.include('the names of 50 are not known').and.not.include('allowFailures');
  });

  it('offers no allowance for what has no name', () => {
    const nameless = { ...FAILED, failures: [], isAllowable: false };
    expect(allowanceFor(nameless)).to.equal(null);
    expect(remedyOfBaseline(nameless)).to.include('JUnit report');
    expect(remedyOfBaseline({ ...nameless, kind: 'coverage-unknown' })).to.not.include('JUnit');
    expect(remedyOfBaseline({ ...nameless, kind: 'coverage-unknown', failure: null })).to.include('.kiro-worker.yml');
  });
});
