import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, type Faults, spoil } from './faults.ts';
import type { GitAnswer, GitBackend } from './git-backend.ts';
import { GitHubError } from './github-error.ts';
import { answerGraphql } from './graphql.ts';
import { answerPage } from './page.ts';
import {
  type Incoming,
  isAccepted,
  type RecordedRequest,
  readIncoming,
  recordOf,
  tokenOf,
  variablesOf,
} from './requests.ts';
import { answerRest } from './rest.ts';
import type { ViewContext } from './view.ts';

export interface ApiParts {
  readonly context: ViewContext;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly tokens: ReadonlySet<string>;
  readonly backend: GitBackend;
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Exchange = {
  parts: ApiParts;
  message: IncomingMessage;
  response: ServerResponse;
  incoming: Incoming;
  fault: Fault | null;
};

/** Makes the one request handler: record, faults, token, then GraphQL, REST, git or a page. */
export function createApi(parts: ApiParts): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    serve(parts, message, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      send(
        response,
        json(500, { message: `local GitHub failed: ${error instanceof Error ? error.stack : String(error)}` }),
      );
    });
  };
}

async function serve(parts: ApiParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(message.headers.host ?? '')) {
    return send(response, json(421, { message: 'This server answers on the loopback address only.' }));
  }
  const incoming = await readIncoming(message, parts.context.serverUrl).catch((error: unknown) => {
    if (error instanceof SyntaxError) return null;
    throw error;
  });
  if (!incoming) return send(response, json(400, { message: 'Problems parsing JSON' }));
  const record = recordOf(incoming);
  if (incoming.kind !== 'page') parts.requests.push(record);
  response.on('close', () => {
    record.status = response.writableEnded ? response.statusCode : 0;
  });
  const fault = await strike(parts, incoming);
  const exchange: Exchange = { parts, message, response, incoming, fault };
  if (incoming.kind === 'git') return serveGit(exchange);
  const answer = await answerOf(exchange);
  if (fault?.kind === 'dropAfterEffect') message.socket.destroy();
  else send(response, answer);
}

/** Lives through what happens before the answer (delays, other people's deeds) and returns the fault that shapes it. */
async function strike({ faults, signal }: ApiParts, incoming: Incoming): Promise<Fault | null> {
  let shaping: Fault | null = null;
  for (const fault of faults.take(incoming)) {
    if (fault.kind === 'before') await fault.run();
    else if (fault.kind === 'slow') await delay(fault.ms, undefined, { signal });
    else shaping = fault;
  }
  return shaping;
}

async function answerOf(exchange: Exchange): Promise<Answer> {
  const { parts, message, incoming, fault } = exchange;
  const { context, tokens } = parts;
  if (incoming.kind === 'page') return answerPage(context, incoming.url.pathname);
  const planned = fault && plannedAnswer(parts, incoming, fault);
  if (planned) return planned;
  if (fault?.kind === 'unauthorized' || !isAccepted(tokenOf(message.headers.authorization), tokens)) {
    return json(401, { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' });
  }
  return incoming.kind === 'graphql' ? graphqlAnswer(exchange) : restAnswer(exchange);
}

/** Answers that take the place of the real one, so the effect does not happen. */
function plannedAnswer({ context }: ApiParts, { kind }: Incoming, fault: Fault): Answer | null {
  if (fault.kind === 'http502')
    return { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>502 Bad Gateway</html>' };
  if (fault.kind === 'secondaryLimit') {
    const text = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    const headers = { ...rateHeaders(context, kind), 'retry-after': String(fault.retryAfterSeconds) };
    return json(
      403,
      { message: text, documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api' },
      headers,
    );
  }
  if (fault.kind !== 'rateLimited') return null;
  const reset = Math.floor(context.state.now() / 1000) + fault.resetInSeconds;
  const headers = { ...rateHeaders(context, kind), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
  const text = 'API rate limit exceeded for user ID 1.';
  return kind === 'graphql'
    ? json(200, { errors: [{ type: 'RATE_LIMITED', message: text }] }, headers)
    : json(403, { message: text }, headers);
}

async function graphqlAnswer({ parts: { context, faults }, incoming, fault }: Exchange): Promise<Answer> {
  const { query, operationName } = incoming.body as { query?: unknown; operationName?: unknown };
  if (typeof query !== 'string')
    return json(200, { errors: [{ message: 'A query attribute must be specified and must be a string.' }] });
  const answer = await answerGraphql(context, {
    query,
    variables: variablesOf(incoming.body),
    operationName: typeof operationName === 'string' ? operationName : null,
    noItemsQuery: faults.noItemsQuery,
  });
  if (fault?.kind === 'partialData') spoil(answer, fault);
  return json(200, answer, rateHeaders(context, 'graphql'));
}

async function restAnswer({ parts: { context }, message, incoming }: Exchange): Promise<Answer> {
  const { method, url, restPath, body } = incoming;
  const {
    status,
    body: answer,
    headers = {},
  } = await answerRest(context, {
    method,
    path: restPath,
    query: url.searchParams,
    headers: message.headers,
    body: body as Record<string, unknown>,
    url: `${url.origin}${url.pathname}`,
  });
  const text = JSON.stringify(answer);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  const all = { ...headers, etag };
  if (method === 'GET' && message.headers['if-none-match'] === etag) {
    return { status: 304, headers: { ...all, ...rateHeaders(context, 'rest') }, body: '' };
  }
  try {
    context.state.spend(1);
  } catch (error) {
    if (error instanceof GitHubError) return json(403, { message: error.message }, rateHeaders(context, 'rest'));
    throw error;
  }
  return json(status, answer, { ...all, ...rateHeaders(context, 'rest') });
}

async function serveGit({ parts, message, response, incoming, fault }: Exchange): Promise<void> {
  const { context, tokens, backend } = parts;
  const refuse = (status: number, text: string, headers: Record<string, string> = {}) => {
    message.resume();
    send(response, { status, headers: { 'content-type': 'text/plain', ...headers }, body: text });
  };
  const token = tokenOf(message.headers.authorization);
  if (fault?.kind === 'http502') return refuse(502, 'Bad Gateway');
  if (fault?.kind === 'secondaryLimit')
    return refuse(429, 'Too many requests', { 'retry-after': String(fault.retryAfterSeconds) });
  if (fault?.kind === 'unauthorized' || !isAccepted(token, tokens)) {
    return refuse(401, 'Invalid username or token.', { 'www-authenticate': 'Basic realm="GitHub"' });
  }
  const repository = incoming.git && context.state.repository(incoming.git.fullName);
  if (!incoming.git || !repository) return refuse(404, 'Repository not found.');
  if (incoming.gitService === 'git-receive-pack') {
    if (repository.archived) return refuse(403, 'This repository was archived so it is read-only.');
    if (repository.permission === 'READ' || repository.permission === 'TRIAGE') {
      return refuse(403, `Permission to ${repository.fullName}.git denied to ${context.state.viewer}.`);
    }
  }
  const isDropped = fault?.kind === 'dropAfterEffect';
  const answer: GitAnswer = {
    head: (status, headers) => void (isDropped || response.writeHead(status, headers)),
    write: (chunk) => void (isDropped || response.write(chunk)),
  };
  await backend.serve(
    {
      message,
      repository,
      subPath: incoming.git.subPath,
      query: incoming.url.search.slice(1),
      user: context.state.viewer,
      refusal: fault?.kind === 'refusePush' ? fault.message : null,
    },
    answer,
  );
  if (isDropped) message.socket.destroy();
  else response.end();
}

function rateHeaders({ state }: ViewContext, kind: Incoming['kind']): Record<string, string> {
  const { limit, remaining, resetAtMs } = state.rate;
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(limit - remaining),
    'x-ratelimit-reset': String(Math.floor(resetAtMs / 1000)),
    'x-ratelimit-resource': kind === 'graphql' ? 'graphql' : 'core',
  };
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}
