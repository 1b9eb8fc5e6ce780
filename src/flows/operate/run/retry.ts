import { withoutRounds } from '../../../core/lifecycle/repair-rounds.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import { notOne, rowsOfItem } from './item-rows.ts';

/** What an operator let begin anew. */
export interface Retried {
  readonly workItemId: string;
  /** Branches whose attempts and waits count from zero again. */
  readonly branches: readonly string[];
  /** Branches that a build holds: its ending decides. */
  readonly held: readonly string[];
}

/** Lets a work item, named by its branch, by the key of its lock, or by the id of the card that its last build was of, begin anew:
 *  nothing used of its lifetime caps, no attempt made, no repair round, no wait. Throws CONFIG_INVALID when nothing is known of it or when several
 *  repositories have the branch, and LOCK_STORE_FAILED when its lock cannot be read. */
export async function retry({
  locks,
  item,
  nowMs,
}: {
  locks: LockStore;
  item: string;
  nowMs: number;
}): Promise<Retried> {
  const { rows, unreadable, workItemId } = await rowsOfItem({ locks, item });
  const keys = new Set([...rows.map(({ lockKey }) => lockKey), ...unreadable]);
  // A ledger outlives the row of its lock.
  if (keys.size === 0) keys.add(item);
  let isKnown = rows.length > 0;
  for (const key of keys) isKnown = (await locks.clearLedger(key)) || isKnown;
  for (const key of keys) await clearRounds(locks, { key, nowMs });
  for (const key of unreadable) await locks.get(key);
  if (!isKnown) throw notOne(`No build was ever started for ${JSON.stringify(item)}.`);
  const branches: string[] = [];
  const held: string[] = [];
  for (const { lockKey, branch } of rows) {
    if (await locks.pardon(lockKey)) branches.push(branch);
    else held.push(branch);
  }
  return { workItemId: workItemId ?? item, branches, held };
}

/** A build that runs keeps its own account; where it was faster, what it wrote stays. */
async function clearRounds(locks: LockStore, { key, nowMs }: { key: string; nowMs: number }): Promise<void> {
  const before = await locks.getBaseline(key);
  if (before === null) return;
  const after = withoutRounds(before);
  if (after !== before) await locks.swapBaseline({ before, after, nowMs });
}
