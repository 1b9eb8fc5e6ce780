import { expect } from 'chai';
import { type Breaker, claimTrial, closeBreaker, describePause, isPaused, openBreaker } from './breaker.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const met = (nowMs: number, over: Partial<Parameters<typeof openBreaker>[1]> = {}) =>
  ({
    service: 'kiro',
    cause: 'outage',
    said: 'Kiro takes no requests.',
    key: null,
    startedAtMs: nowMs,
    nowMs,
    ...over,
  }) as const;

/** One failed build after the other, each as soon as it may go. */
function failing(times: number, cause: Breaker['cause']): number[] {
  let breaker = openBreaker(null, met(0, { cause }));
  const waits = [breaker.nextTryAtMs];
  while (waits.length < times) {
    const nowMs = breaker.nextTryAtMs;
    breaker = openBreaker(claimTrial(breaker, nowMs), met(nowMs, { cause }));
    waits.push(breaker.nextTryAtMs - nowMs);
  }
  return waits;
}

describe('the breaker of a service', () => {
  it('waits longer with each failure', () => {
    expect(failing(4, 'outage')).to.deep.equal([5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]);
    expect(failing(12, 'outage').at(-1)).to.equal(6 * HOUR);
    expect(failing(12, 'key').at(-1)).to.equal(HOUR);
  });

  it('lets exactly one build go after the wait, and the next when that one has had time to tell', () => {
    const breaker = openBreaker(null, met(0));
    expect(claimTrial(breaker, 5 * MINUTE - 1)).to.equal(null);
    const trial = claimTrial(breaker, 5 * MINUTE);
    if (trial === null) throw new Error('the wait is over');
    expect(trial.version).to.equal(breaker.version + 1);
    expect(claimTrial(trial, 34 * MINUTE)).to.equal(null);
    expect(claimTrial(trial, 35 * MINUTE)).to.not.equal(null);
  });

  it('waits for no time that only a wrong clock can have written', () => {
    expect(claimTrial(openBreaker(null, met(1_000 * HOUR)), 0)).to.not.equal(null);
  });

  it('learns nothing new from builds that had begun before it opened', () => {
    const breaker = openBreaker(null, met(HOUR));
    expect(openBreaker(breaker, met(HOUR + MINUTE, { startedAtMs: MINUTE }))).to.equal(breaker);
  });

  it('is closed by one success', () => {
    const closed = closeBreaker(openBreaker(null, met(0)));
    expect(closed).to.include({ isOpen: false, failures: 0, version: 2 });
    expect(closeBreaker(closed)).to.equal(null);
    expect(isPaused(closed, null)).to.equal(false);
    expect(openBreaker(closed, met(HOUR)).nextTryAtMs).to.equal(HOUR + 5 * MINUTE);
  });

  it('is not closed by the success of a build that had begun before it opened', () => {
    const breaker = openBreaker(null, met(HOUR));
    expect(closeBreaker(breaker, HOUR - 1)).to.equal(null);
    expect(closeBreaker(breaker, HOUR)).to.include({ isOpen: false });
  });

  it('keeps builds back for a rejected key, until another one is there', () => {
    const breaker = openBreaker(null, met(0, { cause: 'key', key: 'old' }));
    expect(['old', null, 'new'].map((key) => isPaused(breaker, key))).to.deep.equal([true, true, false]);
    expect(isPaused(openBreaker(null, met(0)), 'new')).to.equal(true);
    expect(openBreaker(breaker, met(HOUR, { cause: 'key', key: 'new' })).failures).to.equal(1);
  });

  it('says who said what, since when, and when it tries again', () => {
    const words = describePause(openBreaker(null, met(0)));
    expect(words).to.include('Kiro takes no requests.').and.include('1970-01-01T00:00:00.000Z').and.include('00:05:00');
  });
});
