import { expect } from 'chai';
import { AGENT_SERVICE, claimTrial, closeBreaker, describePause } from '../../../src/core/lifecycle/breaker.ts';
import { RECORD_KEYS } from '../../../src/core/lifecycle/stored-row.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { expectError } from '../../support/expect-error.ts';
import { acquired, NOW, newKey, PENDING, releaseRequest } from './requests.ts';

/** Writes past the store, as another version or a person might. */
export interface Spoiler {
  field(lockKey: string, name: string, value: string | number): Promise<void>;
  record(key: string, text: string): Promise<void>;
}

const USE = { builds: 1, agentMinutes: 2, credits: 3, tokens: 0 };

/** One row that cannot be read costs no other. */
export function describeDamage(store: () => LockStore, spoil: () => Spoiler): void {
  const heard: [string, string][] = [];
  const onDamage = (key: string, { message }: Error) => void heard.push([key, message]);
  beforeEach(() => heard.splice(0));
  const told = (key: string) => heard.filter(([of]) => of === key).map(([, message]) => message);

  const fields: [string, string | number, RegExp][] = [
    ['fence', 'seven', /fence: must be a number \(it is (?:"seven"|null)\)/],
    ['status', 'locked', /status: must be one of "held", "released" \(it is "locked"\)/],
    ['leaseExpiresAtMs', 1e40, /leaseExpiresAtMs: must be 8640000000000000 or less/],
    ['pending', 5, /pending: must be a text in quotes \(it is 5\)/],
  ];
  for (const [name, value, words] of fields) {
    it(`names a lock row whose ${name} is ${value}, and returns the others`, async () => {
      const [bad, good] = [await acquired(store()), await acquired(store())];
      await spoil().field(bad.lockKey, name, value);
      expect(await store().getMany([bad.lockKey, good.lockKey], onDamage)).to.deep.equal([good]);
      expect(told(bad.lockKey)[0]).to.match(words).and.to.include('delete that row').and.to.include(bad.lockKey);
      expect(await store().listHeld(onDamage)).to.deep.include(good);
      expect(await store().list(onDamage)).to.deep.include(good);
      expect(await expectError(store().get(bad.lockKey), 'LOCK_STORE_FAILED'))
        .to.have.property('message')
        .match(words);
      await expectError(store().getMany([bad.lockKey, good.lockKey]), 'LOCK_STORE_FAILED');
      await spoil().field(bad.lockKey, 'status', 'gone');
    });
  }

  it('names what is still to be written and cannot be read, and returns the others', async () => {
    const [bad, good] = [await acquired(store()), await acquired(store())];
    for (const row of [bad, good]) await store().release(releaseRequest(row, { pending: PENDING }));
    await spoil().field(bad.lockKey, 'pending', '{"surfaces":["fax"]}');
    const rows = await store().listPending(onDamage);
    expect(rows.map(({ lockKey }) => lockKey))
      .to.include(good.lockKey)
      .and.to.not.include(bad.lockKey);
    expect(told(bad.lockKey)[0]).to.include('pending: cannot be read').and.to.include('fax');
  });

  it('adds nothing to a ledger that cannot be read, releases all the same, and lets an operator clear it', async () => {
    for (const text of ['not json', '{"builds":"many"}', '{"lockKey":"another","builds":1}']) {
      const [bad, good] = [await acquired(store()), await acquired(store())];
      await spoil().record(RECORD_KEYS.ledger(bad.lockKey), text);
      for (const { lockKey, ...row } of [bad, good]) {
        const charge = { lockKey, basis: { spec: 's', rules: 'r' }, use: USE };
        expect(await store().release(releaseRequest({ lockKey, ...row }, { charge }))).to.equal(true);
      }
      const keys = [bad.lockKey, good.lockKey];
      expect((await store().getLedgers(keys, onDamage)).map(({ lockKey }) => lockKey)).to.deep.equal([good.lockKey]);
      expect(told(bad.lockKey)[0])
        .to.include(RECORD_KEYS.ledger(bad.lockKey))
        .and.to.include(`kiro-worker retry ${bad.lockKey}`)
        .and.to.not.include('[{');
      expect(await store().clearLedger(bad.lockKey)).to.equal(true);
      expect(await store().getLedgers([bad.lockKey])).to.have.length(1);
    }
  });

  it('takes a breaker that cannot be read for an open one, which one build may try and close', async () => {
    for (const text of ['not json', '{"isOpen":false}', `{"service":"${AGENT_SERVICE}","version":9,"isOpen":"no"}`]) {
      await spoil().record(RECORD_KEYS.breaker(AGENT_SERVICE), text);
      const found = await store().getBreaker(AGENT_SERVICE);
      if (found === null) throw new Error('It is there.');
      expect(describePause(found)).to.include('breaker#kiro').and.to.include('but for one build');
      const trial = claimTrial(found, NOW);
      if (trial === null) throw new Error('One build may go.');
      const swaps = [trial, trial].map((after) => store().swapBreaker({ before: found, after }));
      expect((await Promise.all(swaps)).filter(Boolean)).to.have.length(1);
      expect(claimTrial(trial, NOW)).to.equal(null);
      const after = closeBreaker(await store().getBreaker(AGENT_SERVICE), NOW + 1);
      if (after === null) throw new Error('It was open.');
      expect(await store().swapBreaker({ before: trial, after })).to.equal(true);
      expect((await store().getBreaker(AGENT_SERVICE))?.isOpen).to.equal(false);
    }
  });

  it('knows nothing from a base line that cannot be read, and writes over it', async () => {
    const lockKey = newKey();
    await spoil().record(RECORD_KEYS.baseline(lockKey), '{"verdicts":1}');
    const before = await store().getBaseline(lockKey);
    expect(before).to.deep.equal({ lockKey, version: 0, own: [], verdicts: [], rounds: [] });
    const after = { lockKey, version: 1, own: [], verdicts: [], rounds: [] };
    expect(await store().swapBaseline({ before, after, nowMs: NOW })).to.equal(true);
    expect(await store().getBaseline(lockKey)).to.deep.equal(after);
  });
}
