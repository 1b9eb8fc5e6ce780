import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../src/adapters/aws/dynamo-lock-store.ts';
import { LOCK_TABLE } from '../../src/core/lock.ts';
import type { LockStore } from '../../src/core/ports/lock-store.ts';
import { describeLockCleanUp } from '../contract/locks/clean-up.ts';
import { contend, contendersHere } from '../contract/locks/contention.ts';
import { describeLockStore } from '../contract/locks/lock-store.ts';
import { createLocksTable, dynamoClientAt } from '../support/servers/dynamodb.ts';
import type { DynamoDbLocal } from './dynamodb-local.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';

const TABLE = 'kiro-worker-test-locks';
const ROUNDS = 2_000;

describe('DynamoDB Local', () => {
  let local: DynamoDbLocal;
  let client: DynamoDBClient;
  let store: LockStore;

  before(async function () {
    this.timeout(180_000);
    local = await startDynamoDbLocal({
      folder: join(import.meta.dirname, '../../.rehearsal'),
    });
    if (local.kind === 'missing') {
      if (process.env.CI === 'true') throw new Error(`${local.why} In CI it must run.`);
      process.stdout.write(`    skipped: ${local.why}\n`);
      this.skip();
    }
    client = dynamoClientAt(local.endpoint);
    await createLocksTable(client, TABLE);
    store = createDynamoLockStore({ client, tableName: TABLE });
  });

  after(async () => {
    client?.destroy();
    if (local?.kind === 'started') await local.stop();
  });

  it('takes the attribute of the clean-up as its time to live', async () => {
    const TimeToLiveSpecification = { AttributeName: LOCK_TABLE.ttl, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: TABLE, TimeToLiveSpecification }));
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: TABLE }));
    expect(TimeToLiveDescription).to.deep.equal({ AttributeName: LOCK_TABLE.ttl, TimeToLiveStatus: 'ENABLED' });
  });

  describeLockStore('DynamoDB Local', () => store);
  describeLockCleanUp(() => client, TABLE);

  it(`has one owner in each of ${ROUNDS} rounds of 50 clients`, async function () {
    this.timeout(600_000);
    const groups = [contendersHere(() => createDynamoLockStore({ client, tableName: TABLE }), 50)];
    const { problems, wins, renewals, durationMs } = await contend(store, { groups, rounds: ROUNDS });
    const seconds = (durationMs / 1000).toFixed(1);
    process.stdout.write(`    ${wins} wins, ${renewals} renewals, ${problems.length} problems in ${seconds} s\n`);
    expect(problems).to.deep.equal([]);
    expect(wins + renewals).to.equal(ROUNDS);
  });
});
