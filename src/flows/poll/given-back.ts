import { isWorkerError } from '../../core/errors.ts';
import type { LockRow } from '../../core/lock.ts';
import { requireHeld } from '../../core/lock.ts';
import type { Build } from '../../core/ports/builds.ts';
import { attemptOf } from './ended-build.ts';
import { moveCard } from './move-card.ts';
import type { Found, ReconcilePorts } from './poll-types.ts';

const SECOND_LOOK_MS = 5_000;

/** A build that one answer does not know may run all the same: asks once more some seconds later, and in the other way. */
export async function lookAgain({ builds, clock, telemetry }: ReconcilePorts, row: LockRow): Promise<Build | null> {
  if (row.buildId === null) return null;
  telemetry.warn('the build service does not know a build; asking again', { buildId: row.buildId });
  await clock.sleep(SECOND_LOOK_MS);
  const [build] = await builds.get([row.buildId]);
  return build ?? (row.startToken === null ? null : await builds.find(row.startToken));
}

/** Moves the card of a build that ended in the queue back to where builds are started from; where GitHub refuses that for
 *  good, the card stays, and its lock is free all the same. */
export async function moveBack(ports: ReconcilePorts, found: Found): Promise<void> {
  const { row } = found;
  const assertLockHeld = async () => void requireHeld(await ports.locks.get(row.lockKey), row);
  const ending = { outcome: 'service-unavailable', attempt: attemptOf(found), itemId: row.workItemId } as const;
  const move = (isSecondLook: boolean) => moveCard({ ...ports, ...ending, assertLockHeld, isSecondLook });
  try {
    await move(false).catch(async (error: unknown) => {
      if (!isWorkerError(error, 'GITHUB_FAILED')) throw error;
      await ports.clock.sleep(SECOND_LOOK_MS);
      return move(true);
    });
  } catch (error) {
    if (!isWorkerError(error, 'GITHUB_REFUSED') && !isWorkerError(error, 'BOARD_COLUMN_MISSING')) throw error;
    ports.telemetry.error('the card of a build that never began could not be moved back', {
      lockKey: row.lockKey,
      error: error.message,
    });
  }
}
