import { expect } from 'chai';
import type { Holder, LockRow } from '../../../src/core/lock.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { followsTheModel } from './model.ts';
import { describePending } from './pending.ts';
import { describeRecords } from './records.ts';
import { acquired, acquireRequest, holderOf, MINUTE, NOW, newKey, releaseRequest } from './requests.ts';

/** The contract of every LockStore. `store` returns the one to test, set up before; other tests may use it too. */
export function describeLockStore(name: string, store: () => LockStore, { stories = 60 } = {}): void {
  describe(`lock store: ${name}`, () => {
    describe('acquire', () => describeAcquire(store));
    describe('a held row', () => describeHeld(store));
    describe('a released row', () => describeReleased(store));
    describe('what could not be written yet', () => describePending(store));
    describe('reading', () => describeReading(store));
    describe('beside the locks', () => describeRecords(store));
    it('does what the pure transitions say, whatever is asked in whatever order', () =>
      followsTheModel(store(), stories));
  });
}

function describeAcquire(store: () => LockStore): void {
  it('creates the row with fence 1', async () => {
    const request = acquireRequest();
    const acquisition = await store().acquire(request);
    const expected: LockRow = {
      lockKey: request.lockKey,
      branch: 'feature/a',
      status: 'held',
      owner: request.owner,
      fence: 1,
      workItemId: 'item-1',
      acquiredAtMs: NOW,
      leaseExpiresAtMs: NOW + 30 * MINUTE,
      startToken: 'item-1:1',
      buildId: null,
      attempts: 0,
      fruitless: 0,
      lastOutcome: null,
      lastHead: null,
      lastRules: null,
      lastSpec: null,
      releasedAtMs: null,
      cardOursUntilMs: null,
      nextEligibleAtMs: 0,
      pending: null,
      environment: 'test',
    };
    expect(acquisition).to.deep.equal({ kind: 'acquired', row: expected });
    expect(await store().get(request.lockKey)).to.deep.equal(expected);
  });

  it('refuses a second owner and says who holds it', async () => {
    const first = await acquired(store());
    const second = await store().acquire(acquireRequest({ lockKey: first.lockKey }));
    expect(second).to.deep.equal({ kind: 'refused', row: first });
  });

  it('refuses a held row whose lease has lapsed, unless its fence is named', async () => {
    const { lockKey, leaseExpiresAtMs } = await acquired(store());
    const late = acquireRequest({ lockKey, nowMs: leaseExpiresAtMs + 1 });
    expect((await store().acquire(late)).kind).to.equal('refused');
    expect((await store().acquire({ ...late, takeOverFence: 2 })).kind).to.equal('refused');
    expect((await store().acquire({ ...late, takeOverFence: 1 })).kind).to.equal('acquired');
  });

  it("compares the lease with the request's clock, to the millisecond", async () => {
    const { lockKey, leaseExpiresAtMs } = await acquired(store());
    const take = acquireRequest({ lockKey, takeOverFence: 1 });
    expect((await store().acquire({ ...take, nowMs: leaseExpiresAtMs - 1 })).kind).to.equal('refused');
    expect((await store().acquire({ ...take, nowMs: leaseExpiresAtMs })).kind).to.equal('acquired');
  });

  it('grows the fence by one each time, by takeover as well as after release', async () => {
    const first = await acquired(store());
    const second = await acquired(store(), {
      lockKey: first.lockKey,
      nowMs: first.leaseExpiresAtMs,
      takeOverFence: first.fence,
    });
    await store().release(releaseRequest(second));
    const third = await acquired(store(), { lockKey: first.lockKey });
    expect([first.fence, second.fence, third.fence]).to.deep.equal([1, 2, 3]);
  });

  it('answers a repeated request (its first answer was lost) with the same row', async () => {
    const request = acquireRequest();
    const first = await store().acquire(request);
    expect(await store().acquire(request)).to.deep.equal(first);
    expect((await store().acquire({ ...request, startToken: 'item-1:2' })).kind).to.equal('refused');
  });

  it('lets exactly one of many at once have it', async () => {
    const lockKey = newKey();
    const all = await Promise.all(Array.from({ length: 20 }, () => store().acquire(acquireRequest({ lockKey }))));
    expect(all.filter(({ kind }) => kind === 'acquired')).to.have.lengthOf(1);
  });
}

function describeHeld(store: () => LockStore): void {
  it('is renewed by its owner and fence, also after its lease', async () => {
    const row = await acquired(store());
    const nowMs = row.leaseExpiresAtMs + MINUTE;
    expect(await store().renew({ ...holderOf(row), leaseMs: 5 * MINUTE, nowMs })).to.equal(true);
    expect(await store().get(row.lockKey)).to.deep.equal({ ...row, leaseExpiresAtMs: nowMs + 5 * MINUTE });
  });

  it('counts the attempt of its build once and refuses another build', async () => {
    const row = await acquired(store());
    const build = { ...holderOf(row), buildId: 'project:1' };
    expect(await store().recordBuild(build)).to.equal(true);
    expect(await store().recordBuild(build)).to.equal(true);
    expect(await store().recordBuild({ ...build, buildId: 'project:2' })).to.equal(false);
    expect(await store().get(row.lockKey)).to.deep.equal({ ...row, buildId: 'project:1', attempts: 1 });
  });

  it('changes for nobody but its owner with its fence', async () => {
    const row = await acquired(store());
    const others: Holder[] = [
      { ...holderOf(row), owner: 'somebody else' },
      { ...holderOf(row), fence: row.fence + 1 },
      { ...holderOf(row), fence: row.fence - 1 },
      { ...holderOf(row), lockKey: newKey() },
    ];
    for (const other of others) {
      expect(await store().renew({ ...other, leaseMs: MINUTE, nowMs: NOW })).to.equal(false);
      expect(await store().recordBuild({ ...other, buildId: 'project:1' })).to.equal(false);
      expect(await store().release(releaseRequest({ ...row, ...other }))).to.equal(false);
    }
    expect(await store().get(row.lockKey)).to.deep.equal(row);
    expect(await store().get(others[3]?.lockKey ?? '')).to.equal(null);
  });

  it('is out of its former holder’s reach after a takeover', async () => {
    const former = await acquired(store());
    const row = await acquired(store(), {
      lockKey: former.lockKey,
      nowMs: former.leaseExpiresAtMs,
      takeOverFence: former.fence,
    });
    expect(await store().renew({ ...holderOf(former), leaseMs: MINUTE, nowMs: NOW })).to.equal(false);
    expect(await store().recordBuild({ ...holderOf(former), buildId: 'project:1' })).to.equal(false);
    expect(await store().release(releaseRequest(former))).to.equal(false);
    expect(await store().get(row.lockKey)).to.deep.equal(row);
  });

  it('forgets the build of the holder before', async () => {
    const former = await acquired(store());
    await store().recordBuild({ ...holderOf(former), buildId: 'project:1' });
    const row = await acquired(store(), {
      lockKey: former.lockKey,
      nowMs: former.leaseExpiresAtMs,
      takeOverFence: former.fence,
    });
    expect([row.buildId, row.attempts]).to.deep.equal([null, 1]);
  });
}

function describeReleased(store: () => LockStore): void {
  it('records its outcome and is no longer held', async () => {
    const row = await acquired(store());
    await store().recordBuild({ ...holderOf(row), buildId: 'project:1' });
    const request = releaseRequest(row, { outcome: 'tests-failed', nextEligibleAtMs: NOW + MINUTE, head: 'abc' });
    expect(await store().release(request)).to.equal(true);
    expect(await store().get(row.lockKey)).to.deep.equal({
      ...row,
      status: 'released',
      buildId: 'project:1',
      attempts: 1,
      lastOutcome: 'tests-failed',
      lastHead: 'abc',
      releasedAtMs: NOW,
      nextEligibleAtMs: NOW + MINUTE,
    });
  });

  it('is released once; only the very same request is answered alike', async () => {
    const row = await acquired(store());
    const request = releaseRequest(row);
    expect(await store().release(request)).to.equal(true);
    expect(await store().release(request)).to.equal(true);
    expect(await store().release({ ...request, outcome: 'another' })).to.equal(false);
    expect((await store().get(row.lockKey))?.lastOutcome).to.equal(request.outcome);
  });

  it('is neither renewed nor given a build', async () => {
    const row = await acquired(store());
    await store().release(releaseRequest(row));
    expect(await store().renew({ ...holderOf(row), leaseMs: MINUTE, nowMs: NOW })).to.equal(false);
    expect(await store().recordBuild({ ...holderOf(row), buildId: 'project:1' })).to.equal(false);
    expect((await store().get(row.lockKey))?.status).to.equal('released');
  });

  it('hands attempts, outcome, head and next eligible time to the next holder', async () => {
    const first = await acquired(store());
    await store().recordBuild({ ...holderOf(first), buildId: 'project:1' });
    await store().release(releaseRequest(first, { outcome: 'partial', nextEligibleAtMs: NOW + MINUTE, head: 'abc' }));
    const second = await acquired(store(), { lockKey: first.lockKey });
    expect(second).to.include({
      attempts: 1,
      lastOutcome: 'partial',
      lastHead: 'abc',
      nextEligibleAtMs: NOW + MINUTE,
      buildId: null,
    });
    await store().recordBuild({ ...holderOf(second), buildId: 'project:2' });
    await store().release(releaseRequest(second, { head: null }));
    expect(await store().get(first.lockKey)).to.include({ attempts: 2, lastHead: null });
  });

  it('keeps the spec that the last attempt was started with, and when it ended', async () => {
    const first = await acquired(store(), { spec: 'one' });
    await store().release(releaseRequest(first));
    const second = await acquired(store(), { lockKey: first.lockKey });
    expect(second).to.include({ lastSpec: 'one', releasedAtMs: NOW });
  });

  it('keeps the rules that the last attempt was started with', async () => {
    const first = await acquired(store(), { rules: 'one' });
    expect(first.lastRules).to.equal('one');
    await store().release(releaseRequest(first));
    const second = await acquired(store(), { lockKey: first.lockKey });
    expect(second.lastRules).to.equal('one');
    await store().release(releaseRequest(second));
    const third = await acquired(store(), { lockKey: first.lockKey, rules: 'two' });
    expect([third.lastRules, (await store().get(first.lockKey))?.lastRules]).to.deep.equal(['two', 'two']);
  });

  it('counts attempts from zero when asked to, and keeps the rest', async () => {
    const first = await acquired(store());
    await store().recordBuild({ ...holderOf(first), buildId: 'project:1' });
    await store().release(releaseRequest(first, { outcome: 'partial', fruitless: 2 }));
    const second = await acquired(store(), { lockKey: first.lockKey, resetAttempts: true });
    expect(second).to.include({ attempts: 0, fruitless: 0, nextEligibleAtMs: 0, lastOutcome: 'partial', fence: 2 });
  });
}

function describeReading(store: () => LockStore): void {
  it('knows nothing of a branch that was never locked', async () => {
    expect(await store().get(newKey())).to.equal(null);
    expect(await store().getMany([newKey()])).to.deep.equal([]);
    expect(await store().getMany([])).to.deep.equal([]);
  });

  it('gets more than 100 rows, each once', async () => {
    const rows = await Promise.all(Array.from({ length: 101 }, () => acquired(store())));
    const keys = rows.map(({ lockKey }) => lockKey);
    const found = await store().getMany([...keys, newKey(), ...keys.slice(0, 3)]);
    expect(found).to.have.deep.members(rows);
  });

  it('lists the held rows alone', async () => {
    const held = await acquired(store());
    const lapsed = await acquired(store(), { nowMs: NOW - 24 * 60 * MINUTE });
    const released = await acquired(store());
    await store().release(releaseRequest(released));
    const heldAgain = await acquired(store());
    await store().release(releaseRequest(heldAgain));
    const again = await acquired(store(), { lockKey: heldAgain.lockKey });
    const listed = await store().listHeld();
    expect(listed).to.deep.include.members([held, lapsed, again]);
    expect(listed.every(({ status }) => status === 'held')).to.equal(true);
    expect(listed.map(({ lockKey }) => lockKey)).to.not.include(released.lockKey);
  });

  it('lists every row, newest acquisition first', async () => {
    const older = await acquired(store(), { nowMs: NOW - MINUTE });
    await store().release(releaseRequest(older));
    const newer = await acquired(store(), { nowMs: NOW + MINUTE });
    const listed = await store().list();
    const times = listed.map(({ acquiredAtMs }) => acquiredAtMs);
    expect(times).to.deep.equal([...times].sort((a, b) => b - a));
    expect(listed.map(({ lockKey }) => lockKey)).to.include.members([older.lockKey, newer.lockKey]);
  });

  it('takes any text as key, branch and outcome', async () => {
    for (const odd of [
      'ветка/枝#🌿',
      'o\'brien"; DROP TABLE locks;--',
      ' #:name ',
      'e\u0301 is not \u00e9',
      'x'.repeat(1024),
    ]) {
      const row = await acquired(store(), { lockKey: `${newKey()}${odd}`, branch: odd });
      await store().release(releaseRequest(row, { outcome: odd, head: odd }));
      expect(await store().getMany([row.lockKey])).to.deep.equal([
        { ...row, status: 'released', lastOutcome: odd, lastHead: odd, releasedAtMs: NOW, nextEligibleAtMs: NOW },
      ]);
    }
  });
}
