import { WorkerError } from './errors.ts';
import type { Charge } from './lifecycle/ledger.ts';
import { formatPending, type PendingSurfaces } from './pending-surfaces.ts';

/** The lock row: one per branch. A value of one moment; every change is one conditional write in a LockStore. */
export interface LockRow {
  /** `owner/repository#branch` */
  readonly lockKey: string;
  readonly branch: string;
  readonly status: 'held' | 'released';
  /** Random id of the holder (the poll that acquired it, handed to its build); kept after release for the record. */
  readonly owner: string;
  /** Grows by one with each acquisition. */
  readonly fence: number;
  readonly workItemId: string;
  readonly acquiredAtMs: number;
  readonly leaseExpiresAtMs: number;
  /** Idempotency token of the build asked for; set before the build service is called. */
  readonly startToken: string | null;
  readonly buildId: string | null;
  /** Builds that counted since a task was pushed, a person acted, or the rules changed. */
  readonly attempts: number;
  /** Endings in a row that pushed no task: the next wait grows with them. */
  readonly fruitless: number;
  readonly lastOutcome: string | null;
  /** Branch head when the last run ended. */
  readonly lastHead: string | null;
  /** Fingerprint of the rules that the last attempt was started with; null in a row that an older version wrote. */
  readonly lastRules: string | null;
  /** Fingerprint of the spec's text that the last attempt was started with. */
  readonly lastSpec: string | null;
  /** When the last run ended, the writes of its outcome included; null in a row that was never released. */
  readonly releasedAtMs: number | null;
  /** A change of the card's column before this time (epoch ms, by GitHub's clock) is none that a person made since the last run;
   *  null where nobody knows. */
  readonly cardOursUntilMs: number | null;
  readonly nextEligibleAtMs: number;
  /** What of a released row's outcome could not be written yet; null for a held row. */
  readonly pending: PendingSurfaces | null;
  readonly environment: string;
}

export interface AcquireRequest {
  readonly lockKey: string;
  readonly branch: string;
  readonly owner: string;
  readonly workItemId: string;
  readonly environment: string;
  readonly startToken: string;
  readonly leaseMs: number;
  readonly nowMs: number;
  /** Attempts and waits so far count from zero again. */
  readonly resetAttempts: boolean;
  /** Fingerprint of the rules that count now; without one the row keeps what it has. */
  readonly rules?: string;
  /** Fingerprint of the spec's text; without one the row keeps what it has. */
  readonly spec?: string;
  /** For the row's field of that name; without one the row keeps what it has. */
  readonly cardOursUntilMs?: number | null;
  /** Fence of a lapsed row whose build is known to have ended; without it a held row is never taken over. */
  readonly takeOverFence?: number;
}

export type Acquisition =
  | { readonly kind: 'acquired'; readonly row: LockRow }
  /** Somebody else holds it (or held it a moment ago). */
  | { readonly kind: 'refused'; readonly row: LockRow | null };

/** Who may change a held row. */
export interface Holder {
  readonly lockKey: string;
  readonly owner: string;
  readonly fence: number;
}

/** The part of a row that says who holds it. */
export function holderOf({ lockKey, owner, fence }: LockRow): Holder {
  return { lockKey, owner, fence };
}

export interface ReleaseRequest extends Holder {
  readonly outcome: string;
  readonly nextEligibleAtMs: number;
  readonly head: string | null;
  readonly nowMs: number;
  /** Without these two the row keeps what it has. */
  readonly attempts?: number;
  readonly fruitless?: number;
  /** What the run used: written onto the ledger of its work item in the same write. */
  readonly charge?: Charge;
  /** What could not be written yet. */
  readonly pending?: PendingSurfaces | null;
  /** For the row's field of that name; without one the row keeps what it has. */
  readonly cardOursUntilMs?: number | null;
}

/** Notes what of a released row's outcome is still to be written; null: nothing any more. */
export interface SettleRequest extends Holder {
  /** When that was written: whatever moved the card until now was no person. */
  readonly nowMs: number;
  readonly pending: PendingSurfaces | null;
  /** For the row's field of that name; without one the row keeps what it has. */
  readonly cardOursUntilMs?: number | null;
}

/** Returns the lock's key: one lock per branch of one repository. GitHub treats names that differ only in case as the same. */
export function lockKey(repository: string, branch: string): string {
  return `${repository.toLowerCase()}#${branch}`;
}

/** Returns whether a held row's lease has passed; a released row has none. */
export function isExpired(row: LockRow, nowMs: number): boolean {
  return row.status === 'held' && row.leaseExpiresAtMs <= nowMs;
}

/** For this long a start may still be under way in another poll. */
const START_GRACE_MS = 2 * 60 * 1000;

/** Returns whether the build of a held row may be about to be started. A time that lies further ahead was written by a clock
 *  that was wrong. */
export function mayBeStarting(row: LockRow, nowMs: number): boolean {
  return row.buildId === null && Math.abs(nowMs - row.acquiredAtMs) < START_GRACE_MS;
}

/** Returns whether `holder` is the row's holder now. */
export function isHeldBy(row: LockRow | null, holder: Holder): boolean {
  return row !== null && row.status === 'held' && row.owner === holder.owner && row.fence === holder.fence;
}

/** Returns the row as it is held now. Throws FENCE_LOST when `holder` does not hold it (any more). */
export function requireHeld(row: LockRow | null, holder: Holder): LockRow {
  if (row !== null && isHeldBy(row, holder)) return row;
  throw lockNotHeld(holder);
}

/** Returns the FENCE_LOST error of a holder whose lock is not its own (any more). */
export function lockNotHeld({ lockKey, fence }: Holder): WorkerError {
  return new WorkerError({
    code: 'FENCE_LOST',
    what: `The lock ${lockKey} is no longer held with fence ${fence}: it was taken over or closed.`,
    remedy: 'Nothing: whoever took it over or closed it reports the result.',
  });
}

/** Names of the locks table's key, its clean-up attribute, and the index that lists held rows. The index is sparse: `heldKey`
 *  is there only while a row is held (`heldValue`) or has something to be written yet (`pendingValue`); it projects keys only,
 *  so that a renewal never writes to it. */
export const LOCK_TABLE = {
  key: 'lockKey',
  ttl: 'expiresAt',
  heldIndex: 'held-locks',
  heldKey: 'heldPartition',
  heldValue: 'held',
  pendingValue: 'pending',
} as const;

// What each change makes of a row: null when the change is refused, the same row when it was made before (a repeated
// request whose first answer was lost). Every LockStore does what these say, in one conditional write.

/** Returns the acquired row, null while somebody else holds it. */
export function acquireRow(row: LockRow | null, request: AcquireRequest): LockRow | null {
  if (row !== null && row.status === 'held' && !mayTakeOver(row, request))
    return isAcquiredBy(row, request) ? row : null;
  return {
    lockKey: request.lockKey,
    branch: request.branch,
    status: 'held',
    owner: request.owner,
    fence: (row?.fence ?? 0) + 1,
    workItemId: request.workItemId,
    acquiredAtMs: request.nowMs,
    leaseExpiresAtMs: request.nowMs + request.leaseMs,
    startToken: request.startToken,
    buildId: null,
    attempts: request.resetAttempts ? 0 : (row?.attempts ?? 0),
    fruitless: request.resetAttempts ? 0 : (row?.fruitless ?? 0),
    lastOutcome: row?.lastOutcome ?? null,
    lastHead: row?.lastHead ?? null,
    lastRules: request.rules ?? row?.lastRules ?? null,
    lastSpec: request.spec ?? row?.lastSpec ?? null,
    releasedAtMs: row?.releasedAtMs ?? null,
    cardOursUntilMs: request.cardOursUntilMs ?? row?.cardOursUntilMs ?? null,
    nextEligibleAtMs: request.resetAttempts ? 0 : (row?.nextEligibleAtMs ?? 0),
    // The new build publishes an outcome of its own.
    pending: null,
    environment: request.environment,
  };
}

/** Returns the row with its new lease, null when `holder` does not hold it. */
export function renewRow(row: LockRow | null, holder: Holder & { leaseMs: number; nowMs: number }): LockRow | null {
  return row !== null && isHeldBy(row, holder) ? { ...row, leaseExpiresAtMs: holder.nowMs + holder.leaseMs } : null;
}

/** Returns the row with its build, counted as an attempt; null when `holder` does not hold it or has another build. */
export function recordBuildInRow(row: LockRow | null, holder: Holder & { buildId: string }): LockRow | null {
  if (row === null || !isHeldBy(row, holder)) return null;
  if (row.buildId === null) return { ...row, buildId: holder.buildId, attempts: row.attempts + 1 };
  return row.buildId === holder.buildId ? row : null;
}

/** Returns the released row, null when the request's holder does not hold it. */
export function releaseRow(row: LockRow | null, request: ReleaseRequest): LockRow | null {
  if (row === null) return null;
  const released: LockRow = {
    ...row,
    status: 'released',
    lastOutcome: request.outcome,
    lastHead: request.head,
    attempts: request.attempts ?? row.attempts,
    fruitless: request.fruitless ?? row.fruitless,
    releasedAtMs: request.nowMs,
    cardOursUntilMs: request.cardOursUntilMs ?? row.cardOursUntilMs,
    nextEligibleAtMs: request.nextEligibleAtMs,
    pending: request.pending ?? null,
  };
  if (isHeldBy(row, request)) return released;
  return isReleasedBy(row, request) ? row : null;
}

/** Returns the row with what is still to be written of its outcome, null when it has been acquired since or waits for nothing. */
export function settleRow(row: LockRow | null, request: SettleRequest): LockRow | null {
  if (row === null || row.status !== 'released' || row.owner !== request.owner || row.fence !== request.fence)
    return null;
  const json = (pending: PendingSurfaces | null) => (pending === null ? null : formatPending(pending));
  if (json(row.pending) === json(request.pending)) return row;
  if (row.pending === null) return null;
  const cardOursUntilMs = request.cardOursUntilMs ?? row.cardOursUntilMs;
  return { ...row, pending: request.pending, releasedAtMs: request.nowMs, cardOursUntilMs };
}

/** Returns the row of a work item that an operator lets begin anew; null while a build holds it. */
export function pardonRow(row: LockRow | null): LockRow | null {
  return row?.status === 'released' ? { ...row, attempts: 0, fruitless: 0, nextEligibleAtMs: 0 } : null;
}

function isAcquiredBy(row: LockRow, request: AcquireRequest): boolean {
  return (
    row.owner === request.owner &&
    row.startToken === request.startToken &&
    row.workItemId === request.workItemId &&
    row.acquiredAtMs === request.nowMs
  );
}

function mayTakeOver(row: LockRow, request: AcquireRequest): boolean {
  return request.takeOverFence === row.fence && isExpired(row, request.nowMs);
}

function isReleasedBy(row: LockRow, request: ReleaseRequest): boolean {
  return (
    row.status === 'released' &&
    row.owner === request.owner &&
    row.fence === request.fence &&
    row.lastOutcome === request.outcome &&
    row.lastHead === request.head &&
    row.attempts === (request.attempts ?? row.attempts) &&
    row.fruitless === (request.fruitless ?? row.fruitless) &&
    row.nextEligibleAtMs === request.nextEligibleAtMs
  );
}
