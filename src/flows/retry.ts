import { WorkerError } from '../core/errors.ts';
import type { LockStore } from '../core/ports/lock-store.ts';

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
  const rows = (await locks.list()).filter((row) => row.workItemId === item || row.branch === item);
  const ids = [...new Set(rows.map(({ workItemId }) => workItemId))];
  if (ids.length > 1) throw notOne(`Several work items have the branch ${JSON.stringify(item)}: ${ids.join(', ')}.`);
  const workItemId = ids[0] ?? item;
  const cleared = await locks.clearLedger(workItemId);
  if (rows.length === 0 && !cleared) throw notOne(`No build was ever started for ${JSON.stringify(item)}.`);
  const branches: string[] = [];
  const held: string[] = [];
  for (const { lockKey, branch } of rows) {
    if (await locks.pardon(lockKey)) branches.push(branch);
    else held.push(branch);
  }
  return { workItemId, branches, held };
}

function notOne(what: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what,
    remedy: 'Name one work item by its id ("kiro-worker explain --json" shows it) or by its branch.',
  });
}
