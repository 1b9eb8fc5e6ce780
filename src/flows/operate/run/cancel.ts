import { WorkerError } from '../../../core/errors.ts';
import { isHeldBy, type LockRow } from '../../../core/lock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import { type HeldBuildPorts, heldBuild } from './held-build.ts';
import { notOne, readableRowsOfItem } from './item-rows.ts';

/** What became of one held branch of a cancelled card. */
export interface CancelledBranch {
  readonly branch: string;
  /** Null when the build service knows no build of it. */
  readonly buildId: string | null;
  /** It was running, and was stopped. */
  readonly wasStopped: boolean;
  /** Outcome that its lock was closed with; null while that is still to come, with the next poll at the latest. */
  readonly closedAs: string | null;
}

export interface Cancelled {
  readonly workItemId: string;
  /** Empty when no build held a branch of it. */
  readonly branches: readonly CancelledBranch[];
}

interface CancelRequest extends HeldBuildPorts {
  readonly locks: LockStore;
  /** Id or branch of one card. */
  readonly item: string;
  /** How long to wait for whoever closes the lock of a build that has ended. */
  readonly closingMs: number;
  readonly onStep: (text: string) => void;
}

/** Stops the build of a card, and waits until its lock, card and pull request are closed by those who always do that. Throws
 *  CONFIG_INVALID when nothing is known of the card, LOCK_STORE_FAILED when its lock cannot be read, LOCK_IN_USE while its build may be about to start. */
export async function cancel(request: CancelRequest): Promise<Cancelled> {
  const { workItemId, rows } = await readableRowsOfItem(request);
  if (workItemId === null) throw notOne(`No build was ever started for ${JSON.stringify(request.item)}.`);
  const branches: CancelledBranch[] = [];
  for (const row of rows) if (row.status === 'held') branches.push(await cancelRow(request, row));
  return { workItemId, branches };
}

async function cancelRow(request: CancelRequest, row: LockRow): Promise<CancelledBranch> {
  const { builds, onStep } = request;
  const { kind, build } = await heldBuild(request, row);
  if (kind === 'starting') throw starting(row);
  if (kind === 'running') {
    onStep(`Stopping build ${build.id}`);
    await builds.stop(build.id);
    await untilEnded(request, build.id);
  }
  onStep(`Waiting for the lock of ${row.branch} to be closed`);
  const closedAs = await untilClosed(request, row);
  return { branch: row.branch, buildId: build?.id ?? row.buildId, wasStopped: kind === 'running', closedAs };
}

/** A worker that was told to stop may need a minute for what it has to write. */
const LONGEST_STOP_MS = 5 * 60_000;
const ASK_EVERY_MS = 2_000;

async function untilEnded({ builds, clock }: CancelRequest, buildId: string): Promise<void> {
  const endMs = clock.monotonicMs() + LONGEST_STOP_MS;
  while (!(await builds.get([buildId]))[0]?.ended) {
    if (clock.monotonicMs() >= endMs)
      throw new WorkerError({
        code: 'BUILD_SERVICE_FAILED',
        what: `Build ${buildId} was told to stop ${LONGEST_STOP_MS / 60_000} minutes ago, and has not ended.`,
        remedy: 'Look at it in the console of the build service, then type the command again.',
      });
    await clock.sleep(ASK_EVERY_MS);
  }
}

/** Returns the outcome of the closed lock, null when it is still held. */
async function untilClosed({ locks, clock, closingMs }: CancelRequest, row: LockRow): Promise<string | null> {
  const endMs = clock.monotonicMs() + closingMs;
  for (;;) {
    const now = await locks.get(row.lockKey);
    if (!isHeldBy(now, row)) return now?.lastOutcome ?? 'unknown';
    if (clock.monotonicMs() >= endMs) return null;
    await clock.sleep(ASK_EVERY_MS);
  }
}

function starting({ branch }: LockRow): WorkerError {
  return new WorkerError({
    code: 'LOCK_IN_USE',
    what: `A poll took the lock of ${branch} less than two minutes ago, and may be about to start its build.`,
    remedy: 'Type the command again in two minutes.',
  });
}
