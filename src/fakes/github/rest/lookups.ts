import { GitHubError } from '../github-error.ts';
import type { ViewContext } from '../graphql/view.ts';
import type { Comment, Issue, PullRequest, Repository } from '../model.ts';

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

/** One call with the parts of its path: owner, repository name, number or id. */
export interface Call {
  readonly context: ViewContext;
  readonly request: RestRequest;
  readonly parts: readonly string[];
}

export function repositoryOf({ context, parts: [owner, name] }: Call): Repository {
  const repository = context.state.repository(`${owner}/${name}`);
  if (!repository) throw notFound();
  return repository;
}

export function threadOf(call: Call): Issue | PullRequest {
  const thread = repositoryOf(call).threads.get(Number(call.parts[2]));
  const isRead = call.request.method === 'GET';
  if (!thread || (isRead && call.context.state.visible([thread]).length === 0)) throw notFound();
  return thread;
}

export function pullRequestOf(call: Call): PullRequest {
  const thread = threadOf(call);
  if (thread.kind !== 'pull-request') throw notFound();
  return thread;
}

export function commentOf(call: Call): Comment {
  const repository = repositoryOf(call);
  const comment = call.context.state.comment(Number(call.parts[2]));
  if (comment?.thread.repository !== repository) throw notFound();
  return comment;
}

/** One page (30 by default, 100 at most) with GitHub's Link header. */
export function paginate<T>(
  all: readonly T[],
  { query, url }: RestRequest,
): { page: T[]; headers: Record<string, string> } {
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

export function ok(body: unknown, headers: Record<string, string> = {}): RestAnswer {
  return { status: 200, body, headers };
}

export function notFound(): GitHubError {
  return new GitHubError('NOT_FOUND', 'Not Found');
}
