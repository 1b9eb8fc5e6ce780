import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hasPending } from '../../core/lifecycle/lock-row.ts';
import { type OnDamage, RECORD_KEYS, valuesOf } from '../../core/lifecycle/stored-row.ts';
import type { AcquireRequest, Acquisition, Holder, LockRow, ReleaseRequest, SettleRequest } from '../../core/lock.ts';
import { acquireRow, LOCK_TABLE, pardonRow, recordBuildInRow, releaseRow, settleRow } from '../../core/lock.ts';
import { formatPending, type PendingSurfaces } from '../../core/pending-surfaces.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { numeral, readItem, rowOfItem, text } from './dynamo-lock-item.ts';
import {
  chargeOnto,
  clearLedger,
  getBaseline,
  getBreaker,
  getLedgers,
  swapBaseline,
  swapBreaker,
} from './dynamo-records.ts';
import type { Item, Table, Update } from './dynamo-table.ts';
import { getItem, getItems, queryKeys, scanItems, updateItem } from './dynamo-table.ts';
import { requestLimits } from './request-limits.ts';

/** How long a released row is kept: attempts and last outcome count that long. */
const KEEP_RELEASED_SECONDS = 30 * 24 * 60 * 60;

const HELD_BY_HOLDER = '#status = :held AND #owner = :owner AND #fence = :fence';

/** Returns a client with time-outs (connection 3 s, request 10 s); region and credentials come from the environment. */
export function createDynamoClient({ requestTimeoutMs = 10_000 } = {}): DynamoDBClient {
  return new DynamoDBClient({ requestHandler: requestLimits({ requestTimeout: requestTimeoutMs }).requestHandler });
}

/** Returns the lock store in a DynamoDB table (names: LOCK_TABLE). Every method throws LOCK_STORE_FAILED when DynamoDB fails. */
export function createDynamoLockStore({ client, tableName }: { client: DynamoDBClient; tableName: string }): LockStore {
  const table: Table = { client, tableName, key: LOCK_TABLE.key };
  return {
    acquire: (request) => acquire(table, request),
    renew: (request) => renew(table, request),
    recordBuild: (request) => recordBuild(table, request),
    release: (request) => release(table, request),
    settle: (request) => settle(table, request),
    get: async (lockKey) => rowOrNull(await getItem(table, lockKey)),
    getMany: async (lockKeys, onDamage) => rowsOf(await getItems(table, lockKeys), onDamage),
    listHeld: async (onDamage) =>
      rowsOf(await listIndexed(table, LOCK_TABLE.heldValue), onDamage).filter(
        ({ status, lockKey }) => status === 'held' && !RECORD_KEYS.isRecord(lockKey),
      ),
    listPending: (onDamage) => listPending(table, onDamage),
    pardon: (lockKey) => pardon(table, lockKey),
    getLedgers: (lockKeys, onDamage) => getLedgers(table, { lockKeys, onDamage }),
    clearLedger: (lockKey) => clearLedger(table, lockKey),
    getBreaker: (service) => getBreaker(table, service),
    swapBreaker: (change) => swapBreaker(table, change),
    getBaseline: (lockKey) => getBaseline(table, lockKey),
    swapBaseline: (change) => swapBaseline(table, change),
    list: (onDamage) => list(table, onDamage),
  };
}

async function acquire(table: Table, request: AcquireRequest): Promise<Acquisition> {
  const { takeOverFence, rules, spec, resetAttempts, cardOursUntilMs = null } = request;
  const lapsed = '#status = :held AND #leaseExpiresAtMs <= :now AND #fence = :takeOverFence';
  const result = await updateItem(table, {
    key: request.lockKey,
    condition: `attribute_not_exists(#lockKey) OR #status = :released${takeOverFence === undefined ? '' : ` OR (${lapsed})`}`,
    update: [
      'SET #status = :held, #heldPartition = :heldValue, #fence = if_not_exists(#fence, :zero) + :one, #owner = :owner',
      '#branch = :branch, #workItemId = :workItemId, #environment = :environment, #startToken = :startToken',
      '#acquiredAtMs = :now, #leaseExpiresAtMs = :leaseExpiresAtMs',
      ...(rules === undefined ? [] : ['#lastRules = :rules']),
      ...(spec === undefined ? [] : ['#lastSpec = :spec']),
      ...(cardOursUntilMs === null ? [] : ['#cardOursUntilMs = :cardOursUntilMs']),
      ...['attempts', 'fruitless', 'nextEligibleAtMs'].map(
        (name) => `#${name} = ${resetAttempts ? ':zero' : `if_not_exists(#${name}, :zero)`}`,
      ),
    ]
      .join(', ')
      .concat(' REMOVE #buildId, #expiresAt, #pending'),
    values: {
      held: text('held'),
      released: text('released'),
      heldValue: text(LOCK_TABLE.heldValue),
      zero: numeral(0),
      one: numeral(1),
      now: numeral(request.nowMs),
      leaseExpiresAtMs: numeral(request.nowMs + request.leaseMs),
      owner: text(request.owner),
      branch: text(request.branch),
      workItemId: text(request.workItemId),
      environment: text(request.environment),
      startToken: text(request.startToken),
      ...(rules === undefined ? {} : { rules: text(rules) }),
      ...(spec === undefined ? {} : { spec: text(spec) }),
      ...(cardOursUntilMs === null ? {} : { cardOursUntilMs: numeral(cardOursUntilMs) }),
      ...(takeOverFence === undefined ? {} : { takeOverFence: numeral(takeOverFence) }),
    },
  });
  if (result.kind === 'written') return { kind: 'acquired', row: rowOfItem(result.item) };
  const row = rowOrNull(await result.current());
  return row !== null && acquireRow(row, request) === row ? { kind: 'acquired', row } : { kind: 'refused', row };
}

async function renew(table: Table, request: Holder & { leaseMs: number; nowMs: number }): Promise<boolean> {
  const { kind } = await updateItem(table, {
    key: request.lockKey,
    condition: HELD_BY_HOLDER,
    update: 'SET #leaseExpiresAtMs = :leaseExpiresAtMs',
    values: { ...holderValues(request), leaseExpiresAtMs: numeral(request.nowMs + request.leaseMs) },
  });
  return kind === 'written';
}

async function recordBuild(table: Table, request: Holder & { buildId: string }): Promise<boolean> {
  const result = await updateItem(table, {
    key: request.lockKey,
    condition: `${HELD_BY_HOLDER} AND attribute_not_exists(#buildId)`,
    update: 'SET #buildId = :buildId, #attempts = #attempts + :one',
    values: { ...holderValues(request), buildId: text(request.buildId), one: numeral(1) },
  });
  return result.kind === 'written' || wasMade(await result.current(), (row) => recordBuildInRow(row, request));
}

async function release(table: Table, request: ReleaseRequest): Promise<boolean> {
  const update = releaseUpdate(request);
  if (request.charge === undefined) {
    const result = await updateItem(table, update);
    return result.kind === 'written' || wasMade(await result.current(), (row) => releaseRow(row, request));
  }
  if (await chargeOnto(table, { charge: request.charge, update })) return true;
  return wasMade(await getItem(table, request.lockKey), (row) => releaseRow(row, request));
}

function releaseUpdate(request: ReleaseRequest): Update {
  const { head, attempts, fruitless, pending = null, cardOursUntilMs = null } = request;
  const set = {
    status: text('released'),
    lastOutcome: text(request.outcome),
    nextEligibleAtMs: numeral(request.nextEligibleAtMs),
    releasedAtMs: numeral(request.nowMs),
    expiresAt: numeral(secondsAfter(Math.max(request.nowMs, request.nextEligibleAtMs))),
    ...(head === null ? {} : { lastHead: text(head) }),
    ...(attempts === undefined ? {} : { attempts: numeral(attempts) }),
    ...(fruitless === undefined ? {} : { fruitless: numeral(fruitless) }),
    ...(cardOursUntilMs === null ? {} : { cardOursUntilMs: numeral(cardOursUntilMs) }),
    ...(pending === null
      ? {}
      : { pending: text(formatPending(pending)), [LOCK_TABLE.heldKey]: text(LOCK_TABLE.pendingValue) }),
  };
  const names = Object.keys(set);
  const gone = [...(head === null ? ['lastHead'] : []), ...(pending === null ? [LOCK_TABLE.heldKey, 'pending'] : [])];
  return {
    key: request.lockKey,
    condition: HELD_BY_HOLDER,
    update: `SET ${names.map((name) => `#${name} = :new_${name}`).join(', ')}${removing(gone.map((name) => `#${name}`))}`,
    values: {
      ...holderValues(request),
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`new_${name}`, value])),
    },
  };
}

async function pardon(table: Table, lockKey: string): Promise<boolean> {
  const result = await updateItem(table, {
    key: lockKey,
    condition: '#status = :released',
    update: 'SET #attempts = :zero, #fruitless = :zero, #nextEligibleAtMs = :zero',
    values: { released: text('released'), zero: numeral(0) },
  });
  return result.kind === 'written' || pardonRow(rowOrNull(await result.current())) !== null;
}

const SET_PENDING = `#pending = :pending, #${LOCK_TABLE.heldKey} = :pendingValue`;

function pendingValues(pending: PendingSurfaces) {
  return { pending: text(formatPending(pending)), pendingValue: text(LOCK_TABLE.pendingValue) };
}

function removing(names: readonly string[]): string {
  return names.length === 0 ? '' : ` REMOVE ${names.join(', ')}`;
}

/** What is asked for again changes nothing. */
const IS_OTHER_PENDING = {
  none: 'attribute_exists(#pending)',
  some: 'attribute_exists(#pending) AND #pending <> :pending',
};

async function settle(table: Table, request: SettleRequest): Promise<boolean> {
  const { lockKey, owner, fence, pending, cardOursUntilMs = null } = request;
  const ours = cardOursUntilMs === null ? '' : ', #cardOursUntilMs = :cardOursUntilMs';
  const result = await updateItem(table, {
    key: lockKey,
    condition: `#status = :released AND #owner = :owner AND #fence = :fence AND ${IS_OTHER_PENDING[pending === null ? 'none' : 'some']}`,
    update: `SET #releasedAtMs = :now${ours}${pending === null ? ` REMOVE #pending, #${LOCK_TABLE.heldKey}` : `, ${SET_PENDING}`}`,
    values: {
      released: text('released'),
      now: numeral(request.nowMs),
      owner: text(owner),
      fence: numeral(fence),
      ...(pending === null ? {} : pendingValues(pending)),
      ...(cardOursUntilMs === null ? {} : { cardOursUntilMs: numeral(cardOursUntilMs) }),
    },
  });
  return result.kind === 'written' || wasMade(await result.current(), (row) => settleRow(row, request));
}

function rowsOf(items: readonly Item[], onDamage?: OnDamage): LockRow[] {
  return valuesOf(items.map(readItem), onDamage);
}

/** The index lags a little: a row acquired a moment ago may be missing (the next poll sees it), and what it names is read
 *  again consistently; the caller drops what has changed since, so that no released row is reported as held. */
async function listIndexed(table: Table, value: string): Promise<Item[]> {
  const { heldIndex: index, heldKey: attribute } = LOCK_TABLE;
  return getItems(table, await queryKeys(table, { index, attribute, value }));
}

async function listPending(table: Table, onDamage?: OnDamage): Promise<LockRow[]> {
  const items = await listIndexed(table, LOCK_TABLE.pendingValue);
  return items.flatMap((item) =>
    rowsOf([item], onDamage).filter((row) => hasPending(row, { stored: item.pending?.S, onDamage })),
  );
}

async function list(table: Table, onDamage?: OnDamage): Promise<LockRow[]> {
  const locks = (await scanItems(table)).filter((item) => !RECORD_KEYS.isRecord(item[LOCK_TABLE.key]?.S ?? ''));
  return rowsOf(locks, onDamage).sort((a, b) => b.acquiredAtMs - a.acquiredAtMs);
}

/** Returns whether a refused change is in the row already: then this request made it, and its first answer was lost. */
function wasMade(item: Item | null, change: (row: LockRow | null) => LockRow | null): boolean {
  const row = rowOrNull(item);
  return row !== null && change(row) === row;
}

function holderValues({ owner, fence }: Holder) {
  return { held: text('held'), owner: text(owner), fence: numeral(fence) };
}

function secondsAfter(ms: number): number {
  return Math.ceil(ms / 1000) + KEEP_RELEASED_SECONDS;
}

function rowOrNull(item: Item | null): LockRow | null {
  return item === null ? null : rowOfItem(item);
}
