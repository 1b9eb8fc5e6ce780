import { expect } from 'chai';
import fc from 'fast-check';
import type { LockRow } from '../../../src/core/lock.ts';
import { acquireRow, recordBuildInRow, releaseRow, renewRow, settleRow } from '../../../src/core/lock.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { acquireRequest, MINUTE, NOW, newKey, PENDING } from './requests.ts';

/** Short stories of two owners: each step is tried on the store and on the pure model; both must answer and end alike. */
export async function followsTheModel(store: LockStore, stories: number): Promise<void> {
  const owner = fc.constantFrom('a', 'b');
  const fence = fc.integer({ min: 1, max: 3 });
  const minutes = fc.integer({ min: 0, max: 4 });
  const step = fc.oneof(
    fc.record({
      do: fc.constant('acquire' as const),
      owner,
      minutes,
      fence: fc.option(fence),
      resetAttempts: fc.boolean(),
      rules: fc.constantFrom({}, { rules: 'r1' }, { rules: 'r2', spec: 's' }),
    }),
    fc.record({ do: fc.constant('renew' as const), owner, fence, minutes }),
    fc.record({ do: fc.constant('recordBuild' as const), owner, fence, buildId: fc.constantFrom('p:1', 'p:2') }),
    fc.record({
      do: fc.constant('release' as const),
      owner,
      fence,
      head: fc.constantFrom('abc', null),
      fruitless: fc.nat(2),
      pending: fc.constantFrom(null, PENDING),
    }),
    fc.record({ do: fc.constant('settle' as const), owner, fence, pending: fc.constantFrom(null, PENDING) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const lockKey = newKey();
      let model: LockRow | null = null;
      const expectAlike = (answer: boolean, next: LockRow | null) => {
        expect(answer).to.equal(next !== null);
        model = next ?? model;
      };
      for (const each of steps) {
        if (each.do === 'acquire') {
          const { owner, resetAttempts, fence, rules } = each;
          const nowMs = NOW + each.minutes * MINUTE;
          const takeOver = fence === null ? {} : { takeOverFence: fence };
          const request = acquireRequest({
            lockKey,
            owner,
            nowMs,
            leaseMs: 2 * MINUTE,
            resetAttempts,
            ...rules,
            ...takeOver,
          });
          const { kind } = await store.acquire(request);
          expectAlike(kind === 'acquired', acquireRow(model, request));
          continue;
        }
        const holder = { lockKey, owner: each.owner, fence: each.fence };
        if (each.do === 'renew') {
          const request = { ...holder, leaseMs: MINUTE, nowMs: NOW + each.minutes * MINUTE };
          expectAlike(await store.renew(request), renewRow(model, request));
        } else if (each.do === 'recordBuild') {
          const request = { ...holder, buildId: each.buildId };
          expectAlike(await store.recordBuild(request), recordBuildInRow(model, request));
        } else if (each.do === 'settle') {
          const request = { ...holder, pending: each.pending, nowMs: NOW + 1 };
          expectAlike(await store.settle(request), settleRow(model, request));
        } else {
          const { head, fruitless, pending } = each;
          const ending = {
            outcome: 'partial',
            head,
            fruitless,
            pending,
            attempts: 1,
            nextEligibleAtMs: NOW,
            nowMs: NOW,
          };
          const request = { ...holder, ...ending };
          expectAlike(await store.release(request), releaseRow(model, request));
        }
      }
      expect(await store.get(lockKey)).to.deep.equal(model);
    }),
    { numRuns: stories },
  );
}
