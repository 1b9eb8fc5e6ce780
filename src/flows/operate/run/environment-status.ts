import { errorMessage } from '../../../core/errors.ts';
import { type Breaker, openBreakers } from '../../../core/lifecycle/breaker.ts';
import { describeDamage, type OnDamage } from '../../../core/lifecycle/stored-row.ts';
import type { LockRow } from '../../../core/lock.ts';
import { METRICS, resourceNames } from '../../../core/names.ts';
import {
  type BuildProgress,
  type LastPoll,
  POLL_ENDINGS,
  PROGRESS_MESSAGE,
  readPollLine,
  readProgressLine,
} from '../../../core/operate/poll-line.ts';
import type { Pause } from '../../../core/pause.ts';
import type { Build, BuildService } from '../../../core/ports/builds.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import type { AlarmState, EnvironmentState, StackState } from '../../../core/ports/operate/environment-state.ts';
import type { LogLines } from '../../../core/ports/operate/log-lines.ts';

/** One part of a status: what was read, or why it could not be read. One that is unreadable hides no other. */
export type Part<T> = { readonly value: T } | { readonly unreadable: string };

export interface HeldLock {
  readonly row: LockRow;
  /** Null while none is known. */
  readonly build: Build | null;
  readonly progress: BuildProgress | null;
}

export interface EnvironmentStatus {
  readonly atMs: number;
  readonly stacks: Part<StackState[]>;
  readonly release: Part<string | null>;
  readonly pause: Part<Pause | null>;
  /** The last poll of the hour, null when there was none. */
  readonly lastPoll: Part<LastPoll | null>;
  readonly held: Part<HeldLock[]>;
  /** Outcomes that are still to be written to GitHub. */
  readonly pending: Part<LockRow[]>;
  /** Rows of locks that cannot be read, with what to do. */
  readonly damaged: readonly string[];
  readonly breakers: Part<Breaker[]>;
  /** Dead letters by queue; null where there is no queue. */
  readonly queues: Part<{ name: string; letters: number | null }[]>;
  readonly alarms: Part<AlarmState[]>;
  /** Share of GitHub's hourly limit that was left at the lowest point of the hour, null while it is ample. */
  readonly budgetPct: Part<number | null>;
}

export interface StatusPorts {
  readonly state: EnvironmentState;
  readonly logs: LogLines;
  readonly locks: LockStore;
  readonly builds: BuildService;
  readonly readPause: () => Promise<Pause | null>;
  readonly clock: Pick<Clock, 'now'>;
}

interface Names {
  readonly environment: string;
  readonly stacks: readonly string[];
  readonly queues: readonly string[];
  readonly alarms: readonly string[];
}

const HOUR_MS = 60 * 60_000;

/** Returns all that is known of a deployed environment now. Throws nothing of what its parts throw. */
export async function environmentStatus(ports: StatusPorts, names: Names): Promise<EnvironmentStatus> {
  const { state, locks, readPause, clock } = ports;
  const atMs = clock.now();
  const damaged = new Map<string, string>();
  const note: OnDamage = (key, damage) => damaged.set(key, describeDamage(damage));
  const [stacks, release, pause, lastPoll, held, pending, breakers, queues, alarms, budgetPct] = await Promise.all([
    part(() => Promise.all(names.stacks.map((name) => state.stack(name)))),
    part(() => state.release()),
    part(readPause),
    part(() => lastPollOf(ports, { environment: names.environment, atMs })),
    part(() => heldLocks(ports, { environment: names.environment, note })),
    part(() => locks.listPending(note)),
    part(() => openBreakers(locks.getBreaker)),
    part(() => Promise.all(names.queues.map(async (name) => ({ name, letters: await state.waiting(name) })))),
    part(() => state.alarms(names.alarms)),
    part(() => state.lowest(METRICS.githubBudgetRemainingPct, atMs - HOUR_MS)),
  ]);
  const parts = { stacks, release, pause, lastPoll, held, pending, breakers, queues, alarms, budgetPct };
  return { atMs, ...parts, damaged: [...damaged.values()] };
}

async function part<T>(read: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { unreadable: errorMessage(error) };
  }
}

async function lastPollOf(
  { logs }: StatusPorts,
  { environment, atMs }: { environment: string; atMs: number },
): Promise<LastPoll | null> {
  const log = resourceNames(environment).pollerLogGroup;
  const lines = await logs.read({ log, sinceMs: atMs - HOUR_MS, messages: POLL_ENDINGS });
  return lines.flatMap((line) => readPollLine(line) ?? []).at(-1) ?? null;
}

async function heldLocks(
  { locks, builds, logs }: StatusPorts,
  { environment, note }: { environment: string; note: OnDamage },
): Promise<HeldLock[]> {
  const rows = await locks.listHeld(note);
  const ids = rows.flatMap(({ buildId }) => buildId ?? []);
  const known = new Map((ids.length === 0 ? [] : await builds.get(ids)).map((build) => [build.id, build]));
  const log = resourceNames(environment).buildLogGroup;
  return Promise.all(
    rows.map(async (row) => {
      const build = known.get(row.buildId ?? '') ?? null;
      if (build === null) return { row, build, progress: null };
      const stream = build.id.slice(build.id.indexOf(':') + 1);
      const lines = await logs.read({ log, stream, sinceMs: build.startedAtMs, messages: [PROGRESS_MESSAGE] });
      return { row, build, progress: lines.flatMap(({ text }) => readProgressLine(text) ?? []).at(-1) ?? null };
    }),
  );
}
