import { expect } from 'chai';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { acquired, holderOf, PENDING, releaseRequest } from './requests.ts';

/** A released row's list of what is still to be written. */
export function describePending(store: () => LockStore): void {
  it('is kept until it is settled or another build takes the lock', async () => {
    const row = await acquired(store());
    const request = releaseRequest(row, { pending: PENDING });
    expect(await store().release(request)).to.equal(true);
    expect(await store().release(request)).to.equal(true);
    const released = await store().get(row.lockKey);
    expect(released).to.include({ status: 'released' }).and.to.have.deep.property('pending', PENDING);
    expect((await store().listPending()).map(({ lockKey }) => lockKey)).to.include(row.lockKey);
    expect((await store().listHeld()).map(({ lockKey }) => lockKey)).to.not.include(row.lockKey);

    const less = { ...PENDING, surfaces: ['card' as const] };
    expect(await store().settle({ ...holderOf(row), pending: less })).to.equal(true);
    expect(await store().get(row.lockKey)).to.deep.equal({ ...released, pending: less });
    expect(await store().settle({ ...holderOf(row), fence: row.fence + 1, pending: null })).to.equal(false);
    expect(await store().settle({ ...holderOf(row), pending: null })).to.equal(true);
    expect(await store().settle({ ...holderOf(row), pending: null })).to.equal(true);
    expect(await store().get(row.lockKey)).to.deep.equal({ ...released, pending: null });
    expect((await store().listPending()).map(({ lockKey }) => lockKey)).to.not.include(row.lockKey);
    expect(await store().settle({ ...holderOf(row), pending: less })).to.equal(false);

    const second = await acquired(store(), { lockKey: row.lockKey });
    await store().release(releaseRequest(second, { pending: PENDING }));
    const third = await acquired(store(), { lockKey: row.lockKey });
    expect(third.pending).to.equal(null);
    expect(await store().settle({ ...holderOf(second), pending: null })).to.equal(false);
    expect((await store().listPending()).map(({ lockKey }) => lockKey)).to.not.include(row.lockKey);
    expect((await store().listHeld()).map(({ lockKey }) => lockKey)).to.include(row.lockKey);
  });
}
