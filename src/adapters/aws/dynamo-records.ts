import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { type BaselineRecord, parseBaseline } from '../../core/lifecycle/baseline-record.ts';
import { type Breaker, parseBreaker } from '../../core/lifecycle/breaker.ts';
import { type Charge, charged, clearedLedger, type Ledger, parseLedger } from '../../core/lifecycle/ledger.ts';
import { LOCK_TABLE, RECORD_KEYS } from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { numeral, text } from './dynamo-lock-item.ts';
import type { Item, Table, Update } from './dynamo-table.ts';
import { getItem, getItems, updateItem, updateTogether } from './dynamo-table.ts';

// What stands beside the lock rows: one JSON text, and the number of times that it was written. Ledgers and breakers have no
// time-to-live.

const TRIES = 8;

/** Makes `update` and adds a run's use to the ledger of its work item, both or none. Returns false when the condition of
 *  `update` does not hold; throws LOCK_STORE_FAILED. */
export async function chargeOnto(
  table: Table,
  { charge, update }: { charge: Charge; update: Update },
): Promise<boolean> {
  const key = RECORD_KEYS.ledger(charge.workItemId);
  for (let tries = 0; tries < TRIES; tries += 1) {
    // Somebody else's write of one of the two takes milliseconds.
    if (tries > 0) await delay(10 * 2 ** tries);
    const found = recordOf(await getItem(table, key));
    const ledger = charged(found === null ? null : read({ key, json: found.text }, parseLedger), charge);
    const result = await updateTogether(table, [update, replace(key, { version: found?.version, record: ledger })]);
    if (result === null) return true;
    if (result !== 'busy' && result.refused === update.key) return false;
  }
  throw new WorkerError({
    code: 'LOCK_STORE_FAILED',
    what: `The lock ${update.key} could not be released: others kept writing its rows.`,
    remedy: 'Nothing: the next poll tries again by itself.',
  });
}

/** Returns the ledgers that exist; throws LOCK_STORE_FAILED. */
export async function getLedgers(table: Table, workItemIds: readonly string[]): Promise<Ledger[]> {
  if (workItemIds.length === 0) return [];
  const items = await getItems(table, workItemIds.map(RECORD_KEYS.ledger));
  return items.flatMap((item) => {
    const found = recordOf(item);
    return found === null ? [] : [read({ key: item[table.key]?.S ?? '', json: found.text }, parseLedger)];
  });
}

/** Sets a ledger to nothing; false where there is none. Throws LOCK_STORE_FAILED. */
export async function clearLedger(table: Table, workItemId: string): Promise<boolean> {
  const key = RECORD_KEYS.ledger(workItemId);
  for (;;) {
    const found = recordOf(await getItem(table, key));
    if (found === null) return false;
    const record = clearedLedger(read({ key, json: found.text }, parseLedger));
    const { kind } = await updateItem(table, replace(key, { version: found.version, record }));
    if (kind === 'written') return true;
  }
}

/** Returns the breaker of a service, null when it never opened; throws LOCK_STORE_FAILED. */
export async function getBreaker(table: Table, service: string): Promise<Breaker | null> {
  const key = RECORD_KEYS.breaker(service);
  const found = recordOf(await getItem(table, key));
  return found === null ? null : read({ key, json: found.text }, parseBreaker);
}

/** Writes `after` over `before`; false when another one was faster. Throws LOCK_STORE_FAILED. */
export async function swapBreaker(
  table: Table,
  { before, after }: { before: Breaker | null; after: Breaker },
): Promise<boolean> {
  const change = { version: before?.version, record: after, next: after.version };
  const { kind } = await updateItem(table, replace(RECORD_KEYS.breaker(after.service), change));
  return kind === 'written';
}

const KEEP_BASELINE_SECONDS = 90 * 24 * 60 * 60;

/** Returns what is known of a branch before the agent, null where nothing is; throws LOCK_STORE_FAILED. */
export async function getBaseline(table: Table, lockKey: string): Promise<BaselineRecord | null> {
  const key = RECORD_KEYS.baseline(lockKey);
  const found = recordOf(await getItem(table, key));
  return found === null ? null : read({ key, json: found.text }, parseBaseline);
}

/** Writes `after` over `before`; false when another one was faster. Throws LOCK_STORE_FAILED. */
export async function swapBaseline(
  table: Table,
  { before, after, nowMs }: Parameters<LockStore['swapBaseline']>[0],
): Promise<boolean> {
  const expiresAt = Math.ceil(nowMs / 1000) + KEEP_BASELINE_SECONDS;
  const change = { version: before?.version, record: after, next: after.version, expiresAt };
  const { kind } = await updateItem(table, replace(RECORD_KEYS.baseline(after.lockKey), change));
  return kind === 'written';
}

interface Change {
  readonly version: number | undefined;
  readonly record: object;
  readonly next?: number;
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

function replace(key: string, change: Change): Update {
  const { version, record, next = (version ?? 0) + 1, expiresAt } = change;
  return {
    key,
    condition: version === undefined ? 'attribute_not_exists(#record)' : '#version = :version',
    update: `SET #record = :record, #version = :next${expiresAt === undefined ? '' : `, #${LOCK_TABLE.ttl} = :expiresAt`}`,
    values: {
      record: text(JSON.stringify(record)),
      next: numeral(next),
      ...(version === undefined ? {} : { version: numeral(version) }),
      ...(expiresAt === undefined ? {} : { expiresAt: numeral(expiresAt) }),
    },
  };
}

function recordOf(item: Item | null): { text: string; version: number } | null {
  return item === null ? null : { text: item.record?.S ?? '', version: Number(item.version?.N) };
}

function read<T>({ key, json }: { key: string; json: string }, parse: (json: string) => T): T {
  try {
    return parse(json);
  } catch (error) {
    throw new WorkerError({
      code: 'LOCK_STORE_FAILED',
      what: `The item '${key}' of the locks table cannot be read.`,
      why: errorMessage(error),
      remedy: 'Something other than this product wrote it: delete that item from the locks table.',
      cause: error,
    });
  }
}
