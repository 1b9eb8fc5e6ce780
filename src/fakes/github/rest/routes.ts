import { GitHubError } from '../github-error.ts';
import type { ViewContext } from '../graphql/view.ts';
import { requireCommentable, requireRight } from '../permissions.ts';
import { commentBody, repositoryBody } from './bodies.ts';
import {
  type Call,
  commentOf,
  notFound,
  ok,
  paginate,
  type RestAnswer,
  type RestRequest,
  repositoryOf,
  threadOf,
} from './lookups.ts';
import { createPullRequest, getPullRequest, listPullRequests, updatePullRequest } from './pull-requests.ts';

type Handler = (call: Call) => Promise<RestAnswer> | RestAnswer;

const ROUTES: readonly [method: string, path: RegExp, handler: Handler][] = [
  ['GET', /^\/user$/, ({ context }) => ok({ login: context.state.viewer, type: 'User' })],
  ['GET', /^\/rate_limit$/, ({ context }) => ok(rateBody(context))],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)$/, (call) => ok(repositoryBody(call.context, repositoryOf(call)))],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/pulls$/, listPullRequests],
  ['POST', /^\/repos\/([^/]+)\/([^/]+)\/pulls$/, createPullRequest],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/, getPullRequest],
  ['PATCH', /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/, updatePullRequest],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/, listComments],
  ['POST', /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/, createComment],
  ['POST', /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/labels$/, addLabels],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/, getComment],
  ['PATCH', /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/, updateComment],
];

/** Answers one REST call with GitHub's shapes; errors too have GitHub's status and JSON message. */
export async function answerRest(context: ViewContext, request: RestRequest): Promise<RestAnswer> {
  try {
    if (request.method !== 'GET' && request.headers['if-match'] !== undefined) {
      throw new GitHubError('BAD_REQUEST', 'Conditional request headers are not allowed in unsafe requests');
    }
    for (const [method, pattern, handler] of ROUTES) {
      const match = method === request.method ? pattern.exec(request.path) : null;
      if (match) return await handler({ context, request, parts: match.slice(1).map(decodeURIComponent) });
    }
    throw notFound();
  } catch (error) {
    if (error instanceof GitHubError) return errorAnswer(error);
    throw error;
  }
}

function listComments(call: Call): RestAnswer {
  const { page, headers } = paginate(call.context.state.visible(threadOf(call).comments), call.request);
  const bodies = page.map((comment) => commentBody(call.context, comment));
  return ok(bodies, headers);
}

function createComment(call: Call): RestAnswer {
  const thread = requireCommentable(call.context.state, threadOf(call));
  const comment = call.context.state.addComment({ thread, body: textOf(call.request.body.body) });
  return { status: 201, body: commentBody(call.context, comment) };
}

function addLabels(call: Call): RestAnswer {
  const thread = threadOf(call);
  requireRight(call.context.state, 'issues', ...(thread.kind === 'pull-request' ? (['pullRequests'] as const) : []));
  const { labels } = call.request.body;
  for (const label of Array.isArray(labels) ? labels : []) thread.labels.add(String(label));
  return ok([...thread.labels].map((name) => ({ name })));
}

function getComment(call: Call): RestAnswer {
  return ok(commentBody(call.context, commentOf(call)));
}

function updateComment(call: Call): RestAnswer {
  const comment = commentOf(call);
  const { state } = call.context;
  if (comment.author !== state.viewer) throw new GitHubError('FORBIDDEN', 'Must have admin rights to Repository.');
  state.edit(comment, { body: textOf(call.request.body.body) });
  return ok(commentBody(call.context, comment));
}

function rateBody({ state }: ViewContext) {
  const { limit, remaining, resetAtMs } = state.rate;
  const bucket = { limit, remaining, used: limit - remaining, reset: Math.floor(resetAtMs / 1000) };
  return { resources: { core: bucket, graphql: bucket }, rate: bucket };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GitHubError('UNPROCESSABLE', 'Invalid request. "body" wasn\'t supplied.');
}

const STATUS_BY_TYPE: Readonly<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403, BAD_REQUEST: 400 };

function errorAnswer({ type, message }: GitHubError): RestAnswer {
  const status = STATUS_BY_TYPE[type] ?? 422;
  const shared = { documentation_url: 'https://docs.github.com/rest', status: String(status) };
  if (status !== 422) return { status, body: { message, ...shared } };
  const errors = [{ resource: 'PullRequest', code: 'custom', message }];
  return { status, body: { message: 'Validation Failed', errors, ...shared } };
}
