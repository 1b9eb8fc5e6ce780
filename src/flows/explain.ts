import type { SkipReason } from '../core/cards/skip-reason.ts';
import type { ProjectConfig } from '../core/config.ts';
import { WorkerError } from '../core/errors.ts';
import { describePause } from '../core/lifecycle/breaker.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { BoardSnapshot, GitHub } from '../core/ports/github.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import { evaluateBoard } from './poll/evaluate.ts';

/** One card of the board and what a poll would do with it now; `--json` prints it. */
export interface Explained {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string | null;
  readonly decision: 'ready' | 'left-out';
  /** A skip reason, or `ready` for an eligible card. */
  readonly reason: SkipReason | 'ready';
  readonly detail: string;
}

/** Returns for every card on the board (or those that `item` names by id, title or branch) whether it is eligible now, or
 *  why it is skipped. Writes nothing anywhere. Throws BOARD_COLUMN_MISSING when no card could ever be eligible. */
export async function explain(request: {
  config: ProjectConfig;
  github: GitHub;
  locks: LockStore;
  clock: Clock;
  item?: string;
}): Promise<{ board: { title: string; url: string }; cards: Explained[] }> {
  const { item, ...ports } = request;
  const evaluation = await evaluateBoard({ ...ports, column: null });
  requireColumn(evaluation.board, request.config);
  const places = new Map(evaluation.board.items.map(({ id, position }) => [id, position]));
  const { breaker } = evaluation;
  const paused = breaker?.isOpen ? ` ${describePause(breaker)}` : '';
  const cards: Explained[] = [
    ...evaluation.eligible.map(({ workItem, attempt, used }, turn) => ({
      itemId: workItem.itemId,
      title: workItem.title,
      branch: workItem.branch,
      decision: 'ready' as const,
      reason: 'ready' as const,
      detail: `Number ${turn + 1} in the queue, attempt ${attempt}; used so far: ${used}.${paused}`,
    })),
    ...evaluation.skipped.map(({ itemId, title, branch, reason, detail }) => ({
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
  return { board: { title: evaluation.board.title, url: evaluation.board.url }, cards: wanted };
}

/** A whole board is read without a column, so the adapter does not notice that the configured one is missing. */
function requireColumn({ columns }: BoardSnapshot, { targetStatusColumn, statusField }: ProjectConfig): void {
  if (columns.includes(targetStatusColumn)) return;
  throw new WorkerError({
    code: 'BOARD_COLUMN_MISSING',
    what: `The board has no column "${targetStatusColumn}", so no card is ever eligible.`,
    why: `The options of the field "${statusField}" are: ${columns.map((name) => `"${name}"`).join(', ') || '(none)'}.`,
    remedy: 'Put the name of an existing column into targetStatusColumn of the project configuration.',
  });
}
