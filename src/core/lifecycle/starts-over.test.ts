import { expect } from 'chai';
import type { LockRow } from '../lock.ts';
import { startsOver } from './starts-over.ts';

const HOUR_MS = 3_600_000;

/** The row of a run that finished no task, acquired at `oursMs` by our clock. */
function endedAt(oursMs: number): LockRow {
  return {
    ...{ lockKey: 'octo/app#x', branch: 'x', status: 'released', owner: 'o', fence: 1, workItemId: 'i' },
    ...{ acquiredAtMs: oursMs, leaseExpiresAtMs: oursMs + HOUR_MS, startToken: 't', buildId: 'b', environment: 'test' },
    ...{ attempts: 3, fruitless: 3, lastOutcome: 'tests-failed', lastHead: 'a', lastRules: 'r', lastSpec: 's' },
    ...{ releasedAtMs: oursMs + 1, cardOursUntilMs: 5_000, nextEligibleAtMs: 0, pending: null },
  };
}

describe('attempts', () => {
  it('start over by the move of a person, told by no clock but that of GitHub', () => {
    for (const oursMs of [-HOUR_MS, 0, HOUR_MS]) {
      for (const wasPutElsewhere of [true, false]) {
        const since = { head: 'a', isHeadByPerson: false, wasPutElsewhere, rules: 'r' };
        const movedAt = (movedByPersonAtMs: number | null) =>
          startsOver(endedAt(oursMs), { ...since, movedByPersonAtMs });
        expect([null, 4_000, 5_000].map(movedAt)).to.deep.equal([false, false, true]);
      }
    }
  });
});
