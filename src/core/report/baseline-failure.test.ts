import { expect } from 'chai';
import { parseRepositoryFile } from '../repository/repository-file.ts';
import { allowanceFor, describeBaselineFailure, type FailedBaseline, remedyOfBaseline } from './baseline-failure.ts';

const OUTPUT = `${Array.from({ length: 40 }, (_, n) => `\u001b[31mline ${n}\u001b[0m`).join('\n')}\n`;
const FAILED: FailedBaseline = {
  commit: '0123456789abcdef',
  kind: 'tests-failed',
  detail: '2 of 3 tests failed.',
  failures: [
    { name: 'adds: "two" # and \\ more', count: 1 },
    { name: '- subtracts', count: 2 },
  ],
  command: { name: 'test', command: ['npm', 'test'], output: OUTPUT },
};

describe('a base line that failed', () => {
  it('is told by its commit, the names of its tests, and the last 20 lines', () => {
    const text = describeBaselineFailure(FAILED);
    expect(text).to.match(
      /^2 of 3 tests failed\. This is the commit 0123456789ab, .*tried twice\.\nFailed tests:\n- adds/,
    );
    expect(text)
      .to.include('Last lines of "npm test":\nline 20\nline 21')
      .and.match(/line 39$/);
    expect(text).to.not.include('line 19');
    const failures = Array.from({ length: 30 }, (_, n) => ({ name: `t${n}`, count: 1 }));
    expect(describeBaselineFailure({ ...FAILED, failures })).to.include('- t19\n- and 10 more');
  });

  it('comes with lines that allow just these tests when they are pasted', () => {
    const lines = allowanceFor(FAILED) ?? '';
    expect(remedyOfBaseline(FAILED)).to.include(lines);
    expect(parseRepositoryFile(lines, 'pasted').baseline.allowFailures).to.deep.equal(
      FAILED.failures.map(({ name }) => name),
    );
    const below = { ...FAILED, kind: 'coverage-below', failures: [] } as const;
    expect(remedyOfBaseline(below)).to.include(allowanceFor(below) ?? 'none');
    expect(parseRepositoryFile(allowanceFor(below) ?? '', 'pasted').baseline.allowBelowThreshold).to.equal(true);
  });

  it('offers no allowance for what has no name', () => {
    const nameless = { ...FAILED, failures: [] };
    expect(allowanceFor(nameless)).to.equal(null);
    expect(remedyOfBaseline(nameless)).to.include('JUnit report');
    expect(remedyOfBaseline({ ...nameless, kind: 'coverage-unknown' })).to.include('"coverage"');
    expect(remedyOfBaseline({ ...nameless, kind: 'setup-failed' })).to.include('clean clone: npm test');
  });
});
