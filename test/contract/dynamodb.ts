import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LOCK_TABLE } from '../../src/core/lock.ts';

/** Starts DynamoDB's stand-in in this process, in memory, on a free port of 127.0.0.1. */
export async function startDynalite(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

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
