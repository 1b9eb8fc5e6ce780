import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../core/errors.ts';
import { type BaselineRecord, emptyBaseline, withOwnCommit } from '../core/lifecycle/baseline-record.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { Logger } from '../core/ports/telemetry.ts';

interface OwnCommit {
  readonly commit: string;
  readonly parent: string;
}

/** Notes the commits that this run makes on the branch, so that a later run knows which are not a person's. */
export interface OwnCommits {
  /** Called before the commit is pushed. What cannot be noted now is noted with the next one; the work goes on. */
  note(commit: OwnCommit): Promise<void>;
  /** Notes what could not be noted before. */
  flush(): Promise<void>;
}

interface OwnCommitsContext {
  readonly locks: Pick<LockStore, 'getBaseline' | 'swapBaseline'>;
  readonly lockKey: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly telemetry: Pick<Logger, 'warn'>;
}

const TRIES = 8;

/** Returns what notes the commits of one run beside its lock row. */
export function createOwnCommits(context: OwnCommitsContext): OwnCommits {
  let pending: readonly OwnCommit[] = [];
  const flush = async () => {
    if (pending.length === 0) return;
    try {
      await updateBaseline(context, (record) => pending.reduce(withOwnCommit, record));
      pending = [];
    } catch (error) {
      context.telemetry.warn('a commit of this run could not be noted', { error: errorMessage(error) });
    }
  };
  return {
    async note(commit) {
      pending = [...pending, commit];
      await flush();
    },
    flush,
  };
}

/** Changes what is known of a branch before the agent; `change` returns the same record where nothing is to be written. Throws when
 *  others keep writing it, and what the store throws. */
export async function updateBaseline(
  { locks, lockKey, clock }: Omit<OwnCommitsContext, 'telemetry'>,
  change: (record: BaselineRecord) => BaselineRecord,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) await delay(10 * 2 ** tries);
    const before = await locks.getBaseline(lockKey);
    const known = before ?? emptyBaseline(lockKey);
    const after = change(known);
    if (after === known || (await locks.swapBaseline({ before, after, nowMs: clock.now() }))) return;
  }
  throw new Error('others kept writing the same row');
}
