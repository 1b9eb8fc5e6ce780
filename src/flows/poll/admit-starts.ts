import { type Breaker, claimTrial, isPaused, unclaimTrial } from '../../core/lifecycle/breaker.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { PollPorts } from './poll-types.ts';

/** Returns whether one more build may start; asked once before each. */
export type AdmitStart = () => Promise<Admission>;

interface Admission {
  readonly paused: null | Breaker;
  /** Says that no build was started after all. */
  giveBack(): Promise<void>;
}

/** Makes the gate that an open breaker is: none passes while its wait lasts, then exactly one, whichever poll is faster. */
export function admitStarts(
  ports: { locks: Pick<LockStore, 'swapBreaker'>; clock: Clock } & Pick<PollPorts, 'agentKey'>,
  breaker: Breaker | null,
): AdmitStart {
  let isDecided = false;
  const giveBack = async () => undefined;
  return async () => {
    if (!breaker?.isOpen || !isPaused(breaker, await ports.agentKey())) return { paused: null, giveBack };
    const trial = isDecided ? null : claimTrial(breaker, ports.clock.now());
    isDecided = true;
    if (trial === null || !(await ports.locks.swapBreaker({ before: breaker, after: trial })))
      return { paused: breaker, giveBack };
    return {
      paused: null,
      async giveBack() {
        // Whoever was faster has said something newer.
        await ports.locks.swapBreaker({ before: trial, after: unclaimTrial(trial, breaker) });
      },
    };
  };
}
