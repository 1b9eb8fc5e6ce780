import { WorkerError } from '../../../core/errors.ts';
import type { LockRow } from '../../../core/lock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';

/** The lock rows of what an operator named, and the one work item that they belong to. */
export interface ItemRows {
  /** Null when there is no row. */
  readonly workItemId: string | null;
  readonly rows: readonly LockRow[];
}

/** Returns the lock rows of a work item that is named by its id, its branch or a lock's key. Throws CONFIG_INVALID when several
 *  work items are meant. */
export async function rowsOfItem({ locks, item }: { locks: LockStore; item: string }): Promise<ItemRows> {
  const rows = (await locks.list()).filter((row) => [row.workItemId, row.branch, row.lockKey].includes(item));
  const ids = [...new Set(rows.map(({ workItemId }) => workItemId))];
  if (ids.length > 1) throw notOne(`Several work items have the branch ${JSON.stringify(item)}: ${ids.join(', ')}.`);
  return { workItemId: ids[0] ?? null, rows };
}

/** Returns the CONFIG_INVALID error of a name that does not mean one work item. */
export function notOne(what: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what,
    remedy: 'Name one work item by its id ("kiro-worker explain --json" shows it) or by its branch.',
  });
}
