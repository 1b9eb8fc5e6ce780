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

interface Ports extends Pick<PollPorts, 'agentKey'> {
  readonly locks: Pick<LockStore, 'swapBreaker'>;
  readonly clock: Clock;
}

/** Makes the gate that open breakers are: none passes while one of their waits lasts, then exactly one, whichever poll is faster. */
export function admitStarts(ports: Ports, breakers: readonly Breaker[]): AdmitStart {
  let isDecided = false;
  return async () => {
    const key = breakers.length === 0 ? null : await ports.agentKey();
    const closed = breakers.filter((breaker) => isPaused(breaker, key));
    const [first] = closed;
    if (first === undefined) return { paused: null, giveBack: async () => undefined };
    if (isDecided) return { paused: first, giveBack: async () => undefined };
    isDecided = true;
    return claimTrials(ports, closed);
  };
}

/** One build tries all services that are paused, or none goes. */
async function claimTrials({ locks, clock }: Ports, breakers: readonly Breaker[]): Promise<Admission> {
  const claimed: Array<{ readonly before: Breaker; readonly trial: Breaker }> = [];
  const giveBack = async () => {
    // Whoever was faster has said something newer.
    for (const { before, trial } of claimed.splice(0))
      await locks.swapBreaker({ before: trial, after: unclaimTrial(trial, before) });
  };
  for (const before of breakers) {
    const trial = claimTrial(before, clock.now());
    if (trial === null || !(await locks.swapBreaker({ before, after: trial }))) {
      await giveBack();
      return { paused: before, giveBack };
    }
    claimed.push({ before, trial });
  }
  return { paused: null, giveBack };
}
