import { GitHubError } from './github-error.ts';
import type { Comment, Issue, PullRequest, Repository } from './model.ts';
import { openPullRequest } from './pull-requests.ts';
import { commentBody, pullRequestBody, repositoryBody } from './rest-bodies.ts';
import { same } from './store.ts';
import type { ViewContext } from './view.ts';

const WRITERS = ['ADMIN', 'MAINTAIN', 'WRITE'];

export interface RestRequest {
  readonly method: string;
  /** Below the API's base, such as `/repos/o/r/pulls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Absolute address without the query, for Link headers. */
  readonly url: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Handler = (call: {
  context: ViewContext;
  request: RestRequest;
  parts: string[];
}) => Promise<RestAnswer> | RestAnswer;

const ROUTES: readonly [method: string, path: RegExp, handler: Handler][] = [
  ['GET', /^\/user$/, ({ context }) => ok({ login: context.state.viewer, type: 'User' })],
  ['GET', /^\/rate_limit$/, ({ context }) => ok(rateBody(context))],
  [
    'GET',
    /^\/repos\/([^/]+)\/([^/]+)$/,
    ({ context, parts }) => ok(repositoryBody(context, repositoryOf(context, parts))),
  ],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/pulls$/, listPullRequests],
  ['POST', /^\/repos\/([^/]+)\/([^/]+)\/pulls$/, createPullRequest],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/, getPullRequest],
  ['PATCH', /^\/repos\/([^/]+)\/([^/]+)\/pulls\/(\d+)$/, updatePullRequest],
  ['GET', /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/, listComments],
  ['POST', /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/, createComment],
  [
    'GET',
    /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/,
    ({ context, parts }) => ok(commentBody(context, commentOf(context, parts))),
  ],
  ['PATCH', /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/, updateComment],
];

/** Answers one REST call with GitHub's shapes; 404 and 422 bear GitHub's JSON messages. */
export async function answerRest(context: ViewContext, request: RestRequest): Promise<RestAnswer> {
  try {
    if (request.method !== 'GET' && request.headers['if-match'] !== undefined) {
      throw new GitHubError(
        'BAD_REQUEST',
        'Conditional request headers are not allowed in unsafe requests unless supported by the endpoint',
      );
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

type Call = Parameters<Handler>[0];

async function listPullRequests({ context, request, parts }: Call): Promise<RestAnswer> {
  const { query } = request;
  const state = query.get('state') ?? 'open';
  const selected = context.state
    .pullRequests(repositoryOf(context, parts))
    .filter((pullRequest) => state === 'all' || (pullRequest.state === 'OPEN') === (state === 'open'))
    .filter((pullRequest) => isHead(pullRequest, query.get('head')))
    .filter((pullRequest) => query.get('base') === null || pullRequest.baseRef === query.get('base'));
  const newestFirst = query.get('direction') !== 'asc';
  selected.sort((a, b) => (newestFirst ? b.number - a.number : a.number - b.number));
  const { page, headers } = paginate(selected, request);
  return ok(await Promise.all(page.map((pullRequest) => pullRequestBody(context, pullRequest))), headers);
}

/** `head` has to be `owner:branch`; GitHub takes no notice of anything else. */
function isHead({ headRepository, headRef }: PullRequest, head: string | null): boolean {
  const colon = head?.indexOf(':') ?? -1;
  if (head === null || colon < 0) return true;
  return headRef === head.slice(colon + 1) && same(headRepository?.owner ?? '', head.slice(0, colon));
}

async function createPullRequest({ context, request, parts }: Call): Promise<RestAnswer> {
  const repository = writable(repositoryOf(context, parts));
  const { head, base, title, body, draft } = request.body;
  for (const [name, value] of Object.entries({ head, base, title })) {
    if (typeof value !== 'string' || value === '')
      throw new GitHubError('UNPROCESSABLE', `Invalid request. "${name}" wasn't supplied.`);
  }
  const pullRequest = await openPullRequest(context, {
    repository,
    head: String(head),
    base: String(base),
    title: String(title),
    body: typeof body === 'string' ? body : '',
    draft: draft === true,
  });
  return { status: 201, body: await pullRequestBody(context, pullRequest) };
}

async function getPullRequest({ context, parts }: Call): Promise<RestAnswer> {
  return ok(await pullRequestBody(context, pullRequestOf(context, parts)));
}

async function updatePullRequest({ context, request, parts }: Call): Promise<RestAnswer> {
  const pullRequest = pullRequestOf(context, parts);
  writable(pullRequest.repository);
  const { title, body, state, base } = request.body;
  context.state.edit(pullRequest, {
    ...(typeof title === 'string' && { title }),
    ...((typeof body === 'string' || body === null) && { body: body ?? '' }),
    ...(state === 'open' && { state: 'OPEN' as const }),
    ...(state === 'closed' && { state: 'CLOSED' as const }),
    ...(typeof base === 'string' && { baseRef: base }),
  });
  return ok(await pullRequestBody(context, pullRequest));
}

function listComments({ context, request, parts }: Call): RestAnswer {
  const { page, headers } = paginate(threadOf(context, parts).comments, request);
  return ok(
    page.map((comment) => commentBody(context, comment)),
    headers,
  );
}

function createComment({ context, request, parts }: Call): RestAnswer {
  const thread = threadOf(context, parts);
  if (thread.repository.archived) throw readOnly();
  const comment = context.state.addComment({ thread, body: textOf(request.body.body) });
  return { status: 201, body: commentBody(context, comment) };
}

function updateComment({ context, request, parts }: Call): RestAnswer {
  const comment = commentOf(context, parts);
  if (comment.author !== context.state.viewer)
    throw new GitHubError('FORBIDDEN', 'Must have admin rights to Repository.');
  context.state.edit(comment, { body: textOf(request.body.body) });
  return ok(commentBody(context, comment));
}

function repositoryOf({ state }: ViewContext, [owner, name]: string[]): Repository {
  const repository = state.repository(`${owner}/${name}`);
  if (!repository) throw notFound();
  return repository;
}

function threadOf(context: ViewContext, parts: string[]): Issue | PullRequest {
  const thread = repositoryOf(context, parts).threads.get(Number(parts[2]));
  if (!thread) throw notFound();
  return thread;
}

function pullRequestOf(context: ViewContext, parts: string[]): PullRequest {
  const thread = threadOf(context, parts);
  if (thread.kind !== 'pull-request') throw notFound();
  return thread;
}

function commentOf(context: ViewContext, parts: string[]): Comment {
  const repository = repositoryOf(context, parts);
  const comment = context.state.comment(Number(parts[2]));
  if (comment?.thread.repository !== repository) throw notFound();
  return comment;
}

function writable(repository: Repository): Repository {
  if (repository.archived) throw readOnly();
  if (WRITERS.includes(repository.permission)) return repository;
  throw new GitHubError('FORBIDDEN', 'Resource not accessible by personal access token');
}

function readOnly(): GitHubError {
  return new GitHubError('FORBIDDEN', 'Repository was archived so is read-only.');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GitHubError('UNPROCESSABLE', 'Invalid request. "body" wasn\'t supplied.');
}

function paginate<T>(all: readonly T[], { query, url }: RestRequest): { page: T[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, Number(query.get('per_page')) || 30));
  const number = Math.max(1, Number(query.get('page')) || 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (page: number, rel: string) => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(page));
    return `<${url}?${parameters}>; rel="${rel}"`;
  };
  const back = number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : [];
  const forth = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
  const links = [...back, ...forth].join(', ');
  return { page: all.slice((number - 1) * size, number * size), headers: links === '' ? {} : { link: links } };
}

function rateBody({ state }: ViewContext) {
  const { limit, remaining, resetAtMs } = state.rate;
  const bucket = { limit, remaining, used: limit - remaining, reset: Math.floor(resetAtMs / 1000) };
  return { resources: { core: bucket, graphql: bucket }, rate: bucket };
}

function ok(body: unknown, headers: Record<string, string> = {}): RestAnswer {
  return { status: 200, body, headers };
}

function notFound(): GitHubError {
  return new GitHubError('NOT_FOUND', 'Not Found');
}

const STATUS_BY_TYPE: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  BAD_REQUEST: 400,
  RATE_LIMITED: 403,
};

function errorAnswer({ type, message }: GitHubError): RestAnswer {
  const status = STATUS_BY_TYPE[type] ?? 422;
  const shared = { documentation_url: 'https://docs.github.com/rest', status: String(status) };
  if (status !== 422) return { status, body: { message, ...shared } };
  const errors = [{ resource: 'PullRequest', code: 'custom', message }];
  return { status, body: { message: 'Validation Failed', errors, ...shared } };
}
