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
  /** Called before each write; throws when the run has lost the right to write. */
  readonly assertLockHeld: () => Promise<void>;
}

/** Moves the card where its outcome belongs, unless a person has put it elsewhere. Returns its column afterwards, null when it
 *  has none or is gone. Throws GITHUB_REFUSED also where the board has no column for the outcome. */
export async function moveCard(request: MoveRequest): Promise<string | null> {
  const { config, github, itemId, outcome, attempt, assertLockHeld } = request;
  const column = (await github.board.getColumn(itemId)) ?? null;
  const destinations = destinationsOf({ kind: outcome, attempt, config });
  if (destinations.length === 0 || !isOurs(column, config)) return column;
  for (const destination of destinations) {
    if (destination === column) return column;
    await assertLockHeld();
    if (await github.board.move(itemId, destination)) return destination;
  }
  if ((await github.board.getColumn(itemId)) === undefined) return null;
  throw new WorkerError({
    code: 'GITHUB_REFUSED',
    what: `The board has no column "${destinations.join('" or "')}", so the card stays in "${column}".`,
    remedy: 'Add the column to the board, or name another one in the project configuration, and move the card.',
  });
}
