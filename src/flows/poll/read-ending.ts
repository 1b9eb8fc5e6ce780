import { isWorkerError } from '../../core/errors.ts';
import type { LockRow } from '../../core/lock.ts';
import { afterProgress, type OutcomeKind } from '../../core/outcome.ts';
import type { GitHub, PullRequest } from '../../core/ports/github.ts';
import { parseSection } from '../../core/report/pull-request-section.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { kindOf, reportOf, startedWith } from './ended-build.ts';
import type { Found, ReconcilePorts } from './poll-types.ts';

/** After this long a lock is released although nobody could look what its run published. */
const READING_GRACE_MS = 60 * 60 * 1000;
/** For this long after a write GitHub may still show what was before it. */
const VISIBLE_AFTER_MS = 60 * 1000;
const VISIBLE_AGAIN_MS = 2_000;

interface Ending {
  readonly report: RunReport;
  /** The worker published the outcome itself. */
  readonly reported: boolean;
  /** Head that counts for the next attempt. */
  readonly head: string | null;
  /** The build pushed a task. */
  readonly hasProgress: boolean;
}

/** What GitHub shows of a run's ending. While GitHub cannot be read the lock stays held, for an hour past its lease: then
 *  the ending is what the build service says. */
export async function readEnding(ports: ReconcilePorts, { row, build, environment }: Found): Promise<Ending> {
  const nowMs = ports.clock.now();
  const common = { row, build, environment, nowMs };
  try {
    const reported = await outcomeByWorker(ports, { row, build });
    const { head, hasProgress } = await lookAtHead(ports, row);
    const kind = reported ?? (hasProgress ? afterProgress(kindOf(build)) : kindOf(build));
    const report = reportOf({ ...common, kind, isReported: reported !== null });
    return { report: { ...report, head }, reported: reported !== null, head, hasProgress };
  } catch (error) {
    if (nowMs < row.leaseExpiresAtMs + READING_GRACE_MS) throw error;
    ports.telemetry.error('GitHub cannot be read; the lock is released with what the build service says', {
      lockKey: row.lockKey,
      error: String(error),
    });
    const report = reportOf({ ...common, kind: kindOf(build), isReported: false });
    return { report, reported: false, head: startedWith(build).head ?? row.lastHead, hasProgress: false };
  }
}

/** The outcome that the worker wrote into the pull request before its build ended, null when it did not come that far. What
 *  was written a moment ago may not be visible yet: then it looks again. */
async function outcomeByWorker(
  { github, clock }: ReconcilePorts,
  { row: { branch, buildId }, build }: Pick<Found, 'row' | 'build'>,
): Promise<OutcomeKind | null> {
  const look = async () => {
    const facts = parseSection((await findOne(github, branch))?.body ?? null);
    return facts !== null && facts.buildId === buildId ? facts.outcome : null;
  };
  const seen = await look();
  if (seen !== null || build?.endedAtMs == null || clock.now() - build.endedAtMs > VISIBLE_AFTER_MS) return seen;
  await clock.sleep(VISIBLE_AGAIN_MS);
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

/** The head now, and whether it is what this build pushed: then the build made progress. */
async function lookAtHead({ github }: ReconcilePorts, { branch, buildId }: LockRow) {
  const facts = (await github.branches.inspect([branch])).branches.get(branch);
  if (facts?.exists !== true) return { head: null, hasProgress: false };
  const madeBy = facts.headCommit?.buildId ?? null;
  return { head: facts.head, hasProgress: madeBy !== null && madeBy === buildId };
}
