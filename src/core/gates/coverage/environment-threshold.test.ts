import { expect } from 'chai';
import { expectError } from '../../../../test/support/expect-error.ts';
import { readThresholdPct } from './environment-threshold.ts';

describe('COVERAGE_THRESHOLD', () => {
  it('is 80 unless it is set', () => {
    expect(
      ['', undefined, '0', '100', '92.5'].map((set) => readThresholdPct({ COVERAGE_THRESHOLD: set })),
    ).to.deep.equal([80, 80, 0, 100, 92.5]);
  });

  for (const value of ['80%', 'high', '101', '-1', 'NaN', '1e1'])
    it(`is refused with its value: ${value}`, async () => {
      const reading = (async () => readThresholdPct({ COVERAGE_THRESHOLD: value }))();
      expect((await expectError(reading, 'CONFIG_INVALID')).problems).to.deep.equal([
        `COVERAGE_THRESHOLD: must be a number from 0 to 100 (it is "${value}")`,
      ]);
    });
});
