import { createHash } from 'node:crypto';
import { type Answer, type Exchange, jsonAnswer } from './exchange.ts';
import { applyPartialData, type Fault } from './faults.ts';
import { answerGraphql } from './graphql/execute.ts';
import type { ViewContext } from './graphql/view.ts';
import { textIn } from './json-object.ts';
import { REFUSALS, type Refusal, type RefusalName } from './refusals.ts';
import { type Incoming, isAccepted, tokenOf, variablesOf } from './requests.ts';
import { answerRest } from './rest/routes.ts';

const DOCUMENTATION = 'https://docs.github.com/rest';

/** Answers a GraphQL or REST request, or what the fault puts in its place; a wrong token is 401. */
export async function answerApi(exchange: Exchange): Promise<Answer> {
  const { parts, message, incoming, fault } = exchange;
  const planned = fault && plannedAnswer(exchange, fault);
  if (planned) return planned;
  if (fault?.kind === 'unauthorized' || !isAccepted(tokenOf(message.headers.authorization), parts.tokens)) {
    return jsonAnswer({ message: 'Bad credentials', documentation_url: DOCUMENTATION, status: '401' }, { status: 401 });
  }
  return incoming.kind === 'graphql' ? graphqlAnswer(exchange) : restAnswer(exchange);
}

const BAD_GATEWAY: Answer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html>502 Bad Gateway</html>',
};

/** Answers before any effect. */
function plannedAnswer({ parts: { context }, incoming }: Exchange, fault: Fault): Answer | null {
  const { kind } = incoming;
  if (fault.kind === 'refusal') return refusedAnswer(incoming, fault.name);
  if (fault.kind === 'http502') return BAD_GATEWAY;
  const limits = rateHeaders(context, kind);
  if (fault.kind === 'secondaryLimit') {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    const body = { message, documentation_url: `${DOCUMENTATION}/overview/rate-limits-for-the-rest-api` };
    const headers = { ...limits, 'retry-after': String(fault.retryAfterSeconds) };
    return jsonAnswer(body, { status: 403, headers });
  }
  if (fault.kind !== 'rateLimited') return null;
  const reset = Math.floor(context.state.now() / 1000) + fault.resetInSeconds;
  const headers = { ...limits, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
  return rateLimited(kind, { headers, wording: fault.wording });
}

/** A refusal in GraphQL is an error beside a null; in REST it has a status, and 422 names what is wrong with which field. */
function refusedAnswer({ kind, body }: Incoming, name: RefusalName): Answer {
  const { type, message, extensions, ...more }: Refusal = REFUSALS[name];
  if (kind === 'graphql') {
    const field = /\{\s*(\w+)/.exec(textIn(body, 'query') ?? '')?.[1] ?? '';
    return jsonAnswer({
      data: { [field]: null },
      errors: [{ type, path: [field], message, ...(extensions && { extensions }) }],
    });
  }
  if (type === 'FORBIDDEN')
    return jsonAnswer({ message, documentation_url: DOCUMENTATION, status: '403' }, { status: 403 });
  const error = { resource: 'PullRequest', code: 'unprocessable', ...(more.field ? more : { message }) };
  return jsonAnswer({ message: 'Validation Failed', errors: [error], status: '422' }, { status: 422 });
}

function rateLimited(
  kind: Incoming['kind'],
  {
    headers,
    wording = 'RATE_LIMITED',
  }: { headers: Record<string, string>; wording?: 'RATE_LIMITED' | 'RATE_LIMIT' | undefined },
): Answer {
  const message = 'API rate limit exceeded for user ID 1.';
  const code = wording === 'RATE_LIMIT' ? { code: 'graphql_rate_limit' } : {};
  if (kind === 'graphql') return jsonAnswer({ errors: [{ type: wording, ...code, message }] }, { headers });
  return jsonAnswer({ message, documentation_url: DOCUMENTATION }, { status: 403, headers });
}

async function graphqlAnswer({ parts: { context, faults }, incoming, fault }: Exchange): Promise<Answer> {
  const query = textIn(incoming.body, 'query');
  if (query === undefined) {
    return jsonAnswer({ errors: [{ message: 'A query attribute must be specified and must be a string.' }] });
  }
  const answer = await answerGraphql(context, {
    query,
    variables: variablesOf(incoming.body),
    operationName: textIn(incoming.body, 'operationName') ?? null,
    noItemsQuery: faults.noItemsQuery,
  });
  if (answer === 'timeout') return BAD_GATEWAY;
  if (fault?.kind === 'partialData') applyPartialData(answer, fault);
  return jsonAnswer(answer, { headers: rateHeaders(context, 'graphql') });
}

/** A conditional read that is answered 304 costs nothing, as on GitHub. */
async function restAnswer({ parts: { context }, message, incoming }: Exchange): Promise<Answer> {
  const { method, url, restPath, body } = incoming;
  const moved = movedTo(context, restPath);
  if (moved !== null) {
    // Methods other than GET are to be repeated: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    const headers = { location: `${url.origin}${url.pathname.replace(restPath, moved)}${url.search}` };
    return jsonAnswer(
      { message: 'Moved Permanently', url: headers.location },
      { status: method === 'GET' ? 301 : 307, headers },
    );
  }
  if (!context.state.hasBudget()) return rateLimited('rest', { headers: rateHeaders(context, 'rest') });
  const rest = await answerRest(context, {
    method,
    path: restPath,
    query: url.searchParams,
    headers: message.headers,
    body,
    url: `${url.origin}${url.pathname}`,
  });
  const etag = `"${createHash('sha256').update(JSON.stringify(rest.body)).digest('hex').slice(0, 32)}"`;
  const headers = { ...rest.headers, etag };
  if (method === 'GET' && message.headers['if-none-match'] === etag) {
    return { status: 304, headers: { ...headers, ...rateHeaders(context, 'rest') }, body: '' };
  }
  context.state.spend(1);
  return jsonAnswer(rest.body, { status: rest.status, headers: { ...headers, ...rateHeaders(context, 'rest') } });
}

/** Path under the new name of a repository that was renamed, null for any other path. */
function movedTo({ state }: ViewContext, path: string): string | null {
  const [, owner, name, rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const repository = state.renamedFrom(`${owner}/${name}`);
  return repository ? `/repos/${repository.fullName}${rest}` : null;
}

function rateHeaders({ state }: ViewContext, kind: Incoming['kind']): Record<string, string> {
  const { limit, remaining, resetAtMs } = state.rate;
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(limit - remaining),
    'x-ratelimit-reset': String(Math.floor(resetAtMs / 1000)),
    ...(state.rules.tokenScopes && { 'x-oauth-scopes': state.rules.tokenScopes.join(', ') }),
    'x-ratelimit-resource': kind === 'graphql' ? 'graphql' : 'core',
  };
}
