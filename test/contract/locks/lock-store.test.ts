import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import type { SqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { inFull } from '../../left-to-rehearsal.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../../support/servers/dynamodb.ts';
import { describeLockCleanUp } from './clean-up.ts';
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
});
