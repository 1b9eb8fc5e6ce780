import * as z from 'zod';
import { describeDamage, RECORD_KEYS, readStoredText, storedTime } from './stored-row.ts';

const BreakerText = z.object({
  service: z.string(),
  /** Grows with each write: a write is made only over the version that it was decided on. */
  version: z.number(),
  isOpen: z.boolean(),
  cause: z.enum(['outage', 'key']),
  said: z.string(),
  failures: z.number(),
  openedAtMs: storedTime,
  nextTryAtMs: storedTime,
  key: z.string().nullable(),
});

/** Whether a service may be used, one row per environment and service. While it is open, no build starts, but for one at a
 *  time once the wait is over. `said` is who said what; `key` the fingerprint of the key that was rejected. */
export type Breaker = Readonly<z.infer<typeof BreakerText>>;

/** The service that the coding agent uses. */
export const AGENT_SERVICE = 'kiro';
/** The server that the repository is fetched from and pushed to. An outage of GitHub's API, or of AWS, needs no breaker: a poll uses both
 *  before it starts anything. */
export const GIT_SERVICE = 'git';
/** Every service that has a breaker. */
export const SERVICES = [AGENT_SERVICE, GIT_SERVICE] as const;

/** Returns the breakers that are open. */
export async function openBreakers(read: (service: string) => Promise<Breaker | null>): Promise<Breaker[]> {
  const breakers = await Promise.all(SERVICES.map(read));
  return breakers.flatMap((breaker) => (breaker?.isOpen ? [breaker] : []));
}

/** Version of a breaker that cannot be read; those that are written begin at 1. */
const UNREADABLE = 0;

/** Returns the breaker in a JSON text. One that cannot be read counts as open, with its wait over: exactly one build goes, its
 *  claim is written over what stands there, and its success or failure says what holds. */
export function readBreaker(service: string, text: unknown): Breaker {
  const remedy = 'Nothing is to be done: the next build tells whether the service answers.';
  const schema = BreakerText.extend({ service: z.literal(service), version: z.number().min(UNREADABLE + 1) });
  const stored = readStoredText(schema, { key: RECORD_KEYS.breaker(service), text, remedy });
  if ('value' in stored) return stored.value;
  const said = describeDamage(stored.damage).slice(0, 500);
  return {
    ...{ service, version: UNREADABLE, isOpen: true, cause: 'outage', said, failures: 0, key: null },
    ...{ openedAtMs: 0, nextTryAtMs: 0 },
  };
}

export interface Evidence {
  readonly service: string;
  /** `key`: the service is well, and rejects the key. */
  readonly cause: Breaker['cause'];
  readonly said: string;
  readonly key: string | null;
  /** When the build that met it was started. */
  readonly startedAtMs: number;
  readonly nowMs: number;
}

/** Returns the open breaker. Its wait grows with each failure; that of a build which had begun before it opened says nothing
 *  new, and returns the same row. */
export function openBreaker(breaker: Breaker | null, evidence: Evidence): Breaker {
  const { service, cause, said, key, startedAtMs, nowMs } = evidence;
  const isKnown = breaker?.isOpen === true && breaker.cause === cause && breaker.key === key;
  if (isKnown && startedAtMs < breaker.openedAtMs && breaker.openedAtMs <= nowMs) return breaker;
  const failures = isKnown ? breaker.failures + 1 : 1;
  return {
    service,
    version: (breaker?.version ?? 0) + 1,
    isOpen: true,
    cause,
    said: said.slice(0, 500),
    failures,
    openedAtMs: nowMs,
    nextTryAtMs: nowMs + waitMs(cause, failures),
    key,
  };
}

/** Returns the closed breaker; null when there is nothing to close. A success of a build that had begun before it opened, as
 *  `startedAtMs` says, may be older than what opened it. */
export function closeBreaker(breaker: Breaker | null, startedAtMs = Number.POSITIVE_INFINITY): Breaker | null {
  if (!breaker?.isOpen || startedAtMs < breaker.openedAtMs) return null;
  return { ...breaker, version: breaker.version + 1, isOpen: false, failures: 0 };
}

/** Returns the breaker that lets one build go; null while its wait lasts. The next one may go when that build has had time to tell. */
export function claimTrial(breaker: Breaker, nowMs: number): Breaker | null {
  if (isWaiting(breaker, nowMs)) return null;
  const nextTryAtMs = nowMs + Math.max(TRIAL_MS, waitMs(breaker.cause, breaker.failures));
  const openedAtMs = breaker.version === UNREADABLE ? nowMs : breaker.openedAtMs;
  return { ...breaker, version: breaker.version + 1, openedAtMs, nextTryAtMs };
}

/** Returns the breaker whose one build did not come to be started: the next may go as soon as it might have. */
export function unclaimTrial(trial: Breaker, { nextTryAtMs }: Breaker): Breaker {
  return { ...trial, version: trial.version + 1, nextTryAtMs };
}

/** Returns whether the breaker keeps builds back that are not its one trial. `key` is the fingerprint of the key now, null
 *  where it is not known: another key than the one that was rejected is a reason to go on. */
export function isPaused(breaker: Breaker | null, key: string | null): breaker is Breaker {
  if (!breaker?.isOpen) return false;
  return breaker.cause !== 'key' || key === null || key === breaker.key;
}

/** Returns why nothing starts, for people. */
export function describePause({ cause, said, nextTryAtMs, openedAtMs, version }: Breaker): string {
  if (version === UNREADABLE) return `Starts are paused, but for one build: ${said}`;
  const since = new Date(openedAtMs).toISOString();
  const next = new Date(nextTryAtMs).toISOString();
  const remedy = cause === 'key' ? ' Put a valid Kiro API key into the secret.' : '';
  return `Starts are paused since ${since}: ${said}${remedy} One build tries again after ${next}.`;
}

const FIRST_WAIT_MS = 5 * 60_000;
const LONGEST_WAIT_MS = { outage: 6 * 3_600_000, key: 3_600_000 } as const;
/** For so long the one build that tries may be under way. */
const TRIAL_MS = 30 * 60_000;

function waitMs(cause: Breaker['cause'], failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS[cause]);
}

/** Whatever is to wait longer was written by a clock that was wrong. */
function isWaiting({ nextTryAtMs }: Breaker, nowMs: number): boolean {
  return nextTryAtMs > nowMs && nextTryAtMs <= nowMs + LONGEST_WAIT_MS.outage;
}
