import type { Clock } from '../../src/core/ports/clock.ts';

/** A clock that passes only while somebody sleeps, and at once. */
export interface VirtualClock extends Clock {
  /** Sum of all sleeps. */
  readonly sleptMs: () => number;
}

export function createVirtualClock(): VirtualClock {
  let sleptMs = 0;
  return {
    now: () => 1_800_000_000_000 + sleptMs,
    monotonicMs: () => sleptMs,
    async sleep(ms, signal) {
      if (!signal?.aborted) sleptMs += ms;
    },
    sleptMs: () => sleptMs,
  };
}
