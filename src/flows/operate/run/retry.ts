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

/** Lets a work item, named by its id or its branch, begin anew: nothing used of its lifetime caps, no attempt made, no wait.
 *  Throws CONFIG_INVALID when nothing is known of it, or when it names several work items. */
export async function retry({ locks, item }: { locks: LockStore; item: string }): Promise<Retried> {
  const found = await rowsOfItem({ locks, item });
  const workItemId = found.workItemId ?? item;
  const cleared = await locks.clearLedger(workItemId);
  if (found.rows.length === 0 && !cleared) throw notOne(`No build was ever started for ${JSON.stringify(item)}.`);
  const branches: string[] = [];
  const held: string[] = [];
  for (const { lockKey, branch } of found.rows) {
    if (await locks.pardon(lockKey)) branches.push(branch);
    else held.push(branch);
  }
  return { workItemId, branches, held };
}
