import { expect } from 'chai';
import { combineVerdicts, type Verdict } from './gate.ts';

describe('combineVerdicts', () => {
  const cases: ReadonlyArray<readonly [given: readonly Verdict[], expected: Verdict]> = [
    [[], 'unknown'],
    [['passed'], 'passed'],
    [['passed', 'passed'], 'passed'],
    [['passed', 'unknown'], 'unknown'],
    [['unknown', 'failed'], 'failed'],
    [['passed', 'failed'], 'failed'],
  ];
  for (const [given, expected] of cases) {
    it(`[${given.join(', ')}] is ${expected}`, () => {
      expect(combineVerdicts(given.map((verdict) => ({ verdict })))).to.equal(expected);
    });
  }
});
