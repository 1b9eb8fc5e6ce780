import { type OutcomeKind, outcomeOf } from '../outcome.ts';

/** An ending that nobody is to look at for this work item waits no longer than this: the remedy is elsewhere, and is to be noticed. */
const LONGEST_UNCOUNTED_MS = 60 * 60 * 1000;

/** Whatever is to wait longer was written by a clock that was wrong. */
export const LONGEST_BACKOFF_MS = 24 * 60 * 60 * 1000;

/** Returns the earliest time (epoch ms) of the next attempt: at once after progress (`fruitless` is 0), else after a wait that
 *  doubles with each ending in a row that pushed no task. */
export function nextEligibleAtMs(request: {
  kind: OutcomeKind;
  fruitless: number;
  backoffMs: number;
  nowMs: number;
}): number {
  const { kind, fruitless, backoffMs, nowMs } = request;
  if (fruitless === 0) return nowMs;
  const { countsBuild, countsAs } = outcomeOf(kind);
  const longest = countsBuild || countsAs === 'failed' ? LONGEST_BACKOFF_MS : LONGEST_UNCOUNTED_MS;
  return nowMs + Math.min(backoffMs * 2 ** Math.min(fruitless - 1, 30), longest);
}
