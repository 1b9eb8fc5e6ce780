import type { ProjectConfig } from '../core/config.ts';
import { WorkerError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { BoardSnapshot, GitHub } from '../core/ports/github.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import { evaluateBoard } from './poll/evaluate.ts';

/** One card of the board and what a poll would do with it now. */
export interface Explained {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string | null;
  readonly decision: 'ready' | 'left-out';
  /** One of the closed list of reasons, `ready` for a card that would be started. */
  readonly reason: string;
  readonly detail: string;
}

/** Says of every card on the board (or of those that `item` names by id, title or branch) why it would or would not be
 *  picked now. Writes nothing anywhere. Throws BOARD_COLUMN_MISSING when no card could ever be picked. */
export async function explain(request: {
  config: ProjectConfig;
  github: GitHub;
  locks: LockStore;
  clock: Clock;
  item?: string;
}): Promise<{ board: { title: string; url: string }; cards: Explained[] }> {
  const { item, ...ports } = request;
  const decision = await evaluateBoard({ ...ports, column: null });
  requireColumn(decision.board, request.config);
  const places = new Map(decision.board.items.map(({ id, position }) => [id, position]));
  const cards: Explained[] = [
    ...decision.eligible.map(({ workItem, attempt }, turn) => ({
      itemId: workItem.itemId,
      title: workItem.title,
      branch: workItem.branch,
      decision: 'ready' as const,
      reason: 'ready',
      detail: `Number ${turn + 1} in the queue, attempt ${attempt}.`,
    })),
    ...decision.skipped.map(({ itemId, title, branch, reason, detail }) => ({
      itemId,
      title,
      branch,
      decision: 'left-out' as const,
      reason,
      detail,
    })),
  ];
  cards.sort((a, b) => (places.get(a.itemId) ?? 0) - (places.get(b.itemId) ?? 0));
  const wanted =
    item === undefined ? cards : cards.filter((card) => [card.itemId, card.title, card.branch].includes(item));
  return { board: { title: decision.board.title, url: decision.board.url }, cards: wanted };
}

/** Of a whole board the adapter reads every column, so a wrong one would only make all cards stand elsewhere. */
function requireColumn({ columns }: BoardSnapshot, { targetStatusColumn, statusField }: ProjectConfig): void {
  if (columns.includes(targetStatusColumn)) return;
  throw new WorkerError({
    code: 'BOARD_COLUMN_MISSING',
    what: `The board has no column "${targetStatusColumn}", so no card is ever picked.`,
    why: `The options of the field "${statusField}" are: ${columns.map((name) => `"${name}"`).join(', ') || '(none)'}.`,
    remedy: 'Put the name of an existing column into targetStatusColumn of the project configuration.',
  });
}
