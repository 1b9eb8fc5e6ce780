import { createServer } from 'node:http';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

export interface LoggedEvent {
  readonly stream: string;
  readonly atMs: number;
  readonly text: string;
}

export interface LogGroups {
  /** For AWS_ENDPOINT_URL_CLOUDWATCH_LOGS. */
  readonly url: string;
  /** Events by log group; other groups do not exist, nor do streams without events. */
  readonly groups: Map<string, LoggedEvent[]>;
  close(): Promise<void>;
}

interface Input {
  readonly logGroupName?: string;
  readonly logStreamNames?: readonly string[];
  readonly startTime?: number;
  readonly filterPattern?: string;
  readonly nextToken?: string;
}

const PAGE = 2;

/** Starts FilterLogEvents of CloudWatch Logs on 127.0.0.1: pages of two events, empty ones in between as on AWS, and of the filter
 *  patterns those that compare `$.message`. */
export async function startLogGroups(): Promise<LogGroups> {
  const groups = new Map<string, LoggedEvent[]>();
  const server = createServer(async (request, response) => {
    const input: Input = JSON.parse((await readText(request)) || '{}');
    const { status, body } = filterEvents(groups.get(input.logGroupName ?? ''), input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, groups, close };
}

function filterEvents(events: readonly LoggedEvent[] | undefined, input: Input) {
  const { logStreamNames: streams, startTime = 0, filterPattern, nextToken = '0' } = input;
  const missing = streams?.find((name) => !events?.some(({ stream }) => stream === name));
  if (events === undefined || missing !== undefined) {
    const message = `The specified log ${events === undefined ? 'group' : 'stream'} does not exist.`;
    return { status: 400, body: { __type: 'ResourceNotFoundException', message } };
  }
  const wanted = [...(filterPattern ?? '').matchAll(/\$\.message = "([^"]*)"/g)].map(([, text]) => text);
  const found = events
    .map((event, index) => ({ ...event, eventId: String(index) }))
    .filter(({ stream, atMs }) => atMs >= startTime && (streams?.includes(stream) ?? true))
    .filter(({ text }) => filterPattern === undefined || wanted.includes(messageOf(text)));
  const from = Number(nextToken);
  const page = from === 0 && found.length > 0 ? [] : found.slice(Math.max(0, from - 1), from - 1 + PAGE);
  const next = from === 0 ? 1 : from + PAGE;
  return {
    status: 200,
    body: {
      events: page.map(({ stream, atMs, text, eventId }) => ({
        ...{ logStreamName: stream, timestamp: atMs, message: `${text}\n`, eventId },
      })),
      ...(next <= found.length ? { nextToken: String(next) } : {}),
    },
  };
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: string };
    return message;
  } catch {
    return undefined;
  }
}
