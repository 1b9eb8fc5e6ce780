import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  type BaselineVerdict,
  emptyBaseline,
  withOwnCommit,
  withVerdict,
} from '../../../src/core/lifecycle/baseline-record.ts';
import { AGENT_SERVICE, closeBreaker, openBreaker } from '../../../src/core/lifecycle/breaker.ts';
import type { Charge, Use } from '../../../src/core/lifecycle/ledger.ts';
import { RECORD_KEYS } from '../../../src/core/lifecycle/stored-row.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { acquired, holderOf, MINUTE, NOW, newKey, releaseRequest } from './requests.ts';

/** The contract of what a LockStore keeps beside the locks. */
export function describeRecords(store: () => LockStore): void {
  describe('the ledger of a work item', () => describeLedger(store));
  describe('the breaker of a service', () => describeBreaker(store));
  describe('the base line of a branch', () => describeBaseline(store));
  it('lets a released row begin anew, and touches no held one', async () => {
    const row = await acquired(store());
    expect(await store().pardon(row.lockKey)).to.equal(false);
    await store().release(releaseRequest(row, { attempts: 3, fruitless: 4, nextEligibleAtMs: NOW + MINUTE }));
    expect(await store().pardon(row.lockKey)).to.equal(true);
    expect(await store().get(row.lockKey)).to.include({ attempts: 0, fruitless: 0, nextEligibleAtMs: 0 });
    expect(await store().pardon(newKey())).to.equal(false);
  });
  it("shows a self-test's lock in no list, held or released", async () => {
    const lockKey = RECORD_KEYS.selfTest(randomUUID());
    const row = await acquired(store(), { lockKey });
    const keys = async () => [...(await store().listHeld()), ...(await store().list())].map((one) => one.lockKey);
    expect(await keys()).to.not.include(lockKey);
    expect(await store().release(releaseRequest(row))).to.equal(true);
    expect(await keys()).to.not.include(lockKey);
    expect(await store().get(lockKey)).to.include({ lockKey, status: 'released' });
  });
}

const USE: Use = { builds: 1, agentMinutes: 12.5, credits: 3, tokens: 0 };

function chargeOf(lockKey: string, spec = 's1'): Charge {
  return { lockKey, basis: { spec, rules: 'r1' }, use: USE };
}

function describeLedger(store: () => LockStore): void {
  const released = async (charge: Charge) => {
    const request = releaseRequest(await acquired(store()), { charge });
    return { request, answer: await store().release(request) };
  };

  it('is charged with the release, once, and adds up', async () => {
    const id = randomUUID();
    const { request, answer } = await released(chargeOf(id));
    expect(answer).to.equal(true);
    expect(await store().release(request)).to.equal(true);
    const first = { lockKey: id, spec: 's1', rules: 'r1', ...USE };
    expect(await store().getLedgers([id])).to.deep.equal([first]);
    await released(chargeOf(id));
    expect(await store().getLedgers([id, randomUUID()])).to.deep.equal([
      { ...first, builds: 2, agentMinutes: 25, credits: 6, tokens: 0 },
    ]);
  });

  it('counts from zero under another spec', async () => {
    const id = randomUUID();
    await released(chargeOf(id));
    await released(chargeOf(id, 's2'));
    expect((await store().getLedgers([id]))[0]).to.include({ spec: 's2', builds: 1 });
  });

  it('is not charged when the release is refused', async () => {
    const id = randomUUID();
    const row = await acquired(store());
    const former = releaseRequest({ ...row, fence: row.fence + 1 }, { charge: chargeOf(id) });
    expect(await store().release(former)).to.equal(false);
    expect(await store().getLedgers([id])).to.deep.equal([]);
    expect(await store().get(row.lockKey)).to.deep.equal(row);
  });

  it('misses no charge when several runs of a work item end at once, while their leases are renewed', async () => {
    const id = randomUUID();
    const rows = await Promise.all(Array.from({ length: 5 }, () => acquired(store())));
    const answers = await Promise.all(
      rows.flatMap((row) => [
        store().release(releaseRequest(row, { charge: chargeOf(id) })),
        store().renew({ ...holderOf(row), leaseMs: MINUTE, nowMs: NOW }),
      ]),
    );
    expect(answers.filter((_, at) => at % 2 === 0)).to.deep.equal([true, true, true, true, true]);
    expect((await store().getLedgers([id]))[0]).to.include({ builds: 5, agentMinutes: 62.5 });
  });

  it('is emptied for an operator, and is no lock', async () => {
    const id = randomUUID();
    expect(await store().clearLedger(id)).to.equal(false);
    await released(chargeOf(id));
    expect(await store().clearLedger(id)).to.equal(true);
    expect((await store().getLedgers([id]))[0]).to.include({ builds: 0, agentMinutes: 0, credits: 0, tokens: 0 });
    expect((await store().list()).map(({ lockKey }) => lockKey)).to.not.include(`item#${id}`);
  });
}

function describeBreaker(store: () => LockStore): void {
  const evidence = { cause: 'outage', said: 'Kiro: no.', key: null, startedAtMs: NOW, nowMs: NOW } as const;

  it('is written over the version that was read alone', async () => {
    const service = randomUUID();
    expect(await store().getBreaker(service)).to.equal(null);
    const open = openBreaker(null, { ...evidence, service });
    expect(await store().swapBreaker({ before: null, after: open })).to.equal(true);
    expect(await store().swapBreaker({ before: null, after: open })).to.equal(false);
    expect(await store().getBreaker(service)).to.deep.equal(open);
    const closed = closeBreaker(open);
    if (closed === null) throw new Error('It was not open.');
    expect(await store().swapBreaker({ before: open, after: closed })).to.equal(true);
    expect(await store().swapBreaker({ before: open, after: closed })).to.equal(false);
    expect(await store().getBreaker(service)).to.deep.equal(closed);
  });

  it('is no lock', async () => {
    const after = openBreaker(await store().getBreaker(AGENT_SERVICE), { ...evidence, service: AGENT_SERVICE });
    await store().swapBreaker({ before: await store().getBreaker(AGENT_SERVICE), after });
    expect((await store().list()).filter(({ lockKey }) => lockKey.startsWith('breaker#'))).to.deep.equal([]);
    expect(await store().listHeld()).to.be.an('array');
  });
}

function describeBaseline(store: () => LockStore): void {
  const verdict: BaselineVerdict = {
    commit: 'a',
    basis: 'x',
    kind: 'failed',
    detail: 'ü\u2028',
    remedy: '',
    failures: [],
    counts: { total: 3, passed: 2, failed: 1, skipped: 0 },
    lineTotals: [{ covered: 7, total: 9, format: 'LCOV' }],
    failure: {
      ...{ name: 'test', command: 'npm test', source: 'detected from package.json', ended: 'exit code 1', what: 'No.' },
      ...{ why: 'ü\u2028', remedy: 'Mend it.', yaml: null, sign: null, actsNext: null },
    },
    atMs: NOW,
  };

  it('is written over the version that was read alone', async () => {
    const key = newKey();
    expect(await store().getBaseline(key)).to.equal(null);
    const first = withOwnCommit(emptyBaseline(key), { commit: 'b', parent: 'a' });
    expect(await store().swapBaseline({ before: null, after: first, nowMs: NOW })).to.equal(true);
    expect(await store().swapBaseline({ before: null, after: first, nowMs: NOW })).to.equal(false);
    expect(await store().getBaseline(key)).to.deep.equal(first);
    const second = withVerdict(first, verdict);
    expect(await store().swapBaseline({ before: first, after: second, nowMs: NOW })).to.equal(true);
    expect(await store().swapBaseline({ before: first, after: second, nowMs: NOW })).to.equal(false);
    expect(await store().getBaseline(key)).to.deep.equal(second);
    expect(await store().getBaseline(newKey())).to.equal(null);
  });

  it('is no lock, and stays when the lock is released', async () => {
    const row = await acquired(store());
    const after = withVerdict(emptyBaseline(row.lockKey), verdict);
    await store().swapBaseline({ before: null, after, nowMs: NOW });
    await store().release(releaseRequest(row));
    expect(await store().getBaseline(row.lockKey)).to.deep.equal(after);
    expect((await store().list()).filter(({ lockKey }) => lockKey.startsWith('baseline#'))).to.deep.equal([]);
    expect((await store().get(row.lockKey))?.lockKey).to.equal(row.lockKey);
  });
}
