import { isWorkerError, throwFailures, type WorkerError } from '../../core/errors.ts';
import { endingOf } from '../../core/lifecycle/ending.ts';
import type { LockRow } from '../../core/lock.ts';
import { holderOf, isExpired, isHeldBy, mayBeStarting, requireHeld } from '../../core/lock.ts';
import { METRICS } from '../../core/names.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import type { Build } from '../../core/ports/builds.ts';
import { lookTwice } from '../../core/second-look.ts';
import { countMetrics, countRun } from './count-metrics.ts';
import { attemptOf, costOf, reportOf, startedWith } from './ended-build.ts';
import type { Found, Reconciled, ReconcilePorts } from './poll-types.ts';
import { type PublishRequest, type PublishResult, publishOutcome, remedyFor } from './publish-outcome.ts';
import { readEnding } from './read-ending.ts';
import { releaseQueuedLock, releaseUnstartedLock } from './release-unstarted-lock.ts';

/** Whatever lease is longer was written by a clock that was wrong. */
const LONGEST_LEASE_MS = 24 * 60 * 60 * 1000;

interface Request {
  readonly environment: string;
  /** Narrows it to some rows. */
  readonly lockKeys?: readonly string[];
}

/** Closes every held lock whose build has ended (or whose lease has passed and whose build is gone): outcome recorded and
 *  published on card and pull request, lock released. Throws what failed at the end, after all rows were handled. */
export async function reconcile(ports: ReconcilePorts, request: Request): Promise<Reconciled[]> {
  const { done, failures } = await reconcileRows(ports, request);
  throwFailures(failures, 'Several locks could not be closed.');
  return done;
}

/** As `reconcile`, but returns the failures beside what was done: one for each lock that could not be closed. A row that cannot be
 *  read is logged; its card is skipped until a person has seen to it. */
export async function reconcileRows(
  ports: ReconcilePorts,
  request: Request,
): Promise<{ done: Reconciled[]; failures: unknown[] }> {
  const noteDamage = (lockKey: string, { message }: WorkerError) =>
    ports.telemetry.error('a lock cannot be read, and is not closed', { lockKey, error: message });
  const rows = request.lockKeys
    ? (await ports.locks.getMany(request.lockKeys, noteDamage)).filter(({ status }) => status === 'held')
    : await ports.locks.listHeld(noteDamage);
  const ids = rows.flatMap(({ buildId }) => buildId ?? []);
  const known = new Map((ids.length > 0 ? await ports.builds.get(ids) : []).map((build) => [build.id, build]));
  const done: Reconciled[] = [];
  const failures: unknown[] = [];
  for (const row of rows) {
    try {
      const build = row.buildId ? (known.get(row.buildId) ?? null) : null;
      const result = await reconcileRow(ports, { row, build, environment: request.environment });
      if (result !== null) done.push(result);
    } catch (error) {
      failures.push(error);
    }
  }
  countMetrics(ports.telemetry, {
    [METRICS.locksReconciled]: done.filter(({ action }) => action === 'closed').length,
    [METRICS.locksBeyondLease]: done.filter(({ action }) => action === 'beyond-lease').length,
  });
  return { done, failures };
}

async function reconcileRow(ports: ReconcilePorts, found: Found): Promise<Reconciled | null> {
  const { row } = found;
  const nowMs = ports.clock.now();
  const at = { lockKey: row.lockKey, buildId: found.build?.id ?? row.buildId };
  if (row.buildId === null) {
    const seen = row.startToken === null ? null : await ports.builds.find(row.startToken);
    if (seen === null && mayBeStarting(row, nowMs)) return null;
    const build = await secondLook(ports, { row, build: seen });
    if (build === null) {
      await releaseUnstartedLock(ports, row);
      return { ...at, action: 'start-given-up', outcome: null };
    }
    await ports.locks.recordBuild({ ...holderOf(row), buildId: build.id });
    if (!build.ended) return { ...at, buildId: build.id, action: 'build-found', outcome: null };
    return closeOrGiveBack(ports, { ...found, row: { ...row, buildId: build.id, attempts: row.attempts + 1 }, build });
  }
  if (found.build?.ended) return closeOrGiveBack(ports, found);
  if (!isExpired(row, nowMs) && row.leaseExpiresAtMs <= nowMs + LONGEST_LEASE_MS) return null;
  // The lease has passed: take it only when the build service says that the build does not run any more.
  const build = await secondLook(ports, found);
  if (build === null || build.ended) return closeOrGiveBack(ports, { ...found, build });
  return { ...at, action: 'beyond-lease', outcome: null };
}

/** A build that one answer does not know may run all the same: asks again, and in the other way. */
async function secondLook(
  { builds, clock, telemetry }: ReconcilePorts,
  { row, build }: Pick<Found, 'row' | 'build'>,
): Promise<Build | null> {
  return lookTwice({
    look: async () => build,
    isGrave: (answer) => answer === null,
    clock,
    async lookAgain() {
      telemetry.warn('the build service does not know a build; asking again', { buildId: row.buildId });
      const [again] = row.buildId === null ? [] : await builds.get([row.buildId]);
      return again ?? (row.startToken === null ? null : await builds.find(row.startToken));
    },
  });
}

/** What ended in the queue is given back: no attempt was made, and after a wait the card's turn comes again. */
async function closeOrGiveBack(ports: ReconcilePorts, found: Found): Promise<Reconciled | null> {
  const { row, build } = found;
  if (!build?.neverBegan || build.status === 'STOPPED') return close(ports, found);
  try {
    const report = reportOf({ ...found, kind: 'service-unavailable', isReported: false, nowMs: ports.clock.now() });
    const published = await publish(ports, { ...found, report, cardOnly: true });
    await releaseQueuedLock(ports, { row, published, backoffMs: ports.config.retryBackoffMinutes * 60_000 });
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST')) return null;
    throw error;
  }
  return { lockKey: row.lockKey, buildId: build.id, action: 'start-given-up', outcome: null };
}

async function close(ports: ReconcilePorts, { row, build, environment }: Found): Promise<Reconciled | null> {
  // The worker may have released the lock itself between our two readings.
  const current = await ports.locks.get(row.lockKey);
  if (!isHeldBy(current, row) || current === null) return null;
  try {
    const { report, reported, head, hasProgress } = await readEnding(ports, { row: current, build, environment });
    const kind = report.outcome;
    const shown = { ...report, remedy: remedyFor(report, ports.config) };
    const published = await publish(ports, { row, build, report: shown, keepSection: reported });
    // Of two that were at it the other one was faster.
    if (!(await release(ports, { row: current, build, kind, head, hasProgress, published }))) return null;
    countRun(ports.telemetry, kind);
    return { lockKey: row.lockKey, buildId: build?.id ?? row.buildId, action: 'closed', outcome: kind };
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST')) return null;
    throw error;
  }
}

async function publish(
  ports: ReconcilePorts,
  request: Pick<Found, 'row' | 'build'> & Pick<PublishRequest, 'report' | 'keepSection' | 'cardOnly'>,
): Promise<PublishResult> {
  const { row, build, ...what } = request;
  const published = await publishOutcome({
    ...ports,
    ...what,
    itemId: row.workItemId,
    subjectNumber: startedWith(build).subjectNumber ?? null,
    // Poll and finalizer may both work on it: the second one stops at its next write.
    assertLockHeld: async () => void requireHeld(await ports.locks.get(row.lockKey), row),
  });
  for (const { surface, isFinal, error } of published.failures)
    ports.telemetry.error('a part of the outcome could not be written', { surface, isFinal, error: String(error) });
  return published;
}

interface Released {
  readonly row: LockRow;
  readonly build: Build | null;
  readonly kind: OutcomeKind;
  readonly head: string | null;
  readonly hasProgress: boolean;
  readonly published: PublishResult;
}

async function release({ locks, clock, config }: ReconcilePorts, { published, ...ended }: Released): Promise<boolean> {
  const nowMs = clock.now();
  const cost = costOf({ ...ended, agent: config.agent, nowMs });
  return locks.release({
    ...holderOf(ended.row),
    ...endingOf({ ...ended, attempt: attemptOf(ended), cost, config, nowMs }),
    pending: published.pending,
    cardOursUntilMs: published.card?.oursUntilMs ?? null,
  });
}
