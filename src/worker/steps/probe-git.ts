import { errorMessage, isWorkerError } from '../../core/errors.ts';
import { type Breaker, closeBreaker, GIT_SERVICE, openBreaker } from '../../core/lifecycle/breaker.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { Logger } from '../../core/ports/telemetry.ts';
import type { RunResult } from '../run-result.ts';

interface GitServiceContext {
  readonly repository: Pick<Repository, 'probe'>;
  readonly locks: Pick<LockStore, 'getBreaker' | 'swapBreaker'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly startedAtMs: number;
  readonly telemetry: Logger;
}

/** Where a run ended by the fault of a service, or starts are paused: asks the git server by a call that no branch has a part in.
 *  Starts are paused while it does not answer, and go on once it does. What cannot be noted is noted by the next run. */
export async function noteGitService(context: GitServiceContext, { kind }: RunResult): Promise<void> {
  const { locks, telemetry } = context;
  try {
    const before = await locks.getBreaker(GIT_SERVICE);
    if (kind === 'fence-lost' || (kind !== 'service-unavailable' && !before?.isOpen)) return;
    const after = await breakerNow(context, before);
    // Whoever was faster has said something newer.
    if (after !== null && after !== before) await locks.swapBreaker({ before, after });
  } catch (error) {
    telemetry.warn('whether the git server answers could not be noted', { error: errorMessage(error) });
  }
}

async function breakerNow(
  { repository, clock, startedAtMs, telemetry }: GitServiceContext,
  before: Breaker | null,
): Promise<Breaker | null> {
  try {
    await repository.probe();
    return closeBreaker(before);
  } catch (error) {
    if (!isWorkerError(error, 'GIT_UNAVAILABLE')) throw error;
    const said = [error.what, error.why].filter(Boolean).join(' ');
    telemetry.warn('the git server does not answer; starts are paused', { said });
    const evidence = { service: GIT_SERVICE, cause: 'outage', said, key: null } as const;
    return openBreaker(before, { ...evidence, startedAtMs, nowMs: clock.now() });
  }
}
