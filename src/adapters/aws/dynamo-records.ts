import { setTimeout as delay } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { WorkerError } from '../../core/errors.ts';
import { type BaselineRecord, readBaseline } from '../../core/lifecycle/baseline-record.ts';
import { type Breaker, readBreaker } from '../../core/lifecycle/breaker.ts';
import { type Charge, charged, clearedLedger, type Ledger, readLedger } from '../../core/lifecycle/ledger.ts';
import { type OnDamage, RECORD_KEYS, valuesOf } from '../../core/lifecycle/stored-row.ts';
import { LOCK_TABLE } from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { numeral, text } from './dynamo-lock-item.ts';
import type { Item, Table, Update } from './dynamo-table.ts';
import { getItem, getItems, updateItem, updateTogether } from './dynamo-table.ts';

// What stands beside the lock rows: one JSON text, and the number of times that it was written. Ledgers and breakers have no
// time-to-live. A write is made only over the text that it was decided on, whatever that is.

const TRIES = 8;

/** Makes `update` and adds a run's use to the ledger of its work item, both or none; to a ledger that cannot be read nothing is
 *  added. Returns false when the condition of `update` does not hold; throws LOCK_STORE_FAILED. */
export async function chargeOnto(
  table: Table,
  { charge, update }: { charge: Charge; update: Update },
): Promise<boolean> {
  const key = RECORD_KEYS.ledger(charge.lockKey);
  for (let tries = 0; tries < TRIES; tries += 1) {
    // Somebody else's write of one of the two takes milliseconds.
    if (tries > 0) await delay(10 * 2 ** tries);
    const standing = await getItem(table, key);
    const found = standing === null ? null : readLedger(charge.lockKey, standing.record?.S);
    if (found !== null && 'damage' in found) return (await updateItem(table, update)).kind === 'written';
    const record = charged(found?.value ?? null, charge);
    const result = await updateTogether(table, [update, replace(key, { standing, record })]);
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
export async function getLedgers(
  table: Table,
  { lockKeys, onDamage }: { lockKeys: readonly string[]; onDamage: OnDamage | undefined },
): Promise<Ledger[]> {
  if (lockKeys.length === 0) return [];
  const items = await getItems(table, lockKeys.map(RECORD_KEYS.ledger));
  const byKey = new Map(items.map((item) => [item[table.key]?.S, item]));
  const stored = [...new Set(lockKeys)].flatMap((lockKey) => {
    const item = byKey.get(RECORD_KEYS.ledger(lockKey));
    return item === undefined ? [] : [readLedger(lockKey, item.record?.S)];
  });
  return valuesOf(stored, onDamage);
}

/** Sets a ledger to nothing; false where there is none. Throws LOCK_STORE_FAILED. */
export async function clearLedger(table: Table, lockKey: string): Promise<boolean> {
  const key = RECORD_KEYS.ledger(lockKey);
  for (;;) {
    const standing = await getItem(table, key);
    if (standing === null) return false;
    const { kind } = await updateItem(table, replace(key, { standing, record: clearedLedger(lockKey) }));
    if (kind === 'written') return true;
  }
}

/** Returns the breaker of a service, null when it never opened; throws LOCK_STORE_FAILED. */
export async function getBreaker(table: Table, service: string): Promise<Breaker | null> {
  return breakerIn(service, await getItem(table, RECORD_KEYS.breaker(service)));
}

/** Writes `after` over `before`; false when another one was faster. Throws LOCK_STORE_FAILED. */
export async function swapBreaker(
  table: Table,
  { before, after }: { before: Breaker | null; after: Breaker },
): Promise<boolean> {
  const key = RECORD_KEYS.breaker(after.service);
  const standing = await getItem(table, key);
  if (breakerIn(after.service, standing)?.version !== before?.version) return false;
  return (await updateItem(table, replace(key, { standing, record: after, next: after.version }))).kind === 'written';
}

const KEEP_BASELINE_SECONDS = 90 * 24 * 60 * 60;

/** Returns what is known of a branch before the agent, null where nothing is; throws LOCK_STORE_FAILED. */
export async function getBaseline(table: Table, lockKey: string): Promise<BaselineRecord | null> {
  return baselineIn(lockKey, await getItem(table, RECORD_KEYS.baseline(lockKey)));
}

/** Writes `after` over `before`; false when another one was faster. Throws LOCK_STORE_FAILED. */
export async function swapBaseline(
  table: Table,
  { before, after, nowMs }: Parameters<LockStore['swapBaseline']>[0],
): Promise<boolean> {
  const key = RECORD_KEYS.baseline(after.lockKey);
  const standing = await getItem(table, key);
  if (baselineIn(after.lockKey, standing)?.version !== before?.version) return false;
  const expiresAt = Math.ceil(nowMs / 1000) + KEEP_BASELINE_SECONDS;
  const change = { standing, record: after, next: after.version, expiresAt };
  return (await updateItem(table, replace(key, change))).kind === 'written';
}

function breakerIn(service: string, item: Item | null): Breaker | null {
  return item === null ? null : readBreaker(service, item.record?.S);
}

function baselineIn(lockKey: string, item: Item | null): BaselineRecord | null {
  return item === null ? null : readBaseline(lockKey, item.record?.S);
}

interface Change {
  /** The item that the write was decided on. */
  readonly standing: Item | null;
  readonly record: object;
  readonly next?: number;
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

function replace(key: string, { standing, record, next, expiresAt }: Change): Update {
  const before: AttributeValue | undefined = standing?.record;
  const count = Number(standing?.version?.N ?? 0);
  return {
    key,
    condition: before === undefined ? 'attribute_not_exists(#record)' : '#record = :before',
    update: `SET #record = :record, #version = :next${expiresAt === undefined ? '' : `, #${LOCK_TABLE.ttl} = :expiresAt`}`,
    values: {
      record: text(JSON.stringify(record)),
      next: numeral(next ?? count + 1),
      ...(before === undefined ? {} : { before }),
      ...(expiresAt === undefined ? {} : { expiresAt: numeral(expiresAt) }),
    },
  };
}
