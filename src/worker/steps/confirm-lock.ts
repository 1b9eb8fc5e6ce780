import { lockNotHeld } from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { RunMonitor } from '../run-monitor.ts';
import type { Locked, Started } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

interface LockContext {
  readonly settings: Pick<RunSettings, 'holder' | 'buildId'>;
  readonly locks: Pick<LockStore, 'recordBuild'>;
  readonly monitor: Pick<RunMonitor, 'checkCard'>;
}

/** Notes in the lock row which build this is, whether or not the poll came to do so: the attempt counts, and of two builds
 *  that one lock was started for only the first goes on. Throws FENCE_LOST. */
export async function confirmLock({ settings, locks, monitor }: LockContext, _from: Started): Promise<Locked> {
  const { holder, buildId } = settings;
  if (!(await locks.recordBuild({ ...holder, buildId }))) throw lockNotHeld(holder);
  await monitor.checkCard();
  return { stage: 'locked' };
}
