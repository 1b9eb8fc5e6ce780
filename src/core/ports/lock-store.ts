import type { BaselineRecord } from '../lifecycle/baseline-record.ts';
import type { Breaker } from '../lifecycle/breaker.ts';
import type { Ledger } from '../lifecycle/ledger.ts';
import type { OnDamage } from '../lifecycle/stored-row.ts';
import type { AcquireRequest, Acquisition, Holder, LockRow, ReleaseRequest, SettleRequest } from '../lock.ts';

/** Every write is one conditional write. Methods that return a boolean say whether the condition held. A row that cannot be read
 *  throws LOCK_STORE_FAILED; methods that take `onDamage` tell it of that row and return the others. */
export interface LockStore {
  acquire(request: AcquireRequest): Promise<Acquisition>;
  /** Sets leaseExpiresAtMs = nowMs + leaseMs when `holder` still holds the row (an expired lease may be renewed). */
  renew(holder: Holder & { leaseMs: number; nowMs: number }): Promise<boolean>;
  /** Notes the build that the holder started, and counts the attempt (once per fence, however often it is called). */
  recordBuild(holder: Holder & { buildId: string }): Promise<boolean>;
  /** Releases the row, and charges the ledger of its work item in the same write: both happen, or none. */
  release(request: ReleaseRequest): Promise<boolean>;
  /** Changes what a released row is still to write; false when it was acquired since. */
  settle(request: SettleRequest): Promise<boolean>;
  /** Lets attempts and waits of a released row begin anew; false while it is held, or where there is none. */
  pardon(lockKey: string): Promise<boolean>;
  get(lockKey: string): Promise<LockRow | null>;
  /** Rows of the given keys, one request per 100. */
  getMany(lockKeys: readonly string[], onDamage?: OnDamage): Promise<LockRow[]>;
  /** All rows that are held now. */
  listHeld(onDamage?: OnDamage): Promise<LockRow[]>;
  /** All released rows whose outcome is not written everywhere yet. */
  listPending(onDamage?: OnDamage): Promise<LockRow[]>;
  /** Ledgers of the work items with these locks, as far as there are any. */
  getLedgers(lockKeys: readonly string[], onDamage?: OnDamage): Promise<Ledger[]>;
  /** Sets what the work item has used up to nothing, also where that cannot be read; false where it has no ledger. */
  clearLedger(lockKey: string): Promise<boolean>;
  /** The breaker of a service, null when it never opened; one that cannot be read is open, see `readBreaker`. */
  getBreaker(service: string): Promise<Breaker | null>;
  /** Writes `after` over `before`; false when another one was faster. */
  swapBreaker(change: { before: Breaker | null; after: Breaker }): Promise<boolean>;
  /** What is known of a branch before the agent, null where nothing is; nothing is known from a row that cannot be read. */
  getBaseline(lockKey: string): Promise<BaselineRecord | null>;
  /** Writes `after` over `before`; false when another one was faster. It is kept for 90 days after `nowMs` at least. */
  swapBaseline(change: { before: BaselineRecord | null; after: BaselineRecord; nowMs: number }): Promise<boolean>;
  /** All lock rows, newest acquisition first, for people to read. */
  list(onDamage?: OnDamage): Promise<LockRow[]>;
}
