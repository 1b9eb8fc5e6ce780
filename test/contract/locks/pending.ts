import { expect } from 'chai';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { acquired, holderOf, MINUTE, NOW, PENDING, releaseRequest } from './requests.ts';

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

    const nowMs = NOW + MINUTE;
    const less = { ...PENDING, surfaces: ['card' as const] };
    expect(await store().settle({ ...holderOf(row), pending: less, nowMs })).to.equal(true);
    expect(await store().get(row.lockKey)).to.deep.equal({ ...released, pending: less, releasedAtMs: nowMs });
    expect(await store().settle({ ...holderOf(row), fence: row.fence + 1, pending: null, nowMs })).to.equal(false);
    expect(await store().settle({ ...holderOf(row), pending: null, nowMs })).to.equal(true);
    expect(await store().settle({ ...holderOf(row), pending: null, nowMs })).to.equal(true);
    expect(await store().get(row.lockKey)).to.deep.equal({ ...released, pending: null, releasedAtMs: nowMs });
    expect((await store().listPending()).map(({ lockKey }) => lockKey)).to.not.include(row.lockKey);
    expect(await store().settle({ ...holderOf(row), pending: less, nowMs })).to.equal(false);

    const second = await acquired(store(), { lockKey: row.lockKey });
    await store().release(releaseRequest(second, { pending: PENDING }));
    const third = await acquired(store(), { lockKey: row.lockKey });
    expect(third.pending).to.equal(null);
    expect(await store().settle({ ...holderOf(second), pending: null, nowMs })).to.equal(false);
    expect((await store().listPending()).map(({ lockKey }) => lockKey)).to.not.include(row.lockKey);
    expect((await store().listHeld()).map(({ lockKey }) => lockKey)).to.include(row.lockKey);
  });

  it('says until when the card was ours, and keeps that as long as nobody knows better', async () => {
    const first = await acquired(store(), { cardOursUntilMs: NOW });
    expect(first.cardOursUntilMs).to.equal(NOW);
    await store().release(releaseRequest(first, { cardOursUntilMs: null }));
    const second = await acquired(store(), { lockKey: first.lockKey });
    expect(second.cardOursUntilMs).to.equal(NOW);
    await store().release(releaseRequest(second, { cardOursUntilMs: NOW + 1, pending: PENDING }));
    expect(await store().get(first.lockKey)).to.include({ cardOursUntilMs: NOW + 1 });
    await store().settle({ ...holderOf(second), pending: null, nowMs: NOW, cardOursUntilMs: NOW + 2 });
    expect(await store().get(first.lockKey)).to.include({ cardOursUntilMs: NOW + 2, pending: null });
  });
}
