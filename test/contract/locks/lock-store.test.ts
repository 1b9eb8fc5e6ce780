import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import type { SqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { inFull } from '../../left-to-rehearsal.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../../support/servers/dynamodb.ts';
import { describeLockCleanUp } from './clean-up.ts';
import { describeDamage, type Spoiler } from './damage.ts';
import { describeLockStore } from './lock-store.ts';

describe('embedded', () => {
  let folder: string;
  let store: SqliteLockStore;
  let damaged: SqliteLockStore;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'locks-'));
    store = createSqliteLockStore({ file: join(folder, 'deep/er/locks.sqlite') });
    damaged = createSqliteLockStore({ file: join(folder, 'damaged.sqlite') });
  });
  after(() => {
    store.close();
    damaged.close();
    rmSync(folder, { recursive: true });
  });
  describeLockStore('SQLite', () => store);
  describe('a row that cannot be read', () =>
    describeDamage(
      () => damaged,
      () => spoilerOfFile(join(folder, 'damaged.sqlite')),
    ));
});

describe('DynamoDB', () => {
  let dynalite: Awaited<ReturnType<typeof startDynalite>>;
  let client: ReturnType<typeof dynamoClientAt>;
  const storeOf = (tableName: string): LockStore => createDynamoLockStore({ client, tableName });
  before(async () => {
    dynalite = await startDynalite();
    client = dynamoClientAt(dynalite.endpoint);
    // Few rows make lists cheap.
    for (const table of ['locks', 'damaged']) await createLocksTable(client, table);
  });
  after(async () => {
    client.destroy();
    await dynalite.stop();
  });
  // It takes long for each request, and is the same adapter all the time.
  describeLockStore('dynalite', () => storeOf('locks'), { stories: inFull({ here: 5, inRehearsal: 60 }) });
  describeLockCleanUp(() => client, 'locks');
  describe('a row that cannot be read', () =>
    describeDamage(
      () => storeOf('damaged'),
      () => spoilerOfTable(client, 'damaged'),
    ));
});

function spoilerOfFile(file: string): Spoiler {
  const run = async (sql: string, ...values: (string | number)[]) => {
    const database = new DatabaseSync(file);
    database.prepare(sql).run(...values);
    database.close();
  };
  return {
    field: (key, name, value) =>
      run(`UPDATE locks SET row = json_set(row, '$.${name}', ?) WHERE lock_key = ?`, value, key),
    record: (key, text) => run('INSERT OR REPLACE INTO records (key, record) VALUES (?, ?)', key, text),
  };
}

function spoilerOfTable(client: ReturnType<typeof dynamoClientAt>, tableName: string): Spoiler {
  const set = async (key: string, name: string, value: string | number) => {
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key: { lockKey: { S: key } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': typeof value === 'string' ? { S: value } : { N: String(value) } },
    });
    await client.send(command);
  };
  return { field: set, record: (key, text) => set(key, 'record', text) };
}
