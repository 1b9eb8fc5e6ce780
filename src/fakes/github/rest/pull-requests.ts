import { GitHubError } from '../github-error.ts';
import type { PullRequest } from '../model.ts';
import { requireWritable } from '../permissions.ts';
import { openPullRequest } from '../pull-requests.ts';
import { isSameName } from '../store.ts';
import { pullRequestBody } from './bodies.ts';
import { type Call, ok, paginate, pullRequestOf, type RestAnswer, repositoryOf } from './lookups.ts';

/** Open ones by default, newest first; `head` counts only as `owner:branch`. */
export async function listPullRequests(call: Call): Promise<RestAnswer> {
  const { context, request } = call;
  const { query } = request;
  const state = query.get('state') ?? 'open';
  const selected = context.state
    .visible(call.context.state.pullRequests(repositoryOf(call)))
    .filter((pullRequest) => state === 'all' || (pullRequest.state === 'OPEN') === (state === 'open'))
    .filter((pullRequest) => isHead(pullRequest, query.get('head')))
    .filter((pullRequest) => query.get('base') === null || pullRequest.baseRef === query.get('base'));
  const sign = query.get('direction') === 'asc' ? 1 : -1;
  const { page, headers } = paginate(
    selected.sort((a, b) => sign * (a.number - b.number)),
    request,
  );
  return ok(await Promise.all(page.map((pullRequest) => pullRequestBody(context, pullRequest))), headers);
}

export async function createPullRequest(call: Call): Promise<RestAnswer> {
  const repository = requireWritable(call.context.state, repositoryOf(call));
  const { head, base, title, body, draft } = call.request.body;
  for (const [name, value] of Object.entries({ head, base, title })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new GitHubError('UNPROCESSABLE', `Invalid request. "${name}" wasn't supplied.`);
  }
  const pullRequest = await openPullRequest(call.context, {
    repository,
    head: String(head),
    base: String(base),
    title: String(title),
    body: typeof body === 'string' ? body : '',
    draft: draft === true,
  });
  return { status: 201, body: await pullRequestBody(call.context, pullRequest) };
}

export async function getPullRequest(call: Call): Promise<RestAnswer> {
  return ok(await pullRequestBody(call.context, pullRequestOf(call)));
}

/** Title, body, state and base; REST cannot change whether it is a draft. */
export async function updatePullRequest(call: Call): Promise<RestAnswer> {
  const pullRequest = pullRequestOf(call);
  requireWritable(call.context.state, pullRequest.repository);
  const { title, body, state, base } = call.request.body;
  call.context.state.edit(pullRequest, {
    ...(typeof title === 'string' && { title }),
    ...((typeof body === 'string' || body === null) && { body: body ?? '' }),
    ...(state === 'open' && { state: 'OPEN' as const }),
    ...(state === 'closed' && { state: 'CLOSED' as const }),
    ...(typeof base === 'string' && { baseRef: base }),
  });
  return ok(await pullRequestBody(call.context, pullRequest));
}

/** GitHub takes no notice of a head without an owner. */
function isHead({ headRepository, headRef }: PullRequest, head: string | null): boolean {
  const colon = head?.indexOf(':') ?? -1;
  if (head === null || colon < 0) return true;
  return headRef === head.slice(colon + 1) && isSameName(headRepository?.owner ?? '', head.slice(0, colon));
}
