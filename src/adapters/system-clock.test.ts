import { expect } from 'chai';
import { systemClock } from './system-clock.ts';

describe('system clock', () => {
  it('gives milliseconds since the epoch', () => {
    const before = Date.now();
    expect(systemClock.now()).to.be.within(before, before + 60_000);
  });

  it('has a clock that never goes back, whatever the time of day does', () => {
    const now = Date.now;
    const before = systemClock.monotonicMs();
    Date.now = () => now() - 7_200_000;
    try {
      expect(systemClock.monotonicMs())
        .to.be.at.least(before)
        .and.below(before + 3_600_000);
    } finally {
      Date.now = now;
    }
  });

  it('sleeps at least as long as asked for', async () => {
    const before = performance.now();
    await systemClock.sleep(20);
    // Timers of Node are exact to a millisecond.
    expect(performance.now() - before).to.be.at.least(19);
  });

  it('wakes at once when it is stopped, before or while it sleeps, and does not take that for a failure', async () => {
    const long = 3_600_000;
    await systemClock.sleep(long, AbortSignal.abort());
    const stop = new AbortController();
    const sleeping = systemClock.sleep(long, stop.signal);
    stop.abort(new Error('a reason'));
    await sleeping;
  });
});
