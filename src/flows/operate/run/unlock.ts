import { WorkerError } from '../../../core/errors.ts';
import { holderOf, type LockRow } from '../../../core/lock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import { costOf } from '../../poll/ended-build.ts';
import { outcomeThatStays } from '../../poll/release-unstarted-lock.ts';
import { type HeldBuild, type HeldBuildPorts, heldBuild } from './held-build.ts';
import { notOne, readableRowsOfItem } from './item-rows.ts';

export interface Unlocked {
  readonly lockKey: string;
  readonly branch: string;
  /** False when it was not held. */
  readonly wasHeld: boolean;
  /** The build that it was held for, and how that ended; null where the build service knows none. */
  readonly build: { readonly id: string; readonly status: string } | null;
}

/** The project configuration is not read here: what another agent used stays unknown. */
const KIRO = { kind: 'kiro', tokensPerRun: null, limits: { creditsPerRun: null } } as const;

interface UnlockRequest extends HeldBuildPorts {
  readonly locks: LockStore;
  /** A branch, or a lock's key where several repositories have that branch. */
  readonly branch: string;
}

/** Releases the lock of a branch whose build has ended, without writing to GitHub: for when those who close locks cannot. What the
 *  build used is charged to its card. Throws CONFIG_INVALID when the branch has no lock, LOCK_IN_USE while its build runs. */
export async function unlock(request: UnlockRequest): Promise<Unlocked> {
  const row = await findRow(request);
  const { lockKey, branch } = row;
  if (row.status !== 'held') return { lockKey, branch, wasHeld: false, build: null };
  const held = await heldBuild(request, row);
  if (held.kind === 'running' || held.kind === 'starting') throw inUse(row, held);
  const isReleased = await release(request, { row, held });
  if (!isReleased && (await request.locks.get(lockKey))?.status === 'held') throw inUse(row, held);
  const build = held.build && { id: held.build.id, status: held.build.status };
  return { lockKey, branch, wasHeld: true, build };
}

async function findRow({ locks, branch }: UnlockRequest): Promise<LockRow> {
  const { rows } = await readableRowsOfItem({ locks, item: branch });
  const [only] = rows;
  if (only === undefined) throw notOne(`There is no lock of a branch ${JSON.stringify(branch)}.`);
  if (rows.length === 1) return only;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Several locks are of a branch ${JSON.stringify(branch)}:`,
    problems: rows.map(({ lockKey }) => lockKey),
    remedy: 'Name one of these keys instead of the branch.',
  });
}

async function release(
  { locks, clock }: UnlockRequest,
  { row, held: { build } }: { row: LockRow; held: HeldBuild },
): Promise<boolean> {
  const nowMs = clock.now();
  const cost = costOf({ row, build, agent: KIRO, nowMs });
  return locks.release({
    ...holderOf(row),
    outcome: outcomeThatStays(row),
    nextEligibleAtMs: row.nextEligibleAtMs,
    head: row.lastHead,
    nowMs,
    ...(build === null
      ? {}
      : {
          charge: {
            lockKey: row.lockKey,
            basis: { spec: row.lastSpec, rules: row.lastRules },
            use: {
              builds: 1,
              agentMinutes: Math.max(0, cost.durationMs) / 60_000,
              credits: cost.limit ?? 0,
              tokens: 0,
            },
          },
        }),
  });
}

function inUse({ branch }: LockRow, { kind, build }: HeldBuild): WorkerError {
  if (kind === 'running')
    return new WorkerError({
      code: 'LOCK_IN_USE',
      what: `Build ${build.id} of ${branch} runs (${build.status}, phase ${build.currentPhase ?? 'unknown'}), so its lock stays.`,
      why: 'Without the lock a second build would work on the same branch.',
      remedy: 'Wait for its end, or stop it: kiro-worker cancel BRANCH',
    });
  return new WorkerError({
    code: 'LOCK_IN_USE',
    what: `The lock of ${branch} was taken a moment ago, and its build may be about to start.`,
    remedy: 'Type the command again in two minutes.',
  });
}
