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
  /** Called before each write; throws when the run has lost the right to write. */
  readonly assertLockHeld: () => Promise<void>;
}

/** Moves the card where its outcome belongs, unless a person has put it elsewhere. Returns its column afterwards, null when it
 *  has none, is gone, or was not to be moved. Throws BOARD_COLUMN_MISSING where the board has no column for the outcome. */
export async function moveCard(request: MoveRequest): Promise<string | null> {
  const { config, github, clock, itemId, outcome, attempt, stoodIn, assertLockHeld } = request;
  const destinations = destinationsOf({ kind: outcome, attempt, config });
  if (destinations.length === 0) return null;
  const look = () => placeOf({ ...github, itemId, config, stoodIn, clock });
  const { kind, column } = await look();
  if (kind !== 'ours') return column;
  // Whoever moved it away and back again wants it to go on.
  if (outcome === 'cancelled' && column === config.targetStatusColumn) return column;
  for (const destination of destinations) {
    if (destination === column) return column;
    await assertLockHeld();
    if (await github.board.move(itemId, destination)) return destination;
  }
  const now = await look();
  if (now.kind !== 'ours') return now.column;
  throw new WorkerError({
    code: 'BOARD_COLUMN_MISSING',
    what: `The board has no column "${destinations.join('" or "')}", so the card stays in ${now.column === null ? 'no column' : `"${now.column}"`}.`,
    remedy:
      'Add the column to the board, or name another one in the project configuration: the card goes there within a day.',
  });
}
