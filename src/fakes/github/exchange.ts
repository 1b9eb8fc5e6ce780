import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Faults } from './faults.ts';
import type { GitBackend } from './git/http-backend.ts';
import type { ViewContext } from './graphql/view.ts';
import type { Incoming, RecordedRequest } from './requests.ts';

/** What the request handler works with. */
export interface ServerParts {
  readonly context: ViewContext;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly tokens: ReadonlySet<string>;
  readonly backend: GitBackend;
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
}

/** One request, its answer to be, and the fault that shapes it. */
export interface Exchange {
  readonly parts: ServerParts;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly incoming: Incoming;
  readonly fault: Fault | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer in JSON, with status 200 unless another one is given. */
export function jsonAnswer(body: unknown, { status = 200, headers = {} }: Partial<Omit<Answer, 'body'>> = {}): Answer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}
