import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Nobody receives it before. */
  hiddenUntilMs: number;
}

export interface Queues {
  /** For AWS_ENDPOINT_URL_SQS. */
  readonly url: string;
  /** Messages by the name of their queue; other queues do not exist. */
  readonly queues: Map<string, QueuedMessage[]>;
  /** Ids of messages whose deletion is refused. */
  readonly undeletable: Set<string>;
  send(queue: string, message: { body: string; attributes?: Readonly<Record<string, string>> }): string;
  close(): Promise<void>;
}

interface Input {
  readonly QueueName?: string;
  readonly QueueUrl?: string;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
  readonly MaxNumberOfMessages?: number;
}

/** Starts SQS's JSON protocol (GetQueueUrl, GetQueueAttributes, ReceiveMessage, ChangeMessageVisibility,
 *  DeleteMessage) on 127.0.0.1. A message that was
 *  received is hidden as on AWS; its receipt handle is its id. */
export async function startQueues(): Promise<Queues> {
  const queues = new Map<string, QueuedMessage[]>();
  const undeletable = new Set<string>();
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const input: Input = JSON.parse((await readText(request)) || '{}');
    const { status, body } = answer({ queues, undeletable, url, operation, input });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    queues,
    undeletable,
    send(queue, { body, attributes = {} }) {
      const id = randomUUID();
      queues.set(queue, [...(queues.get(queue) ?? []), { id, body, attributes, hiddenUntilMs: 0 }]);
      return id;
    },
    close,
  };
}

function answer(request: {
  queues: Queues['queues'];
  undeletable: Queues['undeletable'];
  url: string;
  operation: string;
  input: Input;
}) {
  const { queues, url, operation, input } = request;
  const name = input.QueueName ?? input.QueueUrl?.split('/').at(-1) ?? '';
  const messages = queues.get(name);
  if (messages === undefined)
    return {
      status: 400,
      body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'The specified queue does not exist.' },
    };
  if (operation === 'GetQueueUrl') return { status: 200, body: { QueueUrl: `${url}/000000000000/${name}` } };
  if (operation === 'GetQueueAttributes') {
    const hidden = messages.filter(({ hiddenUntilMs }) => hiddenUntilMs > Date.now()).length;
    const counts = [messages.length - hidden, hidden].map(String);
    const [ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible] = counts;
    return {
      status: 200,
      body: { Attributes: { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } },
    };
  }
  if (operation === 'ReceiveMessage') return { status: 200, body: { Messages: receive(messages, input) } };
  const meant = messages.find(({ id }) => id === input.ReceiptHandle);
  if (meant === undefined) return { status: 400, body: { __type: 'com.amazonaws.sqs#ReceiptHandleIsInvalid' } };
  if (operation === 'DeleteMessage' && request.undeletable.has(meant.id))
    return { status: 400, body: { __type: 'com.amazonaws.sqs#KmsAccessDenied', message: 'no' } };
  if (operation === 'DeleteMessage')
    queues.set(
      name,
      messages.filter((message) => message !== meant),
    );
  else meant.hiddenUntilMs = Date.now() + (input.VisibilityTimeout ?? 0) * 1000;
  return { status: 200, body: {} };
}

function receive(messages: QueuedMessage[], { MaxNumberOfMessages = 1, VisibilityTimeout = 30 }: Input) {
  const visible = messages.filter(({ hiddenUntilMs }) => hiddenUntilMs <= Date.now()).slice(0, MaxNumberOfMessages);
  for (const message of visible) message.hiddenUntilMs = Date.now() + VisibilityTimeout * 1000;
  return visible.map(({ id, body, attributes }) => ({
    MessageId: id,
    ReceiptHandle: id,
    Body: body,
    MD5OfBody: createHash('md5').update(body).digest('hex'),
    Attributes: { SentTimestamp: String(Date.UTC(2026, 10, 27)) },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
    ),
  }));
}
