import type { LockRow } from '../../core/lock.ts';
import { holderOf } from '../../core/lock.ts';
import type { PendingSurfaces } from '../../core/pending-surfaces.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';

/** Releases a lock whose build was not started, or ended in the queue: that was not an attempt, and the last run's outcome
 *  and head stay. `pending` is what of the card is to be written later. */
export async function releaseUnstartedLock(
  ports: { locks: LockStore; clock: Clock },
  { row, pending = null }: { row: LockRow; pending?: PendingSurfaces | null },
): Promise<void> {
  await ports.locks.release({
    ...holderOf(row),
    outcome: row.lastOutcome ?? 'not-started',
    nextEligibleAtMs: row.nextEligibleAtMs,
    head: row.lastHead,
    attempts: Math.max(0, row.attempts - (row.buildId === null ? 0 : 1)),
    nowMs: ports.clock.now(),
    pending,
  });
}
