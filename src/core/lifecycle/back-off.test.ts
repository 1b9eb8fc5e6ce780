import { expect } from 'chai';
import type { OutcomeKind } from '../outcome.ts';
import { nextEligibleAtMs } from './back-off.ts';

describe('the wait before the next attempt', () => {
  it('doubles with each ending in a row that pushed no task, and is none after progress', () => {
    const wait = (kind: OutcomeKind, fruitless: number) =>
      nextEligibleAtMs({ kind, fruitless, backoffMs: 60_000, nowMs: 0 });
    for (const kind of ['agent-failed', 'branch-moved', 'tests-failed', 'partial', 'baseline-failed'] as const) {
      expect([1, 2, 3].map((fruitless) => wait(kind, fruitless))).to.deep.equal([60_000, 120_000, 240_000]);
      expect(wait(kind, 4_000)).to.equal(24 * 60 * 60 * 1000);
      expect(wait(kind, 0)).to.equal(0);
    }
    expect([1, 2, 9].map((fruitless) => wait('service-unavailable', fruitless))).to.deep.equal([
      60_000, 120_000, 3_600_000,
    ]);
    expect(nextEligibleAtMs({ kind: 'agent-failed', fruitless: 5_000, backoffMs: 0, nowMs: 7 })).to.equal(7);
  });
});
