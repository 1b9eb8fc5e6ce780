import { isHeldBy, type LockRow } from '../../core/lock.ts';
import { isOutcomeKind } from '../../core/outcome.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { moveCard } from './move-card.ts';
import type { Connected } from './poll-types.ts';

interface Ports extends Connected {
  readonly locks: Pick<LockStore, 'get'>;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** Moves the card of a running build, unless a person was faster or the build has ended and published its outcome. */
export async function showInProgress(ports: Ports, { row, itemId }: { row: LockRow; itemId: string }): Promise<void> {
  const { config, github, locks } = ports;
  if (config.inProgressColumn === null) return;
  if ((await github.board.getColumn(itemId))?.column !== config.targetStatusColumn) return;
  if (!isHeldBy(await locks.get(row.lockKey), row)) return;
  try {
    await github.board.move(itemId, config.inProgressColumn);
  } finally {
    await followEnding(ports, { row, itemId });
  }
}

/** A move that took long, or was sent again, may come after a short run's own: then the card goes where that run's outcome
 *  belongs. */
async function followEnding(ports: Ports, { row, itemId }: { row: LockRow; itemId: string }): Promise<void> {
  const now = await ports.locks.get(row.lockKey);
  if (now?.status !== 'released' || now.fence !== row.fence || !isOutcomeKind(now.lastOutcome)) return;
  const { lastOutcome: outcome, attempts } = now;
  const attempt = Math.max(1, attempts);
  const stoodIn = ports.config.inProgressColumn;
  await moveCard({ ...ports, itemId, outcome, attempt, stoodIn, assertLockHeld: async () => {} });
}
