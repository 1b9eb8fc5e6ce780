import type { LockRow } from '../core/lock.ts';
import { isExpired, isHeldBy } from '../core/lock.ts';
import { ENV, METRICS } from '../core/names.ts';
import type { OutcomeKind } from '../core/outcome.ts';
import { nextEligibleAtMs, outcomeOf } from '../core/outcome.ts';
import type { Build, BuildService, Clock, LockStore, Telemetry } from '../core/ports.ts';
import type { RunReport } from '../core/run-report.ts';
import type { Connected, Reconciled } from './poll-types.ts';
import { remedyFor, tellEnding } from './tell.ts';

interface Ports extends Connected {
  readonly locks: LockStore;
  readonly builds: BuildService;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** A start may still be under way in another poll for so long. */
const START_GRACE_MS = 2 * 60 * 1000;
/** A card that cannot be told does not keep its lock for ever. */
const TELLING_GRACE_MS = 60 * 60 * 1000;

/** Closes every held lock whose build has ended (or whose lease has passed and whose build is gone): outcome recorded,
 *  card and pull request told, lock released. `lockKeys` narrows it to some rows. Failures to tell are thrown at the
 *  end, when all rows had their turn. */
export async function reconcile(
  ports: Ports,
  request: { environment: string; lockKeys?: readonly string[] },
): Promise<Reconciled[]> {
  const rows = request.lockKeys
    ? (await ports.locks.getMany(request.lockKeys)).filter(({ status }) => status === 'held')
    : await ports.locks.listHeld();
  const ids = rows.flatMap(({ buildId }) => buildId ?? []);
  const known = new Map((ids.length > 0 ? await ports.builds.get(ids) : []).map((build) => [build.id, build]));
  const done: Reconciled[] = [];
  const failures: unknown[] = [];
  for (const row of rows) {
    try {
      const result = await reconcileRow(ports, {
        row,
        build: row.buildId ? (known.get(row.buildId) ?? null) : null,
        ...request,
      });
      if (result !== null) done.push(result);
    } catch (error) {
      failures.push(error);
    }
  }
  ports.telemetry.count(METRICS.locksReconciled, done.filter(({ action }) => action === 'closed').length);
  ports.telemetry.count(METRICS.locksBeyondLease, done.filter(({ action }) => action === 'beyond-lease').length);
  if (failures.length > 0)
    throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'Several locks could not be closed.');
  return done;
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
      if (nowMs < row.acquiredAtMs + START_GRACE_MS) return null;
      await release(ports, { row, outcome: 'not-started' });
      return { ...at, action: 'start-given-up', outcome: null };
    }
    await ports.locks.recordBuild({ lockKey: row.lockKey, owner: row.owner, fence: row.fence, buildId: build.id });
    if (!build.ended) return { ...at, buildId: build.id, action: 'build-found', outcome: null };
    return close(ports, { ...found, build });
  }
  if (found.build?.ended) return close(ports, found);
  if (!isExpired(row, nowMs)) return null;
  // The lease has passed: take it only when the build service says that the build does not run any more.
  if (found.build === null) return close(ports, found);
  return { ...at, action: 'beyond-lease', outcome: null };
}

async function close(ports: Ports, { row, build, environment }: Found): Promise<Reconciled | null> {
  // The worker may have released the lock itself between our two readings.
  const current = await ports.locks.get(row.lockKey);
  if (!isHeldBy(current, row) || current === null) return null;
  const kind = kindOf(build);
  const report = reportOf({ row: current, build, environment, kind, nowMs: ports.clock.now() });
  try {
    const { head, report: whole } = await withHead(ports, report);
    await tellEnding({
      ...ports,
      report: { ...whole, remedy: remedyFor(whole, ports.config) },
      itemId: row.workItemId,
      subjectNumber: numberOf(build?.variables[ENV.workItemNumber]),
      fence: async () => undefined,
    });
    // What the killed build pushed differs from the head before it: then it made progress, and attempts start over.
    await release(ports, { row: current, outcome: kind, head: row.lastHead ?? head });
  } catch (error) {
    if (ports.clock.now() < current.leaseExpiresAtMs + TELLING_GRACE_MS) throw error;
    ports.telemetry.log('error', 'the card could not be told of an ending; its lock is released all the same', {
      lockKey: row.lockKey,
      error: String(error),
    });
    await release(ports, { row: current, outcome: kind });
  }
  return { lockKey: row.lockKey, buildId: build?.id ?? row.buildId, action: 'closed', outcome: kind };
}

/** Ending of a build that could not tell its own. */
function kindOf(build: Build | null): OutcomeKind {
  if (build?.status === 'TIMED_OUT') return 'time-limit';
  if (build?.status === 'STOPPED') return 'cancelled';
  return 'internal-error';
}

function reportOf(request: {
  row: LockRow;
  build: Build | null;
  environment: string;
  kind: OutcomeKind;
  nowMs: number;
}): RunReport {
  const { row, build, environment, kind, nowMs } = request;
  const { remedy } = outcomeOf(kind);
  const ended = build === null ? 'is not known to the build service any more' : `ended as ${build.status}`;
  return {
    outcome: kind,
    detail: `Build ${build?.id ?? row.buildId} ${ended} before the worker could report${build?.currentPhase ? ` (phase ${build.currentPhase})` : ''}. What it had pushed is kept.`,
    remedy,
    branch: row.branch,
    specPath: build?.variables[ENV.specPath] ?? '',
    environment,
    buildId: build?.id ?? row.buildId ?? '',
    buildUrl: build?.logsUrl ?? null,
    attempt: Math.max(1, row.attempts),
    startedAtMs: build?.startedAtMs ?? row.acquiredAtMs,
    finishedAtMs: build?.endedAtMs ?? nowMs,
    head: null,
    tasks: [],
    tests: null,
    testsVerdict: 'not run',
    failedTests: [],
    coverage: null,
    findings: [],
    agentCredits: null,
    changedFiles: [],
  };
}

async function withHead({ github }: Ports, report: RunReport): Promise<{ head: string | null; report: RunReport }> {
  const facts = (await github.branches.inspect([report.branch])).branches.get(report.branch);
  const head = facts?.exists ? facts.head : null;
  return { head, report: { ...report, head } };
}

async function release(
  { locks, clock, config }: Ports,
  { row, outcome, head = row.lastHead }: { row: LockRow; outcome: OutcomeKind | 'not-started'; head?: string | null },
): Promise<void> {
  const nowMs = clock.now();
  const backoffMs = config.retryBackoffMinutes * 60_000;
  const attempts = Math.max(1, row.attempts);
  await locks.release({
    lockKey: row.lockKey,
    owner: row.owner,
    fence: row.fence,
    outcome,
    head,
    nowMs,
    nextEligibleAtMs:
      outcome === 'not-started' ? nowMs : nextEligibleAtMs({ kind: outcome, attempts, backoffMs, nowMs }),
  });
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
