import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../core/ports/clock.ts';

/** The system's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    await setTimeout(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
