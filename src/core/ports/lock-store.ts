import type { AcquireRequest, Acquisition, Holder, LockRow, ReleaseRequest, SettleRequest } from '../lock.ts';

/** Every write is one conditional write. Methods that return a boolean say whether the condition held. */
export interface LockStore {
  acquire(request: AcquireRequest): Promise<Acquisition>;
  /** Sets leaseExpiresAtMs = nowMs + leaseMs when `holder` still holds the row (an expired lease may be renewed). */
  renew(holder: Holder & { leaseMs: number; nowMs: number }): Promise<boolean>;
  /** Notes the build that the holder started, and counts the attempt (once per fence, however often it is called). */
  recordBuild(holder: Holder & { buildId: string }): Promise<boolean>;
  release(request: ReleaseRequest): Promise<boolean>;
  /** Changes what a released row is still to write; false when it was acquired since. */
  settle(request: SettleRequest): Promise<boolean>;
  get(lockKey: string): Promise<LockRow | null>;
  /** Rows of the given keys, one request per 100. */
  getMany(lockKeys: readonly string[]): Promise<LockRow[]>;
  /** All rows that are held now. */
  listHeld(): Promise<LockRow[]>;
  /** All released rows whose outcome is not written everywhere yet. */
  listPending(): Promise<LockRow[]>;
  /** All rows, newest acquisition first, for people to read. */
  list(): Promise<LockRow[]>;
}
