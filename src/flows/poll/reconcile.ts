import { isWorkerError, throwFailures } from '../../core/errors.ts';
import { endingOf } from '../../core/lifecycle/ending.ts';
import type { LockRow } from '../../core/lock.ts';
import { holderOf, isExpired, isHeldBy, requireHeld } from '../../core/lock.ts';
import { METRICS } from '../../core/names.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import type { Build, BuildService } from '../../core/ports/builds.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { parseSection } from '../../core/report/pull-request-section.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { attemptOf, costOf, kindOf, reportOf, startedWith } from './ended-build.ts';
import type { Connected, Reconciled } from './poll-types.ts';
import { findPullRequest, moveCard, publishOutcome, remedyFor } from './publish-outcome.ts';
import { releaseUnstartedLock } from './release-unstarted-lock.ts';

interface Ports extends Connected {
  readonly locks: LockStore;
  readonly builds: BuildService;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** For this long a start may still be under way in another poll. */
const START_GRACE_MS = 2 * 60 * 1000;
const SECOND_LOOK_MS = 5_000;
/** Whatever lease is longer was written by a clock that was wrong. */
const LONGEST_LEASE_MS = 24 * 60 * 60 * 1000;
/** After this long a lock is released although its outcome could not be published. */
const PUBLISHING_GRACE_MS = 60 * 60 * 1000;

interface Request {
  readonly environment: string;
  /** Narrows it to some rows. */
  readonly lockKeys?: readonly string[];
}

/** Closes every held lock whose build has ended (or whose lease has passed and whose build is gone): outcome recorded and
 *  published on card and pull request, lock released. Throws what failed at the end, after all rows were handled. */
export async function reconcile(ports: Ports, request: Request): Promise<Reconciled[]> {
  const { done, failures } = await reconcileRows(ports, request);
  throwFailures(failures, 'Several locks could not be closed.');
  return done;
}

/** As `reconcile`, but returns the failures beside what was done: one for each lock that could not be closed. */
export async function reconcileRows(
  ports: Ports,
  request: Request,
): Promise<{ done: Reconciled[]; failures: unknown[] }> {
  const rows = request.lockKeys
    ? (await ports.locks.getMany(request.lockKeys)).filter(({ status }) => status === 'held')
    : await ports.locks.listHeld();
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
  ports.telemetry.count(METRICS.locksReconciled, done.filter(({ action }) => action === 'closed').length);
  ports.telemetry.count(METRICS.locksBeyondLease, done.filter(({ action }) => action === 'beyond-lease').length);
  return { done, failures };
}

interface Found {
  readonly row: LockRow;
  readonly build: Build | null;
  readonly environment: string;
}

async function reconcileRow(ports: Ports, found: Found): Promise<Reconciled | null> {
  const { row } = found;
  const nowMs = ports.clock.now();
  const at = { lockKey: row.lockKey, buildId: found.build?.id ?? row.buildId };
  if (row.buildId === null) {
    const build = row.startToken === null ? null : await ports.builds.find(row.startToken);
    if (build === null) {
      // A time that lies further ahead was written by a clock that was wrong.
      if (Math.abs(nowMs - row.acquiredAtMs) < START_GRACE_MS) return null;
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
  const build = found.build ?? (await lookAgain(ports, row));
  if (build === null || build.ended) return closeOrGiveBack(ports, { ...found, build });
  return { ...at, action: 'beyond-lease', outcome: null };
}

/** A build that one answer does not know may run all the same: asks once more some seconds later, and in the other way. */
async function lookAgain({ builds, clock, telemetry }: Ports, row: LockRow): Promise<Build | null> {
  if (row.buildId === null) return null;
  telemetry.warn('the build service does not know a build; asking again', { buildId: row.buildId });
  await clock.sleep(SECOND_LOOK_MS);
  const [build] = await builds.get([row.buildId]);
  return build ?? (row.startToken === null ? null : await builds.find(row.startToken));
}

/** What ended in the queue is given back: the card's turn comes again, and no attempt was made. */
async function closeOrGiveBack(ports: Ports, found: Found): Promise<Reconciled | null> {
  const { row, build } = found;
  if (!build?.neverBegan || build.status === 'STOPPED') return close(ports, found);
  const assertLockHeld = async () => void requireHeld(await ports.locks.get(row.lockKey), row);
  try {
    const result = { outcome: 'service-unavailable', attempt: attemptOf(found) } as const;
    await moveCard({ ...ports, result, itemId: row.workItemId, assertLockHeld });
    await releaseUnstartedLock(ports, row);
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST')) return null;
    throw error;
  }
  return { lockKey: row.lockKey, buildId: build.id, action: 'start-given-up', outcome: null };
}

async function close(ports: Ports, { row, build, environment }: Found): Promise<Reconciled | null> {
  // The worker may have released the lock itself between our two readings.
  const current = await ports.locks.get(row.lockKey);
  if (!isHeldBy(current, row) || current === null) return null;
  let kind = kindOf(build);
  // Poll and finalizer may both work on it: the second one stops at its next write.
  const assertLockHeld = async () => void requireHeld(await ports.locks.get(row.lockKey), row);
  try {
    const reported = await outcomeByWorker(ports, current);
    kind = reported ?? kind;
    const report = reportOf({
      row: current,
      build,
      environment,
      kind,
      isReported: reported !== null,
      nowMs: ports.clock.now(),
    });
    const { head, hasProgress, report: whole } = await withHead(ports, { report, row: current });
    await publishOutcome({
      ...ports,
      report: { ...whole, remedy: remedyFor(whole, ports.config) },
      keepSection: reported !== null,
      itemId: row.workItemId,
      subjectNumber: startedWith(build).subjectNumber ?? null,
      assertLockHeld,
    });
    await release(ports, { row: current, build, kind, head, hasProgress });
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST')) return null;
    if (ports.clock.now() < current.leaseExpiresAtMs + PUBLISHING_GRACE_MS) throw error;
    await releaseUnpublished(ports, { row: current, build, kind, assertLockHeld });
    ports.telemetry.error(
      'an outcome could not be published; the card was moved and its lock is released all the same',
      { lockKey: row.lockKey, error: String(error) },
    );
  }
  return { lockKey: row.lockKey, buildId: build?.id ?? row.buildId, action: 'closed', outcome: kind };
}

/** Moves the card and releases the lock. Where even the card cannot be moved, the fault is not this card's: it throws, and
 *  the lock stays held until GitHub answers again. */
async function releaseUnpublished(
  ports: Ports,
  request: { row: LockRow; build: Build | null; kind: OutcomeKind; assertLockHeld: () => Promise<void> },
): Promise<void> {
  const { row, build, kind, assertLockHeld } = request;
  const result = { outcome: kind, attempt: attemptOf(request) };
  await moveCard({ ...ports, result, itemId: row.workItemId, assertLockHeld });
  await release(ports, { row, build, kind, head: startedWith(build).head ?? row.lastHead, hasProgress: false });
}

/** The outcome that the worker wrote into the pull request before its build ended, null when it did not come that far. */
async function outcomeByWorker({ github }: Ports, { branch, buildId }: LockRow): Promise<OutcomeKind | null> {
  const { pullRequest } = await findPullRequest(github, branch);
  const facts = parseSection(pullRequest?.body ?? null);
  return facts !== null && facts.buildId === buildId ? facts.outcome : null;
}

/** The head now, and whether it is what this build pushed: then the build made progress. */
async function withHead({ github }: Ports, { report, row }: { report: RunReport; row: LockRow }) {
  const facts = (await github.branches.inspect([report.branch])).branches.get(report.branch);
  const head = facts?.exists ? facts.head : null;
  const madeBy = facts?.exists ? (facts.headCommit?.buildId ?? null) : null;
  return { head, hasProgress: madeBy !== null && madeBy === row.buildId, report: { ...report, head } };
}

async function release(
  { locks, clock, config }: Ports,
  ended: { row: LockRow; build: Build | null; kind: OutcomeKind; head: string | null; hasProgress: boolean },
): Promise<void> {
  const nowMs = clock.now();
  const cost = costOf({ ...ended, nowMs });
  await locks.release({
    ...holderOf(ended.row),
    ...endingOf({ ...ended, attempt: attemptOf(ended), cost, config, nowMs }),
  });
}
