import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { type Fields, fields } from '../../../core/json-lines.ts';
import type { ProcessInput } from '../../../core/ports/process.ts';

/** Longest message that is read: a difference of a file of some megabytes, twice. What is longer is passed over. */
export const LONGEST_MESSAGE_CHARACTERS = 8 * 1024 * 1024;
/** What an agent that reads no answers may leave unread. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

export interface MessageStreamOptions {
  /** Takes the notifications, which the connection does not get: it would drop those that it does not know. */
  readonly onNotification: (method: string, params: unknown) => void;
  /** Takes a line that is no message. */
  readonly onOther: (line: string) => void;
  /** The agent has left too much unread. */
  readonly onUnread: () => void;
}

/** The messages of an agent's process, for the connection of the SDK. */
export interface MessageStream {
  readonly stream: Stream;
  /** Takes one line of standard output; returns whether it is a message of the protocol. */
  push(line: string): boolean;
  /** From when the process runs. */
  open(input: ProcessInput): void;
  /** Nothing more is sent: most agents end by themselves then. */
  endInput(): void;
  /** No more lines come. */
  close(): void;
}

/** Makes the stream. Lines that are no messages are not answered: an agent that prints them may read nothing. */
export function createMessageStream(options: MessageStreamOptions): MessageStream {
  const { onNotification, onOther, onUnread } = options;
  const asked = new Set<unknown>();
  let input: ProcessInput | null = null;
  const early: string[] = [];
  let controller: ReadableStreamDefaultController<AnyMessage> | null = null;
  const readable = new ReadableStream<AnyMessage>({
    start(made) {
      controller = made;
    },
    cancel() {
      controller = null;
    },
  });
  const send = (text: string) => {
    if (input === null) early.push(text);
    else if (input.write(text) > MOST_UNREAD_BYTES) onUnread();
  };
  const writable = new WritableStream<AnyMessage>({
    write(message) {
      const { id, method } = fields(message);
      if (method !== undefined && id !== undefined) asked.add(id);
      send(`${JSON.stringify(message)}\n`);
    },
  });
  return {
    stream: { readable, writable },
    push(line) {
      const message = readMessage(line);
      if (message === null) {
        onOther(line);
        return false;
      }
      const { id, method, params } = fields(message);
      if (typeof method === 'string' && id === undefined) onNotification(method, params);
      // An answer that nobody asked for is passed over.
      else if (typeof method === 'string' || asked.delete(id)) controller?.enqueue(message);
      return true;
    },
    open(opened) {
      input = opened;
      for (const text of early.splice(0)) send(text);
    },
    endInput: () => input?.end(),
    close() {
      controller?.close();
      controller = null;
    },
  };
}

/** A JSON-RPC message: a call, a notification, or an answer with exactly one of result and error. */
function readMessage(line: string): AnyMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isMessage(value) ? value : null;
}

function isMessage(value: unknown): value is AnyMessage {
  const message: Fields = fields(value);
  if (message.jsonrpc !== '2.0' || Array.isArray(value)) return false;
  if (typeof message.method === 'string') return message.id === undefined || isId(message.id);
  return isId(message.id) && Object.hasOwn(message, 'result') !== Object.hasOwn(message, 'error');
}

function isId(id: unknown): boolean {
  return id === null || typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id));
}
