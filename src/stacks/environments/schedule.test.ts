import { expect } from 'chai';
import fc from 'fast-check';
import { rateMinutes, scheduleProblem } from './schedule.ts';

describe('schedule expressions', () => {
  const right = [
    'rate(1 minute)',
    'rate(5 minutes)',
    'rate(1 hour)',
    'rate(12 hours)',
    'cron(0/10 8-18 ? * MON-FRI *)',
    'cron(0 12 L * ? 2027)',
  ];
  for (const expression of right) {
    it(`accepts ${expression}`, () => {
      expect(scheduleProblem(expression)).to.equal(null);
    });
  }

  const wrong: ReadonlyArray<[string, RegExp]> = [
    ['rate(1 minutes)', /singular/],
    ['rate(5 minute)', /plural/],
    ['rate(0 minutes)', /never/],
    ['rate(5 seconds)', /must look like/],
    ['rate(1 day)', /12 hours/],
    ['5 minutes', /must look like/],
    ['cron(* * * *)', /6 fields/],
    ['cron(0 12 * * MON *)', /exactly one \?/],
    ['cron(0 12 ? * ? *)', /exactly one \?/],
    ['cron(0 12 ? * $(id) *)', /cron fields/],
  ];
  for (const [expression, problem] of wrong) {
    it(`refuses ${expression}`, () => {
      expect(scheduleProblem(expression)).to.match(problem);
    });
  }

  it('knows the minutes of every rate that it accepts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 720 }), (minutes) => {
        const expression = `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`;
        expect(scheduleProblem(expression)).to.equal(null);
        expect(rateMinutes(expression)).to.equal(minutes);
      }),
    );
    expect(rateMinutes('cron(0 12 ? * MON *)')).to.equal(null);
  });
});
