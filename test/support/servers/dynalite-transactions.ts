import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { fields } from '../../../src/core/json-lines.ts';

interface Update {
  readonly TableName: string;
  readonly Key: Readonly<Record<string, unknown>>;
}

/** Names a request that is a part of a transaction. */
const PART = 'x-test-part-of-transaction';
const TARGET = 'x-amz-target';

/** Teaches dynalite TransactWriteItems of updates: all are made or none, and nobody sees it half made. */
export function addTransactions(server: Server): void {
  const listeners = server.listeners('request');
  const serve = (message: IncomingMessage, response: ServerResponse) => {
    for (const listener of listeners) listener.call(server, message, response);
  };
  let turn: Promise<unknown> = Promise.resolve();
  const running = new Set<Promise<void>>();
  server.removeAllListeners('request');
  server.on('request', (message, response) => {
    if (message.headers[PART] !== undefined) return serve(message, response);
    if (String(message.headers[TARGET]).endsWith('.TransactWriteItems')) {
      turn = turn.then(() => Promise.all(running)).then(() => transact(server, { message, response }));
      return;
    }
    void turn.then(() => {
      const done = new Promise<void>((resolve) => response.once('close', resolve));
      running.add(done);
      void done.then(() => running.delete(done));
      serve(message, response);
    });
  });
}

async function transact(
  server: Server,
  { message, response }: { message: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { TransactItems } = JSON.parse(await text(message));
  const updates: Update[] = TransactItems.map((item: { Update: Update }) => item.Update);
  const send = (operation: string, body: object) => sendPart(server, { headers: message.headers, operation, body });
  const undo: Array<() => Promise<unknown>> = [];
  for (const [at, update] of updates.entries()) {
    const { TableName, Key } = update;
    const { status, answer } = await send('UpdateItem', { ...update, ReturnValues: 'ALL_OLD' });
    if (status !== 200) {
      for (const each of undo.reverse()) await each();
      const isCondition = String(answer.__type).endsWith('#ConditionalCheckFailedException');
      const reasons = updates.map((_, index) => ({ Code: index === at ? 'ConditionalCheckFailed' : 'None' }));
      return reply(response, isCondition ? cancelled(reasons) : { status, answer });
    }
    const { Attributes: Item } = answer;
    undo.push(() =>
      Item === undefined ? send('DeleteItem', { TableName, Key }) : send('PutItem', { TableName, Item }),
    );
  }
  reply(response, { status: 200, answer: {} });
}

interface Answer {
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

function cancelled(reasons: ReadonlyArray<{ Code: string }>): Answer {
  const type = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException';
  return { status: 400, answer: { __type: type, CancellationReasons: reasons, Message: 'Transaction cancelled' } };
}

async function sendPart(
  server: Server,
  { headers, operation, body }: { headers: IncomingHttpHeaders; operation: string; body: object },
): Promise<Answer> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen.');
  const target = String(headers[TARGET]).replace('TransactWriteItems', operation);
  const response = await fetch(`http://127.0.0.1:${address.port}`, {
    method: 'POST',
    headers: {
      authorization: String(headers.authorization),
      'content-type': String(headers['content-type']),
      'x-amz-date': String(headers['x-amz-date']),
      [TARGET]: target,
      [PART]: 'yes',
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: fields(await response.json()) };
}

function reply(response: ServerResponse, { status, answer }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(answer));
}
