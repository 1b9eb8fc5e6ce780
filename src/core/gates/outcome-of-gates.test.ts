import { expect } from 'chai';
import { makeCoverageResult, makeTestsResult } from '../../../test/support/run-report.ts';
import type { Verdict } from './gate.ts';
import { outcomeOfGates, refusalOfChange } from './outcome-of-gates.ts';
import { NO_CHANGE_RESULTS, NO_GATE_RESULTS } from './results.ts';

describe('outcomeOfGates', () => {
  type Given = Verdict | 'not evaluated';
  const rows: ReadonlyArray<[tests: Given, coverage: Given, kind: string, detail: RegExp]> = [
    ['passed', 'passed', 'passed', /^of the tests$/],
    ['failed', 'not evaluated', 'tests-failed', /^of the tests$/],
    ['failed', 'failed', 'tests-failed', /^of the tests$/],
    ['failed', 'passed', 'tests-failed', /^of the tests$/],
    ['passed', 'failed', 'coverage-below', /^of coverage$/],
    ['passed', 'unknown', 'coverage-unknown', /^of coverage$/],
    ['passed', 'not evaluated', 'coverage-unknown', /^The gate "coverage" was not evaluated\.$/],
    ['unknown', 'passed', 'internal-error', /^of the tests$/],
    ['unknown', 'failed', 'coverage-below', /^of coverage$/],
    ['unknown', 'not evaluated', 'internal-error', /^of the tests$/],
    ['not evaluated', 'passed', 'internal-error', /^The gate "tests" was not evaluated\.$/],
    ['not evaluated', 'unknown', 'internal-error', /^The gate "tests" was not evaluated\.$/],
  ];
  for (const [tests, coverage, kind, detail] of rows) {
    it(`is ${kind} when tests are ${tests} and coverage is ${coverage}`, () => {
      const outcome = outcomeOfGates({
        ...NO_GATE_RESULTS,
        tests: tests === 'not evaluated' ? null : makeTestsResult({ verdict: tests, detail: 'of the tests' }),
        coverage:
          coverage === 'not evaluated' ? null : makeCoverageResult({ verdict: coverage, detail: 'of coverage' }),
      });
      expect(outcome.kind).to.equal(kind);
      expect(outcome.detail).to.match(detail);
    });
  }

  it('passes nothing when no gate was evaluated', () => {
    expect(outcomeOfGates(NO_GATE_RESULTS).kind).to.equal('internal-error');
  });
});

describe('refusalOfChange', () => {
  const of = (verdict: Verdict) => ({ gate: 'secrets', verdict, detail: `It ${verdict}.`, findings: [] }) as const;

  it('lets a change through that each gate passes', () => {
    expect(refusalOfChange({ ...NO_CHANGE_RESULTS, secrets: of('passed') })).to.equal(null);
  });

  it('says what each gate says that does not, also one that could not judge', () => {
    const dependencies = { ...of('unknown'), gate: 'dependencies' } as const;
    expect(refusalOfChange({ ...NO_CHANGE_RESULTS, secrets: of('failed'), dependencies })).to.equal(
      'secrets: It failed.\ndependencies: It unknown.',
    );
  });
});
