import { destinationsOf, isOurs } from '../../core/cards/card-column.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { WorkerError } from '../../core/errors.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import type { GitHub } from '../../core/ports/github.ts';

export interface MoveRequest {
  readonly config: ProjectConfig;
  readonly github: Pick<GitHub, 'board'>;
  readonly itemId: string;
  readonly outcome: OutcomeKind;
  readonly attempt: number;
  /** A poll looks again: a card that is still not there is gone. */
  readonly isSecondLook: boolean;
  /** Called before each write; throws when the run has lost the right to write. */
  readonly assertLockHeld: () => Promise<void>;
}

/** Moves the card where its outcome belongs, unless a person has put it elsewhere. Returns its column afterwards, null when it
 *  has none or is gone. Throws BOARD_COLUMN_MISSING where the board has no column for the outcome, and GITHUB_FAILED when a
 *  first look does not find the card: one missing answer proves nothing. */
export async function moveCard(request: MoveRequest): Promise<string | null> {
  const { config, github, itemId, outcome, attempt, isSecondLook, assertLockHeld } = request;
  const found = await github.board.getColumn(itemId);
  const destinations = destinationsOf({ kind: outcome, attempt, config });
  if (found === undefined && destinations.length > 0 && !isSecondLook) throw notShown();
  const column = found ?? null;
  if (destinations.length === 0 || !isOurs(column, config)) return column;
  // Whoever moved it away and back again wants it to go on.
  if (outcome === 'cancelled' && column === config.targetStatusColumn) return column;
  for (const destination of destinations) {
    if (destination === column) return column;
    await assertLockHeld();
    if (await github.board.move(itemId, destination)) return destination;
  }
  if ((await github.board.getColumn(itemId)) === undefined) {
    if (isSecondLook) return null;
    throw notShown();
  }
  throw new WorkerError({
    code: 'BOARD_COLUMN_MISSING',
    what: `The board has no column "${destinations.join('" or "')}", so the card stays in "${column}".`,
    remedy:
      'Add the column to the board, or name another one in the project configuration: the card goes there within a day.',
  });
}

function notShown(): WorkerError {
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: 'GitHub does not show the card; it may have been archived or deleted.',
    remedy: 'Nothing: the next poll looks again.',
  });
}
