import { type CardPlace, placeOf } from '../core/cards/card-place.ts';
import type { ProjectConfig } from '../core/config.ts';
import { errorMessage } from '../core/errors.ts';
import { requireHeld } from '../core/lock.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Board } from '../core/ports/github.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { Logger } from '../core/ports/telemetry.ts';
import { endRun, type RunResult } from './run-result.ts';
import type { RunSettings } from './settings.ts';

/** Watches one run and ends it early where it must not go on. */
export interface RunMonitor {
  /** The result that the run must end with now, null while it may go on. */
  ended(): RunResult | null;
  /** Ends the run early; the first result stands. */
  end(result: RunResult): void;
  /** Aborted when the run must end early: for processes. */
  readonly signal: AbortSignal;
  /** Throws FENCE_LOST when the lock is not this build's any more; called before every side effect. */
  assertLockHeld(): Promise<void>;
  /** Time until the run must end by itself. */
  remainingMs(): number;
  /** Looks at the card now, and ends the run when a person has moved it away: two looks, in two ways, must say so. */
  checkCard(): Promise<void>;
  /** Column in which the card was last seen where the system had put it; null before it was seen. */
  cardColumn(): string | null;
  stop(): void;
}

export interface MonitorContext {
  readonly settings: Pick<RunSettings, 'holder' | 'leaseMs' | 'itemId' | 'timeLimitMs'>;
  readonly config: Pick<ProjectConfig, 'targetStatusColumn' | 'inProgressColumn'>;
  readonly locks: Pick<LockStore, 'renew' | 'get'>;
  readonly github: { readonly board: Pick<Board, 'getColumn' | 'findCard'> };
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  readonly telemetry: Logger;
}

type EndRun = RunMonitor['end'];

const CARD_CHECK_MS = 30_000;
/** Time kept back for the report, so that the worker ends by itself before the build service ends it. */
const REPORTING_RESERVE_MS = 3 * 60_000;

/** Renews the lease at every third of its length, looks at the card every 30 s and enforces the time limit, until `stop`. */
export function startRunMonitor(context: MonitorContext): RunMonitor {
  const { settings, locks, clock } = context;
  const { timeLimitMs, holder } = settings;
  const { end, ended, signal } = createEarlyEnd();
  const deadlineMs = clock.monotonicMs() + timeLimitMs - Math.min(REPORTING_RESERVE_MS, timeLimitMs / 4);
  const remainingMs = () => Math.max(0, deadlineMs - clock.monotonicMs());
  const { checkCard, cardColumn } = createCardCheck(context, end);
  const timers = [
    setInterval(createLeaseRenewal(context, end), Math.max(1000, settings.leaseMs / 3)),
    setInterval(checkCard, CARD_CHECK_MS),
    setTimeout(() => end(timeLimitReached(timeLimitMs)), remainingMs()),
  ];
  return {
    ended,
    end,
    signal,
    remainingMs,
    checkCard,
    cardColumn,
    assertLockHeld: async () => void requireHeld(await locks.get(holder.lockKey), holder),
    stop: () => timers.forEach(clearTimeout),
  };
}

function createEarlyEnd(): Pick<RunMonitor, 'ended' | 'end' | 'signal'> {
  const controller = new AbortController();
  let first: RunResult | null = null;
  return {
    ended: () => first,
    end(result) {
      first ??= result;
      controller.abort();
    },
    signal: controller.signal,
  };
}

/** Renews the lease; a lock that is lost, or that could not be renewed for a whole lease, ends the run. */
function createLeaseRenewal({ settings, locks, clock, telemetry }: MonitorContext, end: EndRun) {
  const { holder, leaseMs } = settings;
  // Whether the lock is still ours is for the store to say; this is only how long it may stay without an answer.
  let leaseEndsAtMs = clock.monotonicMs() + leaseMs;
  return async () => {
    try {
      const askedAtMs = clock.monotonicMs();
      if (await locks.renew({ ...holder, leaseMs, nowMs: clock.now() })) leaseEndsAtMs = askedAtMs + leaseMs;
      else end(lockTaken());
    } catch (error) {
      telemetry.warn('the lease could not be renewed', { error: errorMessage(error) });
      if (clock.monotonicMs() >= leaseEndsAtMs) end(lockTaken());
    }
  };
}

function createCardCheck(
  { settings, config, github, clock, telemetry }: MonitorContext,
  end: EndRun,
): Pick<RunMonitor, 'checkCard' | 'cardColumn'> {
  let stoodIn: string | null = null;
  return {
    cardColumn: () => stoodIn,
    async checkCard() {
      try {
        const { itemId } = settings;
        const place = await placeOf({ ...github, itemId, config, stoodIn, clock });
        if (place.kind !== 'ours') end(cardMoved(place));
        else stoodIn = place.column ?? stoodIn;
      } catch (error) {
        telemetry.warn('the card could not be read', { error: errorMessage(error) });
      }
    },
  };
}

function timeLimitReached(timeLimitMs: number): RunResult {
  const minutes = Math.round(timeLimitMs / 60_000);
  return endRun({ kind: 'time-limit', detail: `The time limit of ${minutes} minutes was reached.` });
}

/** Whoever removes a card from the board, or archives it, does not want its work either. */
function cardMoved({ kind, column }: CardPlace): RunResult {
  const moved =
    kind === 'gone' ? 'archived or taken off the board' : `moved to ${column === null ? 'no column' : `"${column}"`}`;
  return endRun({ kind: 'cancelled', detail: `The card was ${moved} while the build was running.` });
}

function lockTaken(): RunResult {
  return endRun({ kind: 'fence-lost', detail: 'Another build has taken the lock of this branch.' });
}
