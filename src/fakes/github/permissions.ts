import { GitHubError } from './github-error.ts';
import type { Repository } from './model.ts';

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
export function requireWritable(repository: Repository): Repository {
  if (canPush(requireLive(repository))) return repository;
  throw new GitHubError('FORBIDDEN', 'Resource not accessible by personal access token');
}
