import type { LockRow } from '../core/lock.ts';
import { isExpired, isHeldBy } from '../core/lock.ts';
import { ENV, METRICS } from '../core/names.ts';
import type { OutcomeKind } from '../core/outcome.ts';
import { nextEligibleAtMs, outcomeOf } from '../core/outcome.ts';
import type { Build, BuildService, Clock, LockStore, Telemetry } from '../core/ports.ts';
import { parseSection } from '../core/pull-request-section.ts';
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

interface Request {
  readonly environment: string;
  /** Narrows it to some rows. */
  readonly lockKeys?: readonly string[];
}

/** Closes every held lock whose build has ended (or whose lease has passed and whose build is gone): outcome recorded,
 *  card and pull request told, lock released. Throws what failed at the end, when all rows had their turn. */
export async function reconcile(ports: Ports, request: Request): Promise<Reconciled[]> {
  const { done, failures } = await reconcileRows(ports, request);
  throwFailures(failures, 'Several locks could not be closed.');
  return done;
}

/** Does as `reconcile`, and returns beside what it has done the failures: one for each lock that could not be closed. */
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

/** Throws the one failure, or all of them in one. */
export function throwFailures(failures: readonly unknown[], words: string): void {
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, words);
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
  let kind = kindOf(build);
  try {
    const told = await toldByWorker(ports, current);
    kind = told ?? kind;
    const report = reportOf({ row: current, build, environment, kind, told: told !== null, nowMs: ports.clock.now() });
    const { head, report: whole } = await withHead(ports, report);
    await tellEnding({
      ...ports,
      report: { ...whole, remedy: remedyFor(whole, ports.config) },
      sectionStands: told !== null,
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

/** The ending that the worker had told in the pull request before it was ended, null when it had not come that far. */
async function toldByWorker({ github }: Ports, { branch, buildId }: LockRow): Promise<OutcomeKind | null> {
  const pullRequest = await github.pullRequests.find(branch);
  const facts = parseSection(pullRequest?.body ?? null);
  return facts !== null && facts.buildId === buildId ? facts.outcome : null;
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
  told: boolean;
  nowMs: number;
}): RunReport {
  const { row, build, environment, kind, told, nowMs } = request;
  const { remedy } = outcomeOf(kind);
  const ended = build === null ? 'is not known to the build service any more' : `ended as ${build.status}`;
  const phase = build?.currentPhase ? ` (phase ${build.currentPhase})` : '';
  const when = told ? 'after the worker had written its report' : 'before the worker could report';
  return {
    outcome: kind,
    detail: `Build ${build?.id ?? row.buildId} ${ended} ${when}${phase}. What it had pushed is kept.`,
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
