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
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'locks-'));
    store = createSqliteLockStore({ file: join(folder, 'deep/er/locks.sqlite') });
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  describeLockStore('SQLite', () => store);
  describe('a row that cannot be read', () =>
    describeDamage(
      () => store,
      () => spoilerOfFile(join(folder, 'deep/er/locks.sqlite')),
    ));
});

describe('DynamoDB', () => {
  let dynalite: Awaited<ReturnType<typeof startDynalite>>;
  let client: ReturnType<typeof dynamoClientAt>;
  let store: LockStore;
  before(async () => {
    dynalite = await startDynalite();
    client = dynamoClientAt(dynalite.endpoint);
    await createLocksTable(client, 'locks');
    store = createDynamoLockStore({ client, tableName: 'locks' });
  });
  after(async () => {
    client.destroy();
    await dynalite.stop();
  });
  // It takes long for each request, and is the same adapter all the time.
  describeLockStore('dynalite', () => store, { stories: inFull({ here: 10, inRehearsal: 60 }) });
  describeLockCleanUp(() => client, 'locks');
  describe('a row that cannot be read', () =>
    describeDamage(
      () => store,
      () => spoilerOfTable(client),
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

function spoilerOfTable(client: ReturnType<typeof dynamoClientAt>): Spoiler {
  const set = async (key: string, name: string, value: string | number) => {
    const command = new UpdateItemCommand({
      TableName: 'locks',
      Key: { lockKey: { S: key } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': typeof value === 'string' ? { S: value } : { N: String(value) } },
    });
    await client.send(command);
  };
  return { field: set, record: (key, text) => set(key, 'record', text) };
}
