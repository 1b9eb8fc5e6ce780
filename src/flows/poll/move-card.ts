import { destinationsOf } from '../../core/cards/card-column.ts';
import { placeOf } from '../../core/cards/card-place.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { WorkerError } from '../../core/errors.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { GitHub } from '../../core/ports/github.ts';

export interface MoveRequest {
  readonly config: ProjectConfig;
  readonly github: Pick<GitHub, 'board'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly itemId: string;
  readonly outcome: OutcomeKind;
  readonly attempt: number;
  /** Column in which the run last saw the card, null where nobody knows. */
  readonly stoodIn: string | null;
  /** Where cards are taken from, a card that came there at this time (epoch ms, by GitHub's clock) or later was moved there since
   *  the run ended. Without one nobody knows. */
  readonly endedBeforeMs?: number | null;
  /** Called before each write; throws when the run has lost the right to write. */
  readonly assertLockHeld: () => Promise<void>;
}

/** Where a card stands after its run. */
export interface MovedCard {
  /** Null when it has none, is gone, or was not to be moved. */
  readonly column: string | null;
  /** What changed the column before this time (epoch ms, by GitHub's clock) was the system itself; null where nothing was moved. */
  readonly oursUntilMs: number | null;
}

/** A move of our own that comes late, after the one that ended a run, comes within this time. */
const LATE_MOVE_MS = 10_000;

/** Moves the card where its outcome belongs, unless a person has put it elsewhere. Throws BOARD_COLUMN_MISSING where the board
 *  has no column for the outcome, and what the board throws. */
export async function moveCard(request: MoveRequest): Promise<MovedCard> {
  const { config, github, clock, itemId, outcome, attempt, stoodIn, assertLockHeld, endedBeforeMs = null } = request;
  const destinations = destinationsOf({ kind: outcome, attempt, config });
  if (destinations.length === 0) return unmoved(null);
  const look = () => placeOf({ ...github, itemId, config, stoodIn, clock });
  const { kind, column, movedAtMs } = await look();
  if (kind !== 'ours') return unmoved(column);
  // Whoever moved it away and back again, or back since then, wants it to go on.
  const isBack = endedBeforeMs !== null && movedAtMs !== null && movedAtMs >= endedBeforeMs;
  const isWanted = outcome === 'cancelled' || (isBack && destinations[0] !== column);
  if (isWanted && column === config.targetStatusColumn) return unmoved(column);
  await assertLockHeld();
  const moved = await moveToFirst(request, destinations).catch(async (error: unknown) => {
    const now = await look();
    if (now.kind === 'ours') throw error;
    return unmoved(now.column);
  });
  if (moved !== null) return moved;
  throw new WorkerError({
    code: 'BOARD_COLUMN_MISSING',
    what: `The board has no column "${destinations.join('" or "')}", so the card stays in ${column === null ? 'no column' : `"${column}"`}.`,
    remedy:
      'Add the column to the board, or name another one in the project configuration: the card goes there within a day.',
  });
}

/** Null when the board has none of these columns. */
async function moveToFirst(
  { github, itemId, config }: MoveRequest,
  destinations: readonly string[],
): Promise<MovedCard | null> {
  for (const column of destinations) {
    const moved = await github.board.move(itemId, column);
    if (moved === false) continue;
    // Where cards are taken from, only what comes later can be a person's; elsewhere whatever brings it back is.
    const lateMs = column === config.targetStatusColumn ? LATE_MOVE_MS : 0;
    return { column, oursUntilMs: moved.atMs === null ? null : moved.atMs + lateMs };
  }
  return null;
}

function unmoved(column: string | null): MovedCard {
  return { column, oursUntilMs: null };
}
