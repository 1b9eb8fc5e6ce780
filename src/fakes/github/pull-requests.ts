import type { GitReaders } from './git/readers.ts';
import { GitHubError } from './github-error.ts';
import type { PullRequest, Repository } from './model.ts';
import type { GitHubState } from './state.ts';
import { isSameName } from './store.ts';

export interface OpenPullRequest {
  readonly repository: Repository;
  /** `branch`, or `owner:branch` for a fork. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

/** Opens a pull request as GitHub does: both branches exist, they differ, and no open one has the same head and base. */
export async function openPullRequest(
  { state, readers }: { state: GitHubState; readers: GitReaders },
  { repository, head, base, title, body, draft }: OpenPullRequest,
): Promise<PullRequest> {
  const { headRepository, headRef } = resolveHead(state, { repository, head });
  const headOid = await readers.headOf(headRepository, headRef);
  const baseOid = await readers.headOf(repository, base);
  if (headOid === null) throw new GitHubError('UNPROCESSABLE', `Head ref must be a branch: ${head}`);
  if (baseOid === null) throw new GitHubError('UNPROCESSABLE', `Base ref must be a branch: ${base}`);
  const open = state
    .pullRequests(repository)
    .find(
      (other) =>
        other.state === 'OPEN' &&
        other.headRef === headRef &&
        other.baseRef === base &&
        other.headRepository?.id === headRepository.id,
    );
  if (open)
    throw new GitHubError('UNPROCESSABLE', `A pull request already exists for ${headRepository.owner}:${headRef}.`);
  if (headRepository.id === repository.id && !(await readers.isAhead(repository, { base: baseOid, head: headOid }))) {
    throw new GitHubError('UNPROCESSABLE', `No commits between ${base} and ${headRef}`);
  }
  return state.addPullRequest({ repository, headRepository, headRef, baseRef: base, title, body, draft });
}

/** Splits `owner:branch`; a head without an owner is a branch of the repository itself. */
function resolveHead(state: GitHubState, { repository, head }: Pick<OpenPullRequest, 'repository' | 'head'>) {
  const colon = head.indexOf(':');
  const owner = colon < 0 ? repository.owner : head.slice(0, colon);
  const headRef = head.slice(colon + 1);
  if (isSameName(owner, repository.owner)) return { headRepository: repository, headRef };
  const fork = state.all('repository').find((other) => isSameName(other.owner, owner) && other.isFork);
  if (!fork) throw new GitHubError('UNPROCESSABLE', `Head repository can't be blank: ${head}`);
  return { headRepository: fork, headRef };
}
