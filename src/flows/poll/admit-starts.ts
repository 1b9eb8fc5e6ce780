import { type Breaker, claimTrial, isPaused } from '../../core/lifecycle/breaker.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { PollPorts } from './poll-types.ts';

/** Returns whether one more build may start; asked once before each. */
export type AdmitStart = () => Promise<{ readonly paused: null | Breaker }>;

/** Makes the gate that an open breaker is: none passes while its wait lasts, then exactly one, whichever poll is faster. */
export function admitStarts(
  ports: { locks: Pick<LockStore, 'swapBreaker'>; clock: Clock } & Pick<PollPorts, 'agentKey'>,
  breaker: Breaker | null,
): AdmitStart {
  let isDecided = false;
  return async () => {
    if (!breaker?.isOpen || !isPaused(breaker, await ports.agentKey())) return { paused: null };
    const trial = isDecided ? null : claimTrial(breaker, ports.clock.now());
    isDecided = true;
    const isOurs = trial !== null && (await ports.locks.swapBreaker({ before: breaker, after: trial }));
    return { paused: isOurs ? null : breaker };
  };
}
