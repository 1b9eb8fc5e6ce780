import { isWorkerError } from '../../core/errors.ts';
import type { LockRow } from '../../core/lock.ts';
import { requireHeld } from '../../core/lock.ts';
import type { Build } from '../../core/ports/builds.ts';
import { attemptOf } from './ended-build.ts';
import { moveCard } from './move-card.ts';
import type { Found, ReconcilePorts } from './poll-types.ts';

const SECOND_LOOK_MS = 5_000;

/** A build that one answer does not know may run all the same: asks once more some seconds later, and by its token. */
export async function lookAgain({ builds, clock, telemetry }: ReconcilePorts, row: LockRow): Promise<Build | null> {
  telemetry.warn('the build service does not know a build; asking again', { buildId: row.buildId });
  await clock.sleep(SECOND_LOOK_MS);
  const [build] = row.buildId === null ? [] : await builds.get([row.buildId]);
  return build ?? (row.startToken === null ? null : await builds.find(row.startToken));
}

/** Moves the card of a build that ended in the queue back to where builds are started from. */
export async function moveBack(ports: ReconcilePorts, found: Found): Promise<void> {
  const { row } = found;
  const assertLockHeld = async () => void requireHeld(await ports.locks.get(row.lockKey), row);
  const ending = { outcome: 'service-unavailable', attempt: attemptOf(found), itemId: row.workItemId } as const;
  try {
    await moveCard({ ...ports, ...ending, assertLockHeld, isSecondLook: false });
  } catch (error) {
    if (!isWorkerError(error, 'GITHUB_FAILED')) throw error;
    await ports.clock.sleep(SECOND_LOOK_MS);
    await moveCard({ ...ports, ...ending, assertLockHeld, isSecondLook: true });
  }
}
