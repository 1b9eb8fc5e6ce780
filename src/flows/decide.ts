import type { ProjectConfig } from '../core/config.ts';
import type { LeftOut } from '../core/left-out.ts';
import { lockKey } from '../core/lock.ts';
import type { BoardSnapshot, Clock, GitHub, LockStore } from '../core/ports.ts';
import type { Ready } from '../core/selection.ts';
import { selectWorkItems } from '../core/selection.ts';
import type { WorkItem } from '../core/work-item.ts';
import { classifyItem } from '../core/work-item.ts';

export interface Decision {
  readonly board: BoardSnapshot;
  readonly ready: readonly Ready[];
  readonly leftOut: readonly LeftOut[];
  /** Requests sent to GitHub. */
  readonly requests: number;
}

/** Reads the board and says of every card whether it could be started now, and if not, why. Writes nothing.
 *  `column` narrows the reading to one column on the server; null reads the whole board. */
export async function decide(request: {
  config: ProjectConfig;
  github: GitHub;
  locks: LockStore;
  clock: Clock;
  column: string | null;
}): Promise<Decision> {
  const { config, github, locks, clock, column } = request;
  const board = await github.board.read({ column });
  const candidates: WorkItem[] = [];
  const leftOut: LeftOut[] = [];
  for (const item of board.items) {
    const classified = classifyItem(item, config);
    if (classified.kind === 'candidate') candidates.push(classified.workItem);
    else leftOut.push(classified.leftOut);
  }
  if (candidates.length === 0) return { board, ready: [], leftOut, requests: board.requests };

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
    nowMs: clock.now(),
  });
  return {
    board,
    ready: selection.ready,
    leftOut: [...leftOut, ...selection.leftOut],
    requests: board.requests + inspected.requests,
  };
}
