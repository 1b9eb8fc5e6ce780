import { WorkerError } from '../core/errors.ts';
import type { LockRow } from '../core/lock.ts';
import type { LockStore } from '../core/ports/lock-store.ts';

/** What an operator let begin anew. */
export interface Retried {
  readonly workItemId: string;
  /** Branches whose attempts and waits count from zero again. */
  readonly branches: readonly string[];
  /** Branches that a build holds: its ending decides. */
  readonly held: readonly string[];
}

/** Lets a work item, named by its branch, by the key of its lock, or by the id of the card that its last build was of, begin anew:
 *  nothing used of its lifetime caps, no attempt made, no wait. Throws CONFIG_INVALID when nothing is known of it or when several
 *  repositories have the branch, and LOCK_STORE_FAILED when its lock cannot be read. */
export async function retry({ locks, item }: { locks: LockStore; item: string }): Promise<Retried> {
  // Rows of others that cannot be read are no matter of this one.
  const damaged: string[] = [];
  const all = await locks.list((key) => damaged.push(key));
  const rows = all.filter(({ lockKey, workItemId, branch }) => [lockKey, workItemId, branch].includes(item));
  const unreadable = damaged.filter((key) => key === item || branchIn(key) === item);
  const keys = new Set([...rows.map(({ lockKey }) => lockKey), ...unreadable]);
  if (keys.size > 1 && rows.every(({ branch }) => branch === item))
    throw notOne(`Several repositories have the branch ${JSON.stringify(item)}: ${[...keys].join(', ')}.`);
  // A ledger outlives the row of its lock.
  if (keys.size === 0) keys.add(item);
  let isKnown = rows.length > 0;
  for (const key of keys) isKnown = (await locks.clearLedger(key)) || isKnown;
  for (const key of unreadable) await locks.get(key);
  if (!isKnown) throw notOne(`No build was ever started for ${JSON.stringify(item)}.`);
  return { workItemId: rows[0]?.workItemId ?? item, ...(await pardonAll(locks, rows)) };
}

async function pardonAll(locks: LockStore, rows: readonly LockRow[]): Promise<Pick<Retried, 'branches' | 'held'>> {
  const branches: string[] = [];
  const held: string[] = [];
  for (const { lockKey, branch } of rows) {
    if (await locks.pardon(lockKey)) branches.push(branch);
    else held.push(branch);
  }
  return { branches, held };
}

function branchIn(key: string): string {
  return key.slice(key.indexOf('#') + 1);
}

function notOne(what: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what,
    remedy:
      'Name one work item by its branch, as OWNER/REPOSITORY#BRANCH, or by the id of its card ("kiro-worker explain --json" shows it).',
  });
}
