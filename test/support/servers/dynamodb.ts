import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import db from 'dynalite/db/index.js';
import updateItem from 'dynalite/validations/updateItem.js';
import { LOCK_TABLE } from '../../../src/core/lock.ts';
import { addTransactions } from './dynalite-transactions.ts';

let answersOldItem = false;

/** Starts DynamoDB's stand-in in this process, in memory, on a free port of 127.0.0.1. With `oldItem` a refused update
 *  brings the item that its condition was compared with, as AWS does and dynalite by itself does not. */
export async function startDynalite({ oldItem = false } = {}): Promise<{ endpoint: string; stop(): Promise<void> }> {
  answersOldItem = oldItem;
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  addTransactions(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const { checkConditional } = db;
updateItem.types.ReturnValuesOnConditionCheckFailure = 'String';
db.checkConditional = (request, item) => {
  const refusal = checkConditional(request, item);
  const wanted = answersOldItem && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  if (refusal && item && wanted) refusal.body.Item = item;
  return refusal;
};

/** Returns a client for a stand-in at `endpoint`. */
export function dynamoClientAt(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

/** Creates the locks table as it is deployed. */
export async function createLocksTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: LOCK_TABLE.key, AttributeType: 'S' },
        { AttributeName: LOCK_TABLE.heldKey, AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: LOCK_TABLE.key, KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: LOCK_TABLE.heldIndex,
          KeySchema: [{ AttributeName: LOCK_TABLE.heldKey, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
}
