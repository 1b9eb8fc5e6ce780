import { isWorkerError, throwFailures } from '../../core/errors.ts';
import type { LockRow, ReleaseRequest } from '../../core/lock.ts';
import { holderOf, isExpired, isHeldBy, requireHeld } from '../../core/lock.ts';
import { METRICS } from '../../core/names.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import { nextEligibleAtMs } from '../../core/outcome.ts';
import type { Build, BuildService } from '../../core/ports/builds.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { GitHub, PullRequest } from '../../core/ports/github.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { parseSection } from '../../core/report/pull-request-section.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { kindOf, reportOf, startedWith } from './ended-build.ts';
import type { Connected, Reconciled } from './poll-types.ts';
import { publishOutcome, remedyFor } from './publish-outcome.ts';
import { releaseUnstartedLock } from './release-unstarted-lock.ts';

interface Ports extends Connected {
  readonly locks: LockStore;
  readonly builds: BuildService;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** For this long a start may still be under way in another poll. */
const START_GRACE_MS = 2 * 60 * 1000;
/** Whatever lease is longer was written by a clock that was wrong. */
const LONGEST_LEASE_MS = 24 * 60 * 60 * 1000;
/** After this long a lock is released although nobody could look what its run published. */
const READING_GRACE_MS = 60 * 60 * 1000;
/** For this long after a write GitHub may still show what was before it. */
const VISIBLE_AFTER_MS = 60 * 1000;
const SECOND_LOOK_MS = 2_000;

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
    return close(ports, { ...found, build });
  }
  if (found.build?.ended) return close(ports, found);
  if (!isExpired(row, nowMs) && row.leaseExpiresAtMs <= nowMs + LONGEST_LEASE_MS) return null;
  // The lease has passed: take it only when the build service says that the build does not run any more.
  if (found.build === null) return close(ports, found);
  return { ...at, action: 'beyond-lease', outcome: null };
}

async function close(ports: Ports, { row, build, environment }: Found): Promise<Reconciled | null> {
  // The worker may have released the lock itself between our two readings.
  const current = await ports.locks.get(row.lockKey);
  if (!isHeldBy(current, row) || current === null) return null;
  // Poll and finalizer may both work on it: the second one stops at its next write.
  const assertLockHeld = async () => void requireHeld(await ports.locks.get(row.lockKey), row);
  try {
    const { report, reported, head } = await readEnding(ports, { row: current, build, environment });
    const { pending, failures } = await publishOutcome({
      ...ports,
      report: { ...report, remedy: remedyFor(report, ports.config) },
      keepSection: reported,
      itemId: row.workItemId,
      subjectNumber: startedWith(build)?.subjectNumber ?? null,
      assertLockHeld,
      nowMs: ports.clock.now(),
    });
    for (const { surface, isFinal, error } of failures)
      ports.telemetry.error('a part of the outcome could not be written', { surface, isFinal, error: String(error) });
    const kind = report.outcome;
    await release(ports, { row: current, outcome: kind, head, pending });
    return { lockKey: row.lockKey, buildId: build?.id ?? row.buildId, action: 'closed', outcome: kind };
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST')) return null;
    throw error;
  }
}

interface Ending {
  readonly report: RunReport;
  /** The worker published the outcome itself. */
  readonly reported: boolean;
  /** Head that counts for the next attempt. */
  readonly head: string | null;
}

/** What GitHub shows of a run's ending. While GitHub cannot be read the lock stays held, for an hour past its lease: then
 *  the ending is what the build service says. */
async function readEnding(ports: Ports, { row, build, environment }: Found): Promise<Ending> {
  const nowMs = ports.clock.now();
  const common = { row, build, environment, nowMs };
  try {
    const reported = await outcomeByWorker(ports, { row, build });
    const kind = reported ?? kindOf(build);
    const report = reportOf({ ...common, kind, isReported: reported !== null });
    const { head, report: whole } = await withHead(ports, report);
    // A killed build that pushed has moved the head that it began with: it made progress, and attempts start over.
    const began = reported === null ? startedWith(build)?.head : undefined;
    return { report: whole, reported: reported !== null, head: began ?? head };
  } catch (error) {
    if (nowMs < row.leaseExpiresAtMs + READING_GRACE_MS) throw error;
    ports.telemetry.error('GitHub cannot be read; the lock is released with what the build service says', {
      lockKey: row.lockKey,
      error: String(error),
    });
    const report = reportOf({ ...common, kind: kindOf(build), isReported: false });
    return { report, reported: false, head: startedWith(build)?.head ?? row.lastHead };
  }
}

/** The outcome that the worker wrote into the pull request before its build ended, null when it did not come that far. What
 *  was written a moment ago may not be visible yet: then it looks again. */
async function outcomeByWorker(
  { github, clock }: Ports,
  { row: { branch, buildId }, build }: Pick<Found, 'row' | 'build'>,
): Promise<OutcomeKind | null> {
  const look = async () => {
    const facts = parseSection((await findOne(github, branch))?.body ?? null);
    return facts !== null && facts.buildId === buildId ? facts.outcome : null;
  };
  const seen = await look();
  if (seen !== null || build?.endedAtMs == null || clock.now() - build.endedAtMs > VISIBLE_AFTER_MS) return seen;
  await clock.sleep(SECOND_LOOK_MS);
  return look();
}

/** With several pull requests of one branch none of them says which run it shows. */
async function findOne({ pullRequests }: GitHub, branch: string): Promise<PullRequest | null> {
  try {
    return await pullRequests.find(branch);
  } catch (error) {
    if (isWorkerError(error, 'PULL_REQUEST_AMBIGUOUS')) return null;
    throw error;
  }
}

async function withHead({ github }: Ports, report: RunReport): Promise<{ head: string | null; report: RunReport }> {
  const facts = (await github.branches.inspect([report.branch])).branches.get(report.branch);
  const head = facts?.exists ? facts.head : null;
  return { head, report: { ...report, head } };
}

async function release(
  { locks, clock, config }: Ports,
  { row, outcome, head, pending }: Pick<ReleaseRequest, 'head' | 'pending'> & { row: LockRow; outcome: OutcomeKind },
): Promise<void> {
  const nowMs = clock.now();
  const backoffMs = config.retryBackoffMinutes * 60_000;
  const attempts = Math.max(1, row.attempts);
  await locks.release({
    ...holderOf(row),
    outcome,
    head,
    nowMs,
    pending: pending ?? null,
    nextEligibleAtMs: nextEligibleAtMs({ kind: outcome, attempts, backoffMs, nowMs }),
  });
}
