import { setTimeout as sleep } from 'node:timers/promises';
import type { Octokit } from '@octokit/core';
import { errorMessage } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import { systemClock } from '../../system-clock.ts';
import { httpFailureOf } from '../answer.ts';

interface Limits {
  /** Longest wait that a limit may cause; a longer one is a failure at once. */
  readonly maxWaitMs: number;
  /** Length of a second of waiting. */
  readonly secondMs: number;
  /** False for a server that serves nobody else. */
  readonly isSpaced: boolean;
  readonly log: Logger;
}

/** GitHub asks for a second between requests that write; GraphQL counts as such. */
const BETWEEN_WRITES_MS = 1_000;
/** What people are notified of counts by the minute. */
const BETWEEN_POSTS_MS = 3_000;
const MOST_AT_ONCE = 10;
const MOST_WAITS = 2;
/** Where a limit names no time, GitHub asks for a minute. */
const UNNAMED_WAIT_SECONDS = { github: 60, thisMachine: 1 };

/** Returns a plugin that keeps requests apart and, where a limit is reached, waits as long as GitHub says, twice at most. A limited
 *  request had no effect, so it may always be sent again. No wait hangs on the time of day, which somebody may set meanwhile. */
export function withinLimits(limits: Limits): (octokit: Octokit) => void {
  const { secondMs, isSpaced, log } = limits;
  const [writes, posts] = [createSpacing(BETWEEN_WRITES_MS), createSpacing(BETWEEN_POSTS_MS)];
  const atOnce = createPlaces(MOST_AT_ONCE);
  return (octokit) => {
    octokit.hook.wrap('request', async (request, options) => {
      const isGraphQl = options.url === '/graphql';
      if (isSpaced && !['GET', 'HEAD'].includes(options.method)) await writes();
      if (isSpaced && options.method === 'POST' && !isGraphQl) await posts();
      for (let waits = 0; ; waits += 1) {
        try {
          return await atOnce(async () => request(options));
        } catch (error) {
          const limit = reachedLimit(error, isSpaced ? UNNAMED_WAIT_SECONDS.github : UNNAMED_WAIT_SECONDS.thisMachine);
          if (limit === null) throw error;
          const isWorthIt = limit.seconds * 1000 <= limits.maxWaitMs && waits < MOST_WAITS;
          const { name, seconds: retryAfterSeconds } = limit;
          log.warn(`GitHub's ${name} was reached`, { retryAfterSeconds, waits: isWorthIt, url: options.url });
          if (!isWorthIt) throw error;
          await sleep(limit.seconds * secondMs);
        }
      }
    });
  };
}

/** Returns what lets one caller go every `ms`, measured by a clock that nobody sets. */
export function createSpacing(ms: number, clock: Pick<Clock, 'monotonicMs' | 'sleep'> = systemClock) {
  let nextMs = Number.NEGATIVE_INFINITY;
  return async (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const waitMs = Math.max(0, nextMs - nowMs);
    nextMs = nowMs + waitMs + ms;
    if (waitMs > 0) await clock.sleep(waitMs);
  };
}

/** Returns what runs so many at the same time, and the others in their order. */
function createPlaces(places: number) {
  const queue: Array<() => void> = [];
  let free = places;
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await run();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/** Returns which limit a failure says was reached, and for how long; null for every other failure. A 429 says so by itself, whoever
 *  between here and GitHub sent it. */
function reachedLimit(error: unknown, unnamedSeconds: number): { name: string; seconds: number } | null {
  const { status, response } = httpFailureOf(error);
  if (response === undefined || (status !== 403 && status !== 429)) return null;
  const { headers } = response;
  const retryAfter = Number(headers['retry-after']);
  const isSecondary = /\bsecondary rate\b/i.test(errorMessage(error));
  const isBudget = headers['x-ratelimit-remaining'] === '0';
  if (isSecondary || retryAfter > 0 || (status === 429 && !isBudget))
    return { name: 'secondary rate limit', seconds: retryAfter > 0 ? retryAfter : unnamedSeconds };
  if (!isBudget) return null;
  // By GitHub's own clock, since ours may be wrong; a second more, so that it comes after the reset.
  const nowMs = Date.parse(String(headers.date)) || Date.now();
  const seconds = Math.ceil(Number(headers['x-ratelimit-reset'] ?? 0) - nowMs / 1000) + 1;
  return { name: 'hourly budget', seconds: Math.max(0, seconds) };
}
