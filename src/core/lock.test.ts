import { expect } from 'chai';
import fc from 'fast-check';
import type { AcquireRequest, LockRow } from './lock.ts';
import { acquireRow, isExpired, isHeldBy, lockKey, recordBuildInRow, releaseRow, renewRow } from './lock.ts';

const request: AcquireRequest = {
  lockKey: 'octo/example#feature/a',
  branch: 'feature/a',
  owner: 'owner-1',
  workItemId: 'item-1',
  environment: 'test',
  startToken: 'token-1',
  leaseMs: 1_000,
  nowMs: 5_000,
  resetAttempts: false,
};

const held = rowOf(acquireRow(null, request));

describe('lockKey', () => {
  it('differs for every branch of every repository', () => {
    expect(lockKey('octo/example', 'feature/a')).to.equal('octo/example#feature/a');
    expect(lockKey('Octo/Example', 'feature/A')).to.equal('octo/example#feature/A');
    expect(lockKey('octo/example', 'a#b')).to.not.equal(lockKey('octo/example#a', 'c'));
  });
});

describe('isExpired', () => {
  it('is true from the last millisecond of the lease on, for a held row alone', () => {
    expect([5_999, 6_000, 6_001].map((nowMs) => isExpired(held, nowMs))).to.deep.equal([false, true, true]);
    expect(isExpired({ ...held, status: 'released' }, 6_001)).to.equal(false);
  });
});

describe('isHeldBy', () => {
  it('needs status, owner and fence', () => {
    expect(isHeldBy(held, held)).to.equal(true);
    expect(isHeldBy(null, held)).to.equal(false);
    expect(isHeldBy({ ...held, status: 'released' }, held)).to.equal(false);
    expect(isHeldBy(held, { ...held, owner: 'owner-2' })).to.equal(false);
    expect(isHeldBy(held, { ...held, fence: 2 })).to.equal(false);
  });
});

describe('acquireRow', () => {
  it('never changes a held row whose lease lasts, whoever asks with whatever fence', () => {
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 0, max: 3 })), fc.nat({ max: 999 }), (fence, passedMs) => {
        const takeOver = fence === null ? {} : { takeOverFence: fence };
        const other = { ...request, ...takeOver, owner: 'owner-2', nowMs: request.nowMs + passedMs };
        expect(acquireRow(held, other)).to.equal(null);
      }),
    );
  });

  it('takes over a lapsed row whose fence is named', () => {
    const other = { ...request, owner: 'owner-2', startToken: 'token-2', nowMs: 6_000, takeOverFence: 1 };
    const row = rowOf(acquireRow({ ...held, buildId: 'p:1', attempts: 1 }, other));
    expect(row).to.include({ owner: 'owner-2', startToken: 'token-2', fence: 2, buildId: null, attempts: 1 });
    expect(row.leaseExpiresAtMs).to.equal(7_000);
  });

  it('returns the very same row for the very same request', () => {
    expect(acquireRow(held, request)).to.equal(held);
    expect(acquireRow(held, { ...request, nowMs: 5_001 })).to.equal(null);
  });

  it('is a new acquisition when the holder itself takes over its lapsed row', () => {
    const lapsed = { ...held, leaseExpiresAtMs: request.nowMs };
    expect(acquireRow(lapsed, { ...request, takeOverFence: 1 })?.fence).to.equal(2);
  });
});

describe('a whole story', () => {
  it('keeps the record from run to run', () => {
    const building = rowOf(recordBuildInRow(held, { ...held, buildId: 'p:1' }));
    const renewed = rowOf(renewRow(building, { ...held, leaseMs: 1_000, nowMs: 8_000 }));
    const ending = {
      ...held,
      attempts: 1,
      outcome: 'tests-failed',
      head: 'abc',
      nextEligibleAtMs: 60_000,
      nowMs: 9_000,
    };
    const released = rowOf(releaseRow(renewed, ending));
    const next = rowOf(acquireRow(released, { ...request, owner: 'owner-2', nowMs: 70_000 }));
    expect(released).to.include({ status: 'released', owner: 'owner-1', buildId: 'p:1', leaseExpiresAtMs: 9_000 });
    expect(next).to.include({ fence: 2, attempts: 1, lastOutcome: 'tests-failed', lastHead: 'abc', buildId: null });
    expect(next.nextEligibleAtMs).to.equal(60_000);
  });
});

function rowOf(row: LockRow | null): LockRow {
  if (row === null) throw new Error('The change was refused.');
  return row;
}
