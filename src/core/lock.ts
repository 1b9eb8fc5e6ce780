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
  /** Builds started for this branch since its head last changed by somebody else. */
  readonly attempts: number;
  readonly lastOutcome: string | null;
  /** Branch head when the last run ended; another head means that a person has changed something. */
  readonly lastHead: string | null;
  readonly nextEligibleAtMs: number;
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
  /** Attempts so far count from zero again (the branch has a new head). */
  readonly resetAttempts: boolean;
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

export interface ReleaseRequest extends Holder {
  readonly outcome: string;
  readonly nextEligibleAtMs: number;
  readonly head: string | null;
  readonly nowMs: number;
}

/** Returns the lock's key: one lock per branch of one repository. */
export function lockKey(repository: string, branch: string): string {
  return `${repository}#${branch}`;
}

/** Tells whether a held row's lease has passed; a released row has none. */
export function isExpired(row: LockRow, nowMs: number): boolean {
  return row.status === 'held' && row.leaseExpiresAtMs <= nowMs;
}

/** Tells whether `holder` is the row's holder now. */
export function isHeldBy(row: LockRow | null, holder: Holder): boolean {
  return row !== null && row.status === 'held' && row.owner === holder.owner && row.fence === holder.fence;
}
