import { nextEligibleAtMs } from '../../core/lifecycle/back-off.ts';
import type { LockRow } from '../../core/lock.ts';
import { holderOf } from '../../core/lock.ts';
import { isOutcomeKind, outcomeOf } from '../../core/outcome.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { PublishResult } from './publish-outcome.ts';

interface Ports {
  readonly locks: LockStore;
  readonly clock: Clock;
}

/** Releases a lock whose build was not started: that was not an attempt, and the last run's outcome and head stay. */
export async function releaseUnstartedLock({ locks, clock }: Ports, row: LockRow): Promise<void> {
  await locks.release({
    ...holderOf(row),
    outcome: outcomeThatStays(row),
    nextEligibleAtMs: row.nextEligibleAtMs,
    head: row.lastHead,
    nowMs: clock.now(),
  });
}

/** Releases a lock whose build ended in the queue: no attempt was made and nothing is charged, but the next start waits, longer each
 *  time. `published` is what became of its card. */
export async function releaseQueuedLock(
  { locks, clock }: Ports,
  { row, published, backoffMs }: { row: LockRow; published: PublishResult; backoffMs: number },
): Promise<void> {
  const kind = 'service-unavailable';
  const nowMs = clock.now();
  const fruitless = row.fruitless + 1;
  await locks.release({
    ...holderOf(row),
    outcome: kind,
    nextEligibleAtMs: nextEligibleAtMs({ kind, fruitless, backoffMs, nowMs }),
    fruitless,
    head: row.lastHead,
    attempts: Math.max(0, row.attempts - 1),
    nowMs,
    pending: published.pending,
    cardOursUntilMs: published.card?.oursUntilMs ?? null,
  });
}

/** Returns the outcome of a lock that is released without one of its own: what a person has answered by moving the card back
 *  must not keep it back again. */
export function outcomeThatStays({ lastOutcome }: LockRow): string {
  return isOutcomeKind(lastOutcome) && outcomeOf(lastOutcome).retry ? lastOutcome : 'not-started';
}
