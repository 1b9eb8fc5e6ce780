import { isoTime, type ViewContext } from '../graphql/view.ts';
import type { Comment, PullRequest, Repository } from '../model.ts';
import { canPush } from '../permissions.ts';

/** A repository as REST shows it, with what the token may do. */
export function repositoryBody({ serverUrl }: ViewContext, repository: Repository) {
  const { permission } = repository;
  const push = canPush(repository);
  return {
    id: repository.databaseId,
    node_id: repository.id,
    name: repository.name,
    full_name: repository.fullName,
    owner: { login: repository.owner },
    private: true,
    fork: repository.isFork,
    archived: repository.archived,
    disabled: false,
    default_branch: repository.defaultBranch,
    html_url: `${serverUrl}/${repository.fullName}`,
    clone_url: `${serverUrl}/${repository.fullName}.git`,
    url: `${serverUrl}/api/v3/repos/${repository.fullName}`,
    permissions: { admin: permission === 'ADMIN', push, triage: push || permission === 'TRIAGE', pull: true },
  };
}

/** A pull request as REST shows it; its heads are read from git. */
export async function pullRequestBody(context: ViewContext, pullRequest: PullRequest) {
  const { serverUrl, readers, state: shown } = context;
  const body = shown.shownBody(pullRequest);
  const { repository, headRepository, headRef, baseRef, number, state } = pullRequest;
  return {
    id: pullRequest.databaseId,
    node_id: pullRequest.id,
    number,
    url: `${serverUrl}/api/v3/repos/${repository.fullName}/pulls/${number}`,
    html_url: `${serverUrl}/${repository.fullName}/pull/${number}`,
    state: state === 'OPEN' ? 'open' : 'closed',
    merged: state === 'MERGED',
    draft: pullRequest.draft,
    title: pullRequest.title,
    body: body === '' ? null : body,
    user: { login: pullRequest.author },
    created_at: isoTime(pullRequest.createdAtMs),
    updated_at: isoTime(pullRequest.updatedAtMs),
    head: {
      label: `${headRepository?.owner ?? 'unknown'}:${headRef}`,
      ref: headRef,
      sha: await readers.pullRequestHead(pullRequest),
      user: headRepository ? { login: headRepository.owner } : null,
      repo: headRepository ? repositoryBody(context, headRepository) : null,
    },
    base: {
      label: `${repository.owner}:${baseRef}`,
      ref: baseRef,
      sha: (await readers.headOf(repository, baseRef)) ?? '',
      user: { login: repository.owner },
      repo: repositoryBody(context, repository),
    },
  };
}

/** A comment of an issue or pull request as REST shows it. */
export function commentBody({ serverUrl }: ViewContext, { thread, ...comment }: Comment) {
  const { repository, number, kind } = thread;
  const page = `${serverUrl}/${repository.fullName}/${kind === 'issue' ? 'issues' : 'pull'}/${number}`;
  return {
    id: comment.databaseId,
    node_id: comment.id,
    url: `${serverUrl}/api/v3/repos/${repository.fullName}/issues/comments/${comment.databaseId}`,
    html_url: `${page}#issuecomment-${comment.databaseId}`,
    issue_url: `${serverUrl}/api/v3/repos/${repository.fullName}/issues/${number}`,
    body: comment.body,
    user: { login: comment.author },
    created_at: isoTime(comment.createdAtMs),
    updated_at: isoTime(comment.updatedAtMs),
  };
}
