import { WorkerError } from '../../../core/errors.ts';
import type { LockRow } from '../../../core/lock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';

/** The lock rows of what an operator named. */
export interface ItemRows {
  /** The card that the last build was of; null when there is no row. */
  readonly workItemId: string | null;
  readonly rows: readonly LockRow[];
  /** Keys of locks that bear the name and cannot be read. */
  readonly unreadable: readonly string[];
}

/** Returns the lock rows of a work item that is named by its branch, the key of its lock, or the id of the card that its last build was
 *  of; rows of others that cannot be read are no matter of this one. Throws CONFIG_INVALID when several repositories have the branch. */
export async function rowsOfItem({ locks, item }: { locks: LockStore; item: string }): Promise<ItemRows> {
  const damaged: string[] = [];
  const all = await locks.list((key) => damaged.push(key));
  const rows = all.filter((row) => [row.workItemId, row.branch, row.lockKey].includes(item));
  const unreadable = damaged.filter((key) => key === item || branchIn(key) === item);
  const keys = [...new Set([...rows.map(({ lockKey }) => lockKey), ...unreadable])];
  if (keys.length > 1 && rows.every(({ branch }) => branch === item))
    throw notOne(`Several repositories have the branch ${JSON.stringify(item)}: ${keys.join(', ')}.`);
  return { workItemId: rows[0]?.workItemId ?? null, rows, unreadable };
}

/** As `rowsOfItem`; throws LOCK_STORE_FAILED when one of them cannot be read. */
export async function readableRowsOfItem(request: { locks: LockStore; item: string }): Promise<ItemRows> {
  const found = await rowsOfItem(request);
  for (const key of found.unreadable) await request.locks.get(key);
  return found;
}

function branchIn(key: string): string {
  return key.slice(key.indexOf('#') + 1);
}

/** Returns the CONFIG_INVALID error of a name that does not mean one work item. */
export function notOne(what: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what,
    remedy:
      'Name one work item by its branch, as OWNER/REPOSITORY#BRANCH, or by the id of its card ("kiro-worker explain --json" shows it).',
  });
}
