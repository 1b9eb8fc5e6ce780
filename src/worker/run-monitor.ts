import { isOurs } from '../core/cards/card-column.ts';
import { errorMessage, WorkerError } from '../core/errors.ts';
import { isHeldBy } from '../core/lock.ts';
import type { RunResult, WorkerPorts } from './run-state.ts';
import type { WorkerSettings } from './settings.ts';

export interface RunMonitor {
  readonly signal: AbortSignal;
  readonly assertLockHeld: () => Promise<void>;
  readonly remainingMs: () => number;
  /** Looks at the card once; ends the run when a person has moved it away. */
  readonly watchCard: () => Promise<void>;
  /** Ends the run early, for this reason. */
  readonly abort: (ending: RunResult) => void;
  readonly stop: () => void;
}

const CARD_WATCH_MS = 30_000;

/** Watches over one run in the background: renews the lease at every third of its length, looks at the card, keeps the
 *  time limit. The signal's reason is the Ending. */
export function startRunMonitor(settings: WorkerSettings, ports: WorkerPorts, cardWatchMs = CARD_WATCH_MS): RunMonitor {
  const { locks, clock, telemetry, github, config } = ports;
  const { holder, leaseMs, itemId } = settings;
  const controller = new AbortController();
  const startedAtMs = clock.now();
  const deadlineMs = startedAtMs + settings.timeLimitMs - reserveMs(settings.timeLimitMs);
  let leaseEndsAtMs = startedAtMs + leaseMs;
  const abort = (ending: RunResult) => {
    if (!controller.signal.aborted) controller.abort(ending);
  };

  const renew = async () => {
    try {
      const nowMs = clock.now();
      if (await locks.renew({ ...holder, leaseMs, nowMs })) leaseEndsAtMs = nowMs + leaseMs;
      else abort(fenceLost());
    } catch (error) {
      telemetry.log('warn', 'the lease could not be renewed', { error: errorMessage(error) });
      if (clock.now() >= leaseEndsAtMs) abort(fenceLost());
    }
  };
  const watchCard = async () => {
    try {
      const column = await github.board.getColumn(itemId);
      if (column === undefined || !isOurs(column, config)) abort({ kind: 'cancelled', detail: movedAway(column) });
    } catch (error) {
      telemetry.log('warn', 'the card could not be looked at', { error: errorMessage(error) });
    }
  };
  const timers = [
    setInterval(renew, Math.max(1000, leaseMs / 3)),
    setInterval(watchCard, cardWatchMs),
    setTimeout(
      () =>
        abort({
          kind: 'time-limit',
          detail: `The time limit of ${Math.round(settings.timeLimitMs / 60_000)} minutes was reached.`,
        }),
      Math.max(0, deadlineMs - clock.now()),
    ),
  ];

  return {
    signal: controller.signal,
    abort,
    watchCard,
    remainingMs: () => Math.max(0, deadlineMs - clock.now()),
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
    async assertLockHeld() {
      if (isHeldBy(await locks.get(holder.lockKey), holder)) return;
      throw new WorkerError({
        code: 'FENCE_LOST',
        what: `The lock ${holder.lockKey} is not held by this build any more (fence ${holder.fence}).`,
        remedy: 'Nothing: the build that holds it goes on.',
      });
    },
  };
}

/** Time kept back for telling, so that the worker ends by itself before the build service ends it. */
function reserveMs(timeLimitMs: number): number {
  return Math.min(3 * 60_000, timeLimitMs / 4);
}

/** Who takes a card off the board, or archives it, does not want its work either. */
function movedAway(column: string | null | undefined): string {
  if (column === undefined) return 'The card was archived or taken off the board while the build was running.';
  return `The card was moved to ${column === null ? 'no column' : `"${column}"`} while the build was running.`;
}

function fenceLost(): RunResult {
  return { kind: 'fence-lost', detail: 'Another build has taken the lock of this branch.' };
}
