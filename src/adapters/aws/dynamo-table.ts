import { setTimeout as delay } from 'node:timers/promises';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  paginateQuery,
  paginateScan,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { errorMessage, WorkerError } from '../../core/errors.ts';

export type Item = Record<string, AttributeValue>;

export interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Name of the text attribute that is the whole key. */
  readonly key: string;
}

/** One conditional write. In both expressions every attribute is written `#name`, since many names are reserved words. */
export interface Update {
  readonly key: string;
  readonly condition: string;
  readonly update: string;
  /** By placeholder, without its colon. */
  readonly values: Readonly<Record<string, AttributeValue>>;
}

export type Written =
  | { readonly kind: 'written'; readonly item: Item }
  /** The condition did not hold; `current` brings the item that it was compared with, or the current one. */
  | { readonly kind: 'refused'; readonly current: () => Promise<Item | null> };

const BATCH_SIZE = 100;
const BATCH_TRIES = 8;

/** Writes when the condition holds; throws LOCK_STORE_FAILED for everything but a condition that does not. */
export async function updateItem(table: Table, update: Update): Promise<Written> {
  const { key } = update;
  const command = new UpdateItemCommand({
    ...expressionsOf(table, update),
    ReturnValues: 'ALL_NEW',
    // Spares the second read where the service can; some stand-ins for DynamoDB cannot.
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes = {} } = await sendPastConflicts(() => table.client.send(command));
    return { kind: 'written', item: Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw failed(table, { verb: 'written', cause: error });
    const { Item: compared } = error;
    return { kind: 'refused', current: async () => compared ?? (await getItem(table, key)) };
  }
}

/** A transaction on the same item takes milliseconds; the SDK does not ask again by itself. */
async function sendPastConflicts<T>(send: () => Promise<T>, tries = BATCH_TRIES): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (tries === 0 || !(error instanceof TransactionConflictException)) throw error;
    await delay(25 * 2 ** (BATCH_TRIES - tries));
    return sendPastConflicts(send, tries - 1);
  }
}

/** Writes all of these or none. Returns the key whose condition did not hold, `busy` while somebody else writes one of the
 *  items, and null when all is written; throws LOCK_STORE_FAILED for everything else. */
export async function updateTogether(
  table: Table,
  updates: readonly Update[],
): Promise<null | 'busy' | { readonly refused: string }> {
  const command = new TransactWriteItemsCommand({
    TransactItems: updates.map((update) => ({ Update: expressionsOf(table, update) })),
  });
  try {
    await table.client.send(command);
    return null;
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    const refused = updates.find((_, at) => reasons[at]?.Code === 'ConditionalCheckFailed');
    if (refused !== undefined) return { refused: refused.key };
    if (reasons.some(({ Code }) => Code === 'TransactionConflict')) return 'busy';
    throw failed(table, { verb: 'written', cause: error });
  }
}

function expressionsOf(table: Table, { key, condition, update, values }: Update) {
  const names = [...`${condition} ${update}`.matchAll(/#(\w+)/g)].map(([, name = '']) => name);
  return {
    TableName: table.tableName,
    Key: keyOf(table, key),
    ConditionExpression: condition,
    UpdateExpression: update,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
  };
}

/** Returns the item as of now (consistent read), null when there is none; throws LOCK_STORE_FAILED. */
export async function getItem(table: Table, key: string): Promise<Item | null> {
  const command = new GetItemCommand({ TableName: table.tableName, Key: keyOf(table, key), ConsistentRead: true });
  const { Item: item } = await attempt(table, () => table.client.send(command));
  return item ?? null;
}

/** Returns the items that exist (consistent reads, one request per 100 keys), in any order; throws LOCK_STORE_FAILED. */
export async function getItems(table: Table, keys: readonly string[]): Promise<Item[]> {
  const unique = [...new Set(keys)];
  const items: Item[] = [];
  for (let start = 0; start < unique.length; start += BATCH_SIZE) {
    items.push(...(await getBatch(table, unique.slice(start, start + BATCH_SIZE))));
  }
  return items;
}

/** Returns the keys of all items in a partition of an index (eventually consistent); throws LOCK_STORE_FAILED. */
export async function queryKeys(
  table: Table,
  { index, attribute, value }: { index: string; attribute: string; value: string },
): Promise<string[]> {
  const pages = paginateQuery(
    { client: table.client },
    {
      TableName: table.tableName,
      IndexName: index,
      KeyConditionExpression: '#attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': { S: value } },
    },
  );
  return (await collect(table, pages)).map((item) => item[table.key]?.S ?? '');
}

/** Returns all items, in any order; throws LOCK_STORE_FAILED. */
export function scanItems(table: Table): Promise<Item[]> {
  return collect(table, paginateScan({ client: table.client }, { TableName: table.tableName, ConsistentRead: true }));
}

async function getBatch(table: Table, keys: string[]): Promise<Item[]> {
  const items: Item[] = [];
  let open: Item[] = keys.map((key) => keyOf(table, key));
  for (let tries = 0; open.length > 0; tries += 1) {
    if (tries === BATCH_TRIES)
      throw failed(table, { verb: 'read', cause: new Error(`${open.length} keys stayed unprocessed`) });
    // The service answers a part when the table is busy; asking again at once would keep it so.
    if (tries > 0) await delay(25 * 2 ** tries);
    const command = new BatchGetItemCommand({
      RequestItems: { [table.tableName]: { Keys: open, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await attempt(table, () => table.client.send(command));
    items.push(...(Responses?.[table.tableName] ?? []));
    open = UnprocessedKeys?.[table.tableName]?.Keys ?? [];
  }
  return items;
}

function collect(table: Table, pages: AsyncIterable<{ Items?: Item[] | undefined }>): Promise<Item[]> {
  return attempt(table, async () => {
    const items: Item[] = [];
    for await (const { Items = [] } of pages) items.push(...Items);
    return items;
  });
}

async function attempt<T>(table: Table, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw failed(table, { verb: 'read', cause: error });
  }
}

function keyOf(table: Table, key: string): Item {
  return { [table.key]: { S: key } };
}

/** By the name of AWS's error; not exhaustive. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'ResourceNotFoundException',
    'Deploy the core stack of this environment, or correct LOCKS_TABLE_NAME and the region.',
  ],
  ['AccessDeniedException', 'Give this role the right to the locks table and its key that the core stack documents.'],
]);

function failed(table: Table, { verb, cause }: { verb: 'read' | 'written'; cause: unknown }): WorkerError {
  const name = cause instanceof Error ? cause.name : '';
  return new WorkerError({
    code: 'LOCK_STORE_FAILED',
    what: `The locks table '${table.tableName}' could not be ${verb}.`,
    why: `${name}: ${errorMessage(cause)}`,
    remedy: REMEDIES.get(name) ?? 'The next poll tries again by itself; if this stays, look at the health of DynamoDB.',
    isPassing: !REMEDIES.has(name),
    cause,
  });
}
