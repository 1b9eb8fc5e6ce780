import { formatBuildVariables } from '../../core/build-variables.ts';
import type { EligibleItem } from '../../core/cards/selection.ts';
import type { SkippedCard, SkipReason } from '../../core/cards/skip-reason.ts';
import { isWorkerError, throwFailures, WorkerError } from '../../core/errors.ts';
import { describePause } from '../../core/lifecycle/breaker.ts';
import type { LockRow } from '../../core/lock.ts';
import { holderOf, lockKey } from '../../core/lock.ts';
import type { Build, StartBuild, StartResult } from '../../core/ports/builds.ts';
import { admitStarts } from './admit-starts.ts';
import type { BoardEvaluation } from './evaluate.ts';
import type { Connected, PollPorts, PollSettings, StartedBuild } from './poll-types.ts';
import { releaseUnstartedLock } from './release-unstarted-lock.ts';
import { showInProgress } from './show-in-progress.ts';

type Ports = PollPorts & Connected;

interface DispatchRequest extends PollSettings {
  readonly evaluation: BoardEvaluation;
  /** Builds that may be started now. */
  readonly capacity: number;
  readonly release: string | null;
}

/** Locks and starts eligible work items in their order while there is capacity; skips the others with a reason. */
export async function dispatch(
  ports: Ports,
  request: DispatchRequest,
): Promise<{ started: StartedBuild[]; skipped: SkippedCard[] }> {
  const started: StartedBuild[] = [];
  const skipped: SkippedCard[] = [];
  const failures: unknown[] = [];
  let capacity = request.capacity;
  const admit = admitStarts(ports, request.evaluation.breakers);
  for (const item of request.evaluation.eligible) {
    const { itemId, title, branch } = item.workItem;
    const skip = (reason: SkipReason, detail: string) => skipped.push({ itemId, title, branch, reason, detail });
    if (capacity <= 0) {
      skip(
        'at-capacity',
        `At most ${request.maxConcurrentBuilds} build(s) run at the same time; this card waits for its turn.`,
      );
      continue;
    }
    // A card that comes in the place of one whose lock was lost is asked as that was.
    const obstacle = await request.evaluation.findObstacle(item);
    if (obstacle !== null) {
      skip(obstacle.reason, obstacle.detail);
      continue;
    }
    const { paused, giveBack } = await admit();
    if (paused !== null) {
      skip('service-paused', describePause(paused));
      continue;
    }
    const row = await lockFor(ports, { ...request, item });
    if (row === null) {
      await giveBack();
      skip('locked', 'Another poll took the lock of this branch a moment ago.');
      continue;
    }
    // One card whose start fails must not block the others: its lock stays held for a later reconcile.
    const result = await startBuild(ports, { row, item, release: request.release }).catch((error: unknown) => {
      failures.push(error);
      return null;
    });
    if (result === null) {
      capacity -= 1;
      continue;
    }
    if (result.kind !== 'started') {
      await releaseUnstartedLock(ports, row);
      await giveBack();
      if (result.kind === 'not-set-up') throw notSetUp(result.detail);
      capacity = 0;
      skip('at-capacity', result.detail);
      continue;
    }
    capacity -= 1;
    await record(ports, { row, build: result.build, item }).catch((error: unknown) => void failures.push(error));
    started.push({ itemId, title, branch, buildId: result.build.id, attempt: item.attempt });
  }
  throwFailures(failures, 'Several builds could not be started.');
  return { started, skipped };
}

async function lockFor(ports: Ports, request: PollSettings & { item: EligibleItem }): Promise<LockRow | null> {
  const { workItem, attempt, resetAttempts, rules, spec } = request.item;
  const owner = ports.newOwner();
  const acquisition = await ports.locks.acquire({
    lockKey: lockKey(ports.config.repository, workItem.branch),
    branch: workItem.branch,
    owner,
    workItemId: workItem.itemId,
    environment: request.environment,
    // One acquisition is one attempt of one item, and has an owner of its own.
    startToken: `${workItem.itemId}:${attempt}:${owner}`,
    leaseMs: request.leaseMs,
    nowMs: ports.clock.now(),
    resetAttempts,
    rules,
    spec,
    // GitHub's times are whole seconds: the move that this start answers is no later one.
    cardOursUntilMs: workItem.movedAtMs === null ? null : workItem.movedAtMs + 1_000,
  });
  return acquisition.kind === 'acquired' ? acquisition.row : null;
}

/** Starts the build of a lock. A lost answer is resolved by looking the build up, never by starting another; while that
 *  is unknown the lock stays held, and a later reconcile resolves it. */
async function startBuild(
  ports: Ports,
  { row, item, release }: { row: LockRow; item: EligibleItem; release: string | null },
): Promise<StartResult> {
  const start: StartBuild = {
    token: row.startToken ?? row.owner,
    release,
    variables: formatBuildVariables({
      branch: item.workItem.branch,
      head: item.head,
      specPath: item.specFolder,
      itemId: item.workItem.itemId,
      subjectNumber: item.workItem.subjectNumber,
      itemTitle: item.workItem.title,
      holder: holderOf(row),
      attempt: item.attempt,
    }),
  };
  try {
    return await ports.builds.start(start);
  } catch (error) {
    if (!isWorkerError(error, 'BUILD_SERVICE_FAILED')) throw error;
    ports.telemetry.warn('the answer to a start was lost; looking the build up', { error: error.message });
    const build = await ports.builds.find(start.token);
    if (build !== null) return { kind: 'started', build };
    throw error;
  }
}

async function record(
  ports: Ports,
  { row, build, item }: { row: LockRow; build: Build; item: EligibleItem },
): Promise<void> {
  const recorded = await ports.locks.recordBuild({ ...holderOf(row), buildId: build.id });
  if (!recorded) {
    const { lockKey } = row;
    ports.telemetry.warn('the lock was gone before its build was recorded', { lockKey, buildId: build.id });
    return;
  }
  const { itemId } = item.workItem;
  try {
    await showInProgress(ports, { row, itemId });
  } catch (error) {
    if (isWorkerError(error, 'LOCK_STORE_FAILED')) throw error;
    // The build runs all the same, and its outcome says on the card's other places what could not be written.
    ports.telemetry.warn('the card of a started build could not be moved', { itemId, error: String(error) });
  }
}

function notSetUp(detail: string): WorkerError {
  return new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `No build can be started yet: ${detail}`,
    remedy: 'Deploy the CodeBuild stack of this environment, then wait for the next poll.',
  });
}
