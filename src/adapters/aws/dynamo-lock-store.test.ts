import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ThrottlingException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { isWorkerError, type WorkerError } from '../../core/errors.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { createDynamoClient, createDynamoLockStore } from './dynamo-lock-store.ts';
import type { Item } from './dynamo-table.ts';

const SECONDS_OF_30_DAYS = 30 * 24 * 60 * 60;
const $metadata = {};
const holder = { lockKey: 'octo/example#a', owner: 'owner-1', fence: 1 };
const acquisition = {
  ...holder,
  branch: 'a',
  workItemId: 'item-1',
  environment: 'test',
  startToken: 'token-1',
  leaseMs: 1_000,
  nowMs: 5_000,
  resetAttempts: false,
};
const item: Item = {
  lockKey: { S: 'octo/example#a' },
  branch: { S: 'a' },
  status: { S: 'held' },
  owner: { S: 'owner-2' },
  fence: { N: '7' },
  workItemId: { S: 'item-1' },
  acquiredAtMs: { N: '4000' },
  leaseExpiresAtMs: { N: '9000' },
  startToken: { S: 'token-2' },
  attempts: { N: '2' },
  nextEligibleAtMs: { N: '0' },
  environment: { S: 'test' },
};

describe('createDynamoLockStore', () => {
  const client = new DynamoDBClient({ region: 'us-east-1' });
  const dynamo = mockClient(client);
  const store = createDynamoLockStore({ client, tableName: 'kiro-worker-test-locks' });
  beforeEach(() => dynamo.reset());

  describe('when the condition does not hold', () => {
    it('takes the row from the refusal where it comes along', async () => {
      dynamo.on(UpdateItemCommand).rejects(refusal(item));
      const answer = await store.acquire(acquisition);
      expect(answer.kind).to.equal('refused');
      expect(answer.row).to.include({ owner: 'owner-2', fence: 7, attempts: 2, buildId: null });
      expect(dynamo.commandCalls(GetItemCommand)).to.have.lengthOf(0);
    });

    it('reads the row consistently where it does not', async () => {
      dynamo.on(UpdateItemCommand).rejects(refusal()).on(GetItemCommand).resolves({ Item: item });
      expect((await store.acquire(acquisition)).row?.fence).to.equal(7);
      expect(dynamo.commandCalls(GetItemCommand)[0]?.args[0].input.ConsistentRead).to.equal(true);
    });

    it('answers no to a renewal without any read', async () => {
      dynamo.on(UpdateItemCommand).rejects(refusal());
      expect(await store.renew({ ...holder, leaseMs: 1, nowMs: 1 })).to.equal(false);
      expect(dynamo.commandCalls(GetItemCommand)).to.have.lengthOf(0);
    });
  });

  describe('clean-up', () => {
    it('marks a released row for 30 days after it is of use, in seconds', async () => {
      dynamo.on(UpdateItemCommand).resolves({ Attributes: item });
      const nowMs = 1_000_000;
      const request = { ...holder, outcome: 'partial', head: null, nowMs };
      await store.release({ ...request, nextEligibleAtMs: 0 });
      await store.release({ ...request, nextEligibleAtMs: nowMs + 500_001 });
      const seconds = dynamo
        .commandCalls(UpdateItemCommand)
        .map(({ args }) => args[0].input.ExpressionAttributeValues?.[':new_expiresAt']?.N);
      expect(seconds).to.deep.equal([String(1_000 + SECONDS_OF_30_DAYS), String(1_501 + SECONDS_OF_30_DAYS)]);
    });
  });

  describe('when DynamoDB fails', () => {
    const throttled = new ThrottlingException({ $metadata, message: 'Too fast', throttlingReasons: [] });

    const calls: Array<[string, (store: LockStore) => Promise<unknown>]> = [
      ['acquire', () => store.acquire(acquisition)],
      ['renew', () => store.renew({ ...holder, leaseMs: 1, nowMs: 1 })],
      ['recordBuild', () => store.recordBuild({ ...holder, buildId: 'p:1' })],
      ['release', () => store.release({ ...holder, outcome: 'x', head: null, nextEligibleAtMs: 0, nowMs: 1 })],
      ['get', () => store.get('octo/example#a')],
      ['getMany', () => store.getMany(['octo/example#a'])],
      ['listHeld', () => store.listHeld()],
      ['list', () => store.list()],
    ];
    for (const [name, call] of calls) {
      it(`${name} throws LOCK_STORE_FAILED with its cause`, async () => {
        dynamo.onAnyCommand().rejects(throttled);
        const error = await failureOf(call(store));
        expect(error.code).to.equal('LOCK_STORE_FAILED');
        expect(error.cause).to.equal(throttled);
        expect(error.message).to.include('kiro-worker-test-locks').and.include('ThrottlingException: Too fast');
      });
    }

    it('says what to do about a table that is not there', async () => {
      dynamo.onAnyCommand().rejects(new ResourceNotFoundException({ $metadata, message: 'No table' }));
      expect((await failureOf(store.get('a'))).remedy).to.include('LOCKS_TABLE_NAME');
    });

    it('names every attribute that somebody else spoilt', async () => {
      dynamo.on(GetItemCommand).resolves({ Item: { ...item, status: { S: 'locked' }, fence: { S: '7' } } });
      const error = await failureOf(store.get('octo/example#a'));
      expect(error.message).to.include('octo/example#a');
      expect(error.problems).to.have.lengthOf(2);
    });
  });

  describe('reading many', () => {
    it('asks again for what a busy table did not process', async () => {
      const Keys = [{ lockKey: { S: 'b' } }];
      dynamo
        .on(BatchGetItemCommand)
        .resolvesOnce({
          Responses: { 'kiro-worker-test-locks': [item] },
          UnprocessedKeys: { 'kiro-worker-test-locks': { Keys } },
        })
        .resolves({ Responses: { 'kiro-worker-test-locks': [{ ...item, lockKey: { S: 'b' } }] } });
      const rows = await store.getMany(['octo/example#a', 'b']);
      expect(rows.map(({ lockKey }) => lockKey)).to.deep.equal(['octo/example#a', 'b']);
    });

    it('reports no row as held that the lagging index still names', async () => {
      dynamo.on(QueryCommand).resolves({ Items: [{ lockKey: { S: 'octo/example#a' } }, { lockKey: { S: 'b' } }] });
      dynamo.on(BatchGetItemCommand).resolves({
        Responses: {
          'kiro-worker-test-locks': [
            { ...item, status: { S: 'released' } },
            { ...item, lockKey: { S: 'b' } },
          ],
        },
      });
      expect((await store.listHeld()).map(({ lockKey }) => lockKey)).to.deep.equal(['b']);
    });

    it('follows the pages of the index', async () => {
      const LastEvaluatedKey = { lockKey: { S: 'octo/example#a' } };
      dynamo
        .on(QueryCommand)
        .resolvesOnce({ Items: [{ lockKey: { S: 'octo/example#a' } }], LastEvaluatedKey })
        .resolves({ Items: [{ lockKey: { S: 'b' } }] })
        .on(BatchGetItemCommand)
        .resolves({});
      await store.listHeld();
      const { RequestItems } = dynamo.commandCalls(BatchGetItemCommand)[0]?.args[0].input ?? {};
      expect(RequestItems?.['kiro-worker-test-locks']?.Keys).to.have.lengthOf(2);
    });
  });
});

describe('createDynamoClient', () => {
  const server = createServer(() => {});
  before((done) => void server.listen(0, '127.0.0.1', done));
  after(() => {
    server.closeAllConnections();
    server.close();
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    delete process.env.AWS_MAX_ATTEMPTS;
  });

  it('gives up on a service that takes the request and never answers', async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.AWS_MAX_ATTEMPTS = '1';
    const client = createDynamoClient({ requestTimeoutMs: 30 });
    const error = await failureOf(createDynamoLockStore({ client, tableName: 'locks' }).get('a'));
    client.destroy();
    expect(error.message).to.include('TimeoutError');
  });
});

function refusal(compared?: Item): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    $metadata,
    message: 'The conditional request failed',
    ...(compared === undefined ? {} : { Item: compared }),
  });
}

async function failureOf(promise: Promise<unknown>): Promise<WorkerError> {
  const error = await promise.then(
    () => new Error('It did not fail.'),
    (error: unknown) => error,
  );
  if (!isWorkerError(error)) throw error;
  return error;
}
