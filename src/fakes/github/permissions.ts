import { GitHubError } from './github-error.ts';
import type { Issue, PullRequest, Repository, Surface, TokenRights } from './model.ts';
import { refusal } from './refusals.ts';

/** Every right; tests take single ones away. */
export function allRights(): TokenRights {
  return { contents: 'write', issues: 'write', pullRequests: 'write', projects: 'write', workflows: 'write' };
}

/** Throws FORBIDDEN unless the token may write to one of the surfaces. */
export function requireRight({ rights }: { readonly rights: TokenRights }, ...surfaces: readonly Surface[]): void {
  if (!surfaces.some((surface) => rights[surface] === 'write')) throw refusal('token-lacks-right');
}

/** The thread when the token may comment on it; throws FORBIDDEN otherwise. */
export function requireCommentable<T extends Issue | PullRequest>(
  state: { readonly rights: TokenRights },
  thread: T,
): T {
  requireLive(thread.repository);
  requireRight(state, 'issues', ...(thread.kind === 'pull-request' ? (['pullRequests'] as const) : []));
  if (thread.locked) throw refusal('locked-conversation');
  return thread;
}

/** Whether the token may push to the repository and change its pull requests. */
export function canPush({ permission }: Repository): boolean {
  return permission === 'ADMIN' || permission === 'MAINTAIN' || permission === 'WRITE';
}

/** The repository when it is not archived; throws FORBIDDEN otherwise. */
export function requireLive(repository: Repository): Repository {
  if (!repository.archived) return repository;
  throw new GitHubError('FORBIDDEN', 'Repository was archived so is read-only.');
}

/** The repository when it takes changes of pull requests from this token; throws FORBIDDEN otherwise. */
export function requireWritable(state: { readonly rights: TokenRights }, repository: Repository): Repository {
  requireRight(state, 'pullRequests');
  if (canPush(requireLive(repository))) return repository;
  throw refusal('token-lacks-right');
}
