import type { ProjectConfig } from '../config.ts';
import type { Clock } from '../ports/clock.ts';
import type { Board, CardStand } from '../ports/github.ts';
import { lookTwice } from '../second-look.ts';
import { isOurs } from './card-column.ts';

/** Where a card stands: where the system has put it (`ours`), or where a person has (`elsewhere`, with a null column where it
 *  has none), or nowhere (`gone`). */
export type CardPlace =
  | ({ readonly kind: 'ours' | 'elsewhere' } & CardStand)
  | { readonly kind: 'gone'; readonly column: null; readonly movedAtMs: null };

interface Seen extends CardStand {
  /** Columns of the board, null where they were not asked for. */
  readonly columns: readonly string[] | null;
}

/** Returns where a card stands. That it is not ours any more must be the answer to two questions, asked in two ways with a pause
 *  between them. `stoodIn` is where it was last seen as ours: when the board has no such column any more, somebody renamed or
 *  removed the column, which moves no card. Throws what the board throws. */
export async function placeOf(request: {
  board: Pick<Board, 'getColumn' | 'findCard'>;
  itemId: string;
  config: Pick<ProjectConfig, 'targetStatusColumn' | 'inProgressColumn'>;
  stoodIn: string | null;
  clock: Pick<Clock, 'sleep'>;
}): Promise<CardPlace> {
  const { board, itemId, config, stoodIn, clock } = request;
  const isHere = (column: string | null) => isOurs(column, config) || (column !== null && column === stoodIn);
  const found = await lookTwice<Seen | undefined>({
    look: async () => {
      const stand = await board.getColumn(itemId);
      return stand && { ...stand, columns: null };
    },
    lookAgain: () => board.findCard(itemId),
    isGrave: (answer) => answer === undefined || !isHere(answer.column),
    clock,
  });
  if (found === undefined) return { kind: 'gone', column: null, movedAtMs: null };
  const { column, movedAtMs, columns } = found;
  const isColumnGone = stoodIn !== null && columns !== null && !columns.includes(stoodIn);
  return { kind: isHere(column) || isColumnGone ? 'ours' : 'elsewhere', column, movedAtMs };
}
