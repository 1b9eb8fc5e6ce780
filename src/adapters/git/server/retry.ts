import type { Clock } from '../../../core/ports/clock.ts';
import { systemClock } from '../../system-clock.ts';
import { isLoopback } from '../git-environment.ts';
import { PassingFault, serverUnavailable } from './failure.ts';

/** How long, and by which clock, a passing fault of the server is waited for. */
export interface Patience {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  /** Length of a second in waits and budget. */
  readonly secondMs: number;
}

/** Waits of one command come to this at most; then its fault is told. */
const BUDGET_SECONDS = 300;
const LONGEST_WAIT_SECONDS = 30;
/** A server that says that something is gone is asked again after so long. */
const SECOND_LOOK_SECONDS = 5;

/** Returns the patience with a server: minutes, and seconds with one on this machine. */
export function patienceWith(remoteUrl: string, clock: Patience['clock'] = systemClock): Patience {
  return { clock, secondMs: isLoopback(remoteUrl) ? 100 : 1000 };
}

/** Makes attempts until one of them throws no PassingFault, with growing waits in between. The signal cuts the waiting short: one last
 *  attempt follows. Throws GIT_UNAVAILABLE with the last fault when the budget is used up, and whatever else an attempt throws. */
export async function retryPassing<T>(
  { clock, secondMs }: Patience,
  { attempt, signal }: { attempt: () => Promise<T>; signal?: AbortSignal | undefined },
): Promise<T> {
  const startedAtMs = clock.monotonicMs();
  const leftMs = () => BUDGET_SECONDS * secondMs - (clock.monotonicMs() - startedAtMs);
  for (let made = 1; ; made += 1) {
    const wasStopped = signal?.aborted ?? false;
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      const waitMs = secondMs * Math.max(backoffSeconds(made), error.fault.retryAfterSeconds ?? 0);
      if (wasStopped || waitMs > leftMs())
        throw serverUnavailable(error.fault, { attempts: made, seconds: (clock.monotonicMs() - startedAtMs) / 1000 });
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Returns the second answer of a look that did not find what it was for: a server that lags behind also says "gone". */
export async function lookTwice<T>(
  { clock, secondMs }: Patience,
  {
    look,
    isThere,
    signal,
  }: { look: () => Promise<T>; isThere: (seen: T) => boolean; signal?: AbortSignal | undefined },
): Promise<T> {
  const first = await look();
  if (isThere(first)) return first;
  await clock.sleep(SECOND_LOOK_SECONDS * secondMs, signal);
  return look();
}

/** 1, 2, 4 … seconds, a quarter more or less so that several workers do not come back together. */
function backoffSeconds(made: number): number {
  return Math.min(2 ** (made - 1), LONGEST_WAIT_SECONDS) * (0.75 + Math.random() / 2);
}
