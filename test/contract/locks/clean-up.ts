import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { RECORD_KEYS } from '../../../src/core/lifecycle/stored-row.ts';
import { LOCK_TABLE } from '../../../src/core/lock.ts';

/** What DynamoDB's clean-up may and may not see of a row: never a held one, and a released one only much later. */
export function describeLockCleanUp(client: () => DynamoDBClient, tableName: string): void {
  it('gives only a released row a time to be deleted at', async () => {
    const store = createDynamoLockStore({ client: client(), tableName });
    const lockKey = `octo/example#${randomUUID()}`;
    const request = { lockKey, branch: 'a', workItemId: 'item', environment: 'test', startToken: 'token' };
    const nowMs = Date.UTC(2030, 0, 1);
    const itemAt = async (key: string) =>
      (await client().send(new GetItemCommand({ TableName: tableName, Key: { lockKey: { S: key } } }))).Item;
    const expiresAt = async () => (await itemAt(lockKey))?.[LOCK_TABLE.ttl]?.N;
    const charge = {
      lockKey,
      basis: { spec: 's', rules: 'r' },
      use: { builds: 1, agentMinutes: 1, credits: 1, tokens: 0 },
    };
    const lease = { leaseMs: 1_000, nowMs, resetAttempts: false };

    await store.acquire({ ...request, owner: 'owner-1', ...lease });
    const whileHeld = await expiresAt();
    const ending = { outcome: 'partial', head: null, nextEligibleAtMs: nowMs, nowMs };
    await store.release({ lockKey, owner: 'owner-1', fence: 1, ...ending, charge });
    const whileReleased = await expiresAt();
    await store.acquire({ ...request, owner: 'owner-2', ...lease });

    const ledger = await itemAt(RECORD_KEYS.ledger(lockKey));
    expect(ledger).to.include.keys('record').and.not.include.keys(LOCK_TABLE.ttl, LOCK_TABLE.heldKey);
    expect([whileHeld, await expiresAt()]).to.deep.equal([undefined, undefined]);
    expect(Number(whileReleased)).to.equal(nowMs / 1000 + 30 * 24 * 60 * 60);
  });
}
