import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import type { AcquireRequest, LockRow } from '../../../src/core/lock.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../../../test/support/servers/dynamodb.ts';
import { compare, median, type Row } from './row.ts';

const LEASE_MS = 60_000;
const TABLE = 'locks';
/** Both are measured in turns, so that a busy moment of the machine affects both alike. */
const ROUNDS = 5;

/** Lock operations per second (acquire, renew, release in turn), beside plain conditional writes on the same store. */
export async function measureLocks({ quick }: { quick: boolean }): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-locks-'));
  try {
    return [
      await measureEmbedded(join(folder, 'locks.sqlite'), quick ? 500 : 3_000),
      await measureDynalite(quick ? 60 : 300),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureEmbedded(file: string, cycles: number): Promise<Row> {
  const store = createSqliteLockStore({ file });
  const { row } = await acquired(store, 'octo/example#raw');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = NORMAL');
  const update = database.prepare('UPDATE locks SET row = ? WHERE lock_key = ? AND row = ?');
  let before = JSON.stringify(row);
  const raw = async () => {
    for (let count = 0; count < 3 * cycles; count += 1) {
      const after = JSON.stringify({ ...row, leaseExpiresAtMs: count });
      if (update.run(after, row.lockKey, before).changes !== 1) throw new Error('The plain write was refused.');
      before = after;
    }
  };
  const locks = async () => {
    for (let count = 0; count < cycles; count += 1) await cycle(store, 'octo/example#lock');
  };
  try {
    return await inTurns('locks: embedded store', { operations: 3 * cycles, raw, locks, rawName: 'UPDATE … WHERE' });
  } finally {
    database.close();
    store.close();
  }
}

async function measureDynalite(cycles: number): Promise<Row> {
  const dynalite = await startDynalite({ oldItem: true });
  const client = dynamoClientAt(dynalite.endpoint);
  try {
    await createLocksTable(client, TABLE);
    const store = createDynamoLockStore({ client, tableName: TABLE });
    const { row } = await acquired(store, 'octo/example#raw');
    const raw = () => inParallel(3 * cycles, (number) => putPlainly(client, { ...row, lockKey: `raw-${number % 64}` }));
    const locks = () => inParallel(cycles, (number) => cycle(store, `octo/example#${number % cycles}`));
    const names = { rawName: 'conditional PutItem' };
    return await inTurns('locks: DynamoDB (dynalite)', { operations: 3 * cycles, raw, locks, ...names });
  } finally {
    client.destroy();
    await dynalite.stop();
  }
}

interface Contest {
  readonly operations: number;
  readonly raw: () => Promise<void>;
  readonly locks: () => Promise<void>;
  readonly rawName: string;
}

async function inTurns(group: string, { operations, raw, locks, rawName }: Contest): Promise<Row> {
  const rates: Record<'raw' | 'locks', number[]> = { raw: [], locks: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.raw.push(await rateOf(raw, operations));
    rates.locks.push(await rateOf(locks, operations));
  }
  return compare({
    group,
    what: 'acquire, renew, release',
    value: median(rates.locks),
    unit: 'writes/s',
    against: { what: rawName, value: median(rates.raw) },
  });
}

async function rateOf(work: () => Promise<void>, operations: number): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (operations / (performance.now() - startedAt)) * 1000;
}

const AT_ONCE = 16;

async function inParallel(count: number, work: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function cycle(store: LockStore, lockKey: string): Promise<void> {
  const { row, nowMs } = await acquired(store, lockKey);
  const holder = { lockKey, owner: row.owner, fence: row.fence };
  const renewed = await store.renew({ ...holder, leaseMs: LEASE_MS, nowMs });
  const end = { outcome: 'completed', nextEligibleAtMs: nowMs, head: null, nowMs };
  if (!renewed || !(await store.release({ ...holder, ...end }))) throw new Error('A lock was lost.');
}

async function acquired(store: LockStore, lockKey: string): Promise<{ row: LockRow; nowMs: number }> {
  const nowMs = Date.now();
  const request: AcquireRequest = {
    lockKey,
    branch: 'feature/one',
    owner: '5f0c7a52-2f5b-4a8e-9a6e-2f1f6a8f3d11',
    workItemId: 'PVTI_lADOBenchmark',
    environment: 'test',
    startToken: 'PVTI_lADOBenchmark:1:5f0c7a52-2f5b-4a8e-9a6e-2f1f6a8f3d11',
    leaseMs: LEASE_MS,
    nowMs,
    resetAttempts: false,
  };
  const acquisition = await store.acquire(request);
  if (acquisition.kind === 'refused') throw new Error(`${lockKey} was refused.`);
  return { row: acquisition.row, nowMs };
}

/** An item with the attributes of a lock row, written where none is or a released one. */
function putPlainly(client: DynamoDBClient, row: LockRow): Promise<unknown> {
  const item = Object.entries(row).filter(([, value]) => value !== null);
  return client.send(
    new PutItemCommand({
      TableName: TABLE,
      Item: Object.fromEntries(
        item.map(([name, value]) => [name, typeof value === 'number' ? { N: String(value) } : { S: String(value) }]),
      ),
      ConditionExpression: 'attribute_not_exists(lockKey) OR #status = :held',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':held': { S: 'held' } },
    }),
  );
}
