import type { EligibleItem } from '../../core/cards/selection.ts';
import { selectWorkItems } from '../../core/cards/selection.ts';
import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import type { WorkItem } from '../../core/cards/work-item.ts';
import { classifyItem } from '../../core/cards/work-item.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { lockKey } from '../../core/lock.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { BoardSnapshot, GitHub } from '../../core/ports/github.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';

export interface BoardEvaluation {
  readonly board: BoardSnapshot;
  readonly eligible: readonly EligibleItem[];
  readonly skipped: readonly SkippedCard[];
  /** Requests sent to GitHub. */
  readonly requests: number;
}

/** Reads the board; returns which cards are eligible now, and why each other one is skipped. Writes nothing.
 *  `column` narrows the reading to one column on the server; null reads the whole board. */
export async function evaluateBoard(request: {
  config: ProjectConfig;
  github: GitHub;
  locks: LockStore;
  clock: Clock;
  column: string | null;
}): Promise<BoardEvaluation> {
  const { config, github, locks, clock, column } = request;
  const board = await github.board.read({ column });
  const candidates: WorkItem[] = [];
  const skipped: SkippedCard[] = [];
  for (const item of board.items) {
    const classified = classifyItem(item, config);
    if (classified.kind === 'candidate') candidates.push(classified.workItem);
    else skipped.push(classified.skipped);
  }
  if (candidates.length === 0) return { board, eligible: [], skipped, requests: board.requests };

  const names = [...new Set(candidates.map(({ branch }) => branch))];
  const [inspected, rows] = await Promise.all([
    github.branches.inspect(names),
    locks.getMany(names.map((name) => lockKey(config.repository, name))),
  ]);
  const byKey = new Map(rows.map((row) => [row.lockKey, row]));
  const selection = selectWorkItems({
    candidates,
    branches: inspected.branches,
    repository: inspected.repository,
    locks: byKey,
    config,
    hasInProgressColumn: config.inProgressColumn !== null && board.columns.includes(config.inProgressColumn),
    hasFailedColumn: config.failedColumn !== null && board.columns.includes(config.failedColumn),
    nowMs: clock.now(),
  });
  return {
    board,
    eligible: selection.eligible,
    skipped: [...skipped, ...selection.skipped],
    requests: board.requests + inspected.requests,
  };
}
