import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  MessageNotInflight,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { WorkerError } from '../../../core/errors.ts';
import type { StoredLetter } from '../../../core/operate/dead-letter.ts';
import type { DeadLetters } from '../../../core/ports/operate/dead-letters.ts';
import { awsFailure } from '../aws-failure.ts';

interface QueueOptions {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly queueName: string;
  /** The function that the letters were for. */
  readonly functionName: string;
}

/** Time to look at the letters. Hidden ones count for no alarm, so it is short. */
const LOOK_SECONDS = 120;
/** Longer than any function of ours may run. */
const REPLAY_SECONDS = 16 * 60;
const MOST_LETTERS = 1000;

/** Returns the dead letters in an SQS queue. */
export function createDeadLetterQueue(options: QueueOptions): DeadLetters {
  const { sqs, queueName } = options;
  const handles = new Map<string, string>();
  let url: Promise<string> | undefined;
  const queueUrl = () => {
    url ??= findQueue(options);
    return url;
  };
  const hide = async (id: string, seconds: number) => {
    const ReceiptHandle = handles.get(id);
    const QueueUrl = await queueUrl();
    const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: seconds });
    await attempt(`A letter of ${queueName} could not be kept for this command.`, () => sqs.send(command));
  };
  return {
    async take() {
      const letters = new Map<string, StoredLetter>();
      const QueueUrl = await queueUrl();
      while (letters.size < MOST_LETTERS) {
        const messages = await receive(options, QueueUrl);
        if (messages.length === 0) break;
        for (const { letter, handle } of messages.map(parseMessage)) {
          letters.set(letter.id, letter);
          handles.set(letter.id, handle);
        }
      }
      return [...letters.values()];
    },
    async giveBack() {
      const failures: unknown[] = [];
      for (const id of handles.keys()) await hide(id, 0).catch((error) => failures.push(error));
      handles.clear();
      // A letter whose time is over is there for everybody already.
      const unexpected = failures.filter((error) => !isOverdue(error));
      if (unexpected.length > 0) throw unexpected[0];
    },
    async remove(id) {
      const command = new DeleteMessageCommand({ QueueUrl: await queueUrl(), ReceiptHandle: handles.get(id) });
      await attempt(`A letter of ${queueName} could not be removed.`, () => sqs.send(command));
      handles.delete(id);
    },
    async replay({ id, payload }) {
      await hide(id, REPLAY_SECONDS);
      return invoke(options, payload);
    },
  };
}

/** SQS changes nothing of a message that is not hidden any more, or is gone. */
function isOverdue(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof MessageNotInflight || cause instanceof ReceiptHandleIsInvalid;
}

/** A long poll asks all servers of the queue; a short one may miss letters. */
async function receive({ sqs, queueName }: QueueOptions, QueueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
    VisibilityTimeout: LOOK_SECONDS,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['SentTimestamp'],
  });
  return (await attempt(`The queue ${queueName} could not be read.`, () => sqs.send(command))).Messages ?? [];
}

function parseMessage(message: Message): { letter: StoredLetter; handle: string } {
  const {
    MessageId: id = '',
    Body: body = '',
    ReceiptHandle: handle = '',
    Attributes,
    MessageAttributes = {},
  } = message;
  const sentAtMs = Number(Attributes?.SentTimestamp ?? Number.NaN);
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue ?? '']);
  return {
    handle,
    letter: {
      id,
      body,
      attributes: Object.fromEntries(attributes),
      sentAtMs: Number.isFinite(sentAtMs) ? sentAtMs : null,
    },
  };
}

async function findQueue({ sqs, queueName }: QueueOptions): Promise<string> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
    if (QueueUrl !== undefined) return QueueUrl;
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw awsFailure(`The queue ${queueName} could not be found.`, error);
  }
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `There is no queue ${queueName}.`,
    remedy: 'Deploy the Poller stack of this environment; it makes the queues.',
  });
}

/** Returns the error of the function, null when it succeeded. */
async function invoke({ lambda, functionName }: QueueOptions, payload: unknown): Promise<string | null> {
  const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) });
  const answer = await attempt(`The function ${functionName} could not be invoked.`, () => lambda.send(command));
  if (answer.FunctionError === undefined) return null;
  return `${answer.FunctionError}: ${Buffer.from(answer.Payload ?? [])
    .toString('utf8')
    .slice(0, 1000)}`;
}

async function attempt<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw awsFailure(what, error);
  }
}
