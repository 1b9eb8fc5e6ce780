import { formatBuildVariables } from '../../core/build-variables.ts';
import type { EligibleItem } from '../../core/cards/selection.ts';
import type { SkippedCard, SkipReason } from '../../core/cards/skip-reason.ts';
import { isWorkerError, throwFailures, WorkerError } from '../../core/errors.ts';
import type { LockRow } from '../../core/lock.ts';
import { holderOf, isHeldBy, lockKey } from '../../core/lock.ts';
import type { Build, StartBuild, StartResult } from '../../core/ports/builds.ts';
import type { BoardEvaluation } from './evaluate.ts';
import type { Connected, PollPorts, PollSettings, StartedBuild } from './poll-types.ts';
import { releaseUnstartedLock } from './release-unstarted-lock.ts';

type Ports = PollPorts & Connected;

interface DispatchRequest extends PollSettings {
  readonly decision: BoardEvaluation;
  /** Builds that may be started now. */
  readonly capacity: number;
  readonly release: string | null;
}

/** Locks and starts ready work items in their order while there is capacity; every other one gets its reason. */
export async function dispatch(
  ports: Ports,
  request: DispatchRequest,
): Promise<{ started: StartedBuild[]; leftOut: SkippedCard[] }> {
  const started: StartedBuild[] = [];
  const leftOut: SkippedCard[] = [];
  const failures: unknown[] = [];
  let capacity = request.capacity;
  for (const ready of request.decision.eligible) {
    const { itemId, title, branch } = ready.workItem;
    const leave = (reason: SkipReason, detail: string) => leftOut.push({ itemId, title, branch, reason, detail });
    if (capacity <= 0) {
      leave(
        'at-capacity',
        `${request.maxConcurrentBuilds} build(s) may run at the same time; this card waits for its turn.`,
      );
      continue;
    }
    const row = await lockFor(ports, request, ready);
    if (row === null) {
      leave('locked', 'Another poll took the lock of this branch a moment ago.');
      continue;
    }
    // One card whose start fails must not keep the others from theirs: its lock stays held for a later reconcile.
    const result = await startBuild(ports, request, { ready, row }).catch((error: unknown) => {
      failures.push(error);
      return null;
    });
    if (result === null) {
      capacity -= 1;
      continue;
    }
    if (result.kind !== 'started') {
      await releaseUnstartedLock(ports, row);
      if (result.kind === 'not-set-up') throw notSetUp(result.detail);
      capacity = 0;
      leave('at-capacity', result.detail);
      continue;
    }
    capacity -= 1;
    await record(ports, { row, build: result.build, ready }).catch((error: unknown) => void failures.push(error));
    started.push({ itemId, title, branch, buildId: result.build.id, attempt: ready.attempt });
  }
  throwFailures(failures, 'Several builds could not be started.');
  return { started, leftOut };
}

async function lockFor(ports: Ports, request: DispatchRequest, ready: EligibleItem): Promise<LockRow | null> {
  const { workItem, attempt, resetAttempts } = ready;
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
  });
  return acquisition.kind === 'acquired' ? acquisition.row : null;
}

/** Starts the build of a lock. A lost answer is resolved by asking for the build, never by starting another; while that
 *  is unknown the lock stays held, and a later reconcile resolves it. */
async function startBuild(
  ports: Ports,
  request: DispatchRequest,
  { ready, row }: { ready: EligibleItem; row: LockRow },
): Promise<StartResult> {
  const start: StartBuild = {
    token: row.startToken ?? row.owner,
    release: request.release,
    variables: formatBuildVariables({
      branch: ready.workItem.branch,
      head: ready.head,
      specPath: ready.specFolder,
      itemId: ready.workItem.itemId,
      subjectNumber: ready.workItem.subjectNumber,
      itemTitle: ready.workItem.title,
      holder: holderOf(row),
      attempt: ready.attempt,
    }),
  };
  try {
    return await ports.builds.start(start);
  } catch (error) {
    if (!isWorkerError(error, 'BUILD_SERVICE_FAILED')) throw error;
    ports.telemetry.log('warn', 'the answer to a start was lost; asking for the build', { error: error.message });
    const build = await ports.builds.find(start.token);
    if (build !== null) return { kind: 'started', build };
    throw error;
  }
}

async function record(
  ports: Ports,
  { row, build, ready }: { row: LockRow; build: Build; ready: EligibleItem },
): Promise<void> {
  const recorded = await ports.locks.recordBuild({ ...holderOf(row), buildId: build.id });
  if (!recorded) {
    const { lockKey } = row;
    ports.telemetry.log('warn', 'the lock was gone before its build was recorded', { lockKey, buildId: build.id });
    return;
  }
  await showInProgress(ports, { row, itemId: ready.workItem.itemId });
}

/** Moves the card of a build that runs, unless a person was faster, or the build has ended and told its ending. */
async function showInProgress(ports: Ports, { row, itemId }: { row: LockRow; itemId: string }): Promise<void> {
  const { config, github, locks } = ports;
  if (config.inProgressColumn === null) return;
  if ((await github.board.getColumn(itemId)) !== config.targetStatusColumn) return;
  if (isHeldBy(await locks.get(row.lockKey), row)) await github.board.move(itemId, config.inProgressColumn);
}

function notSetUp(detail: string): WorkerError {
  return new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `No build can be started yet: ${detail}`,
    remedy: 'Deploy the CodeBuild stack of this environment, then wait for the next poll.',
  });
}
