import type { Comment, Issue, LinkedBranch, PullRequest } from '../model.ts';
import { connection, type Fields, type PageArguments } from './connection.ts';
import { isoTime, type ViewContext, type Views } from './view.ts';

/** Issues, pull requests and their comments. */
export function threadViews(context: ViewContext): Pick<Views, 'issue' | 'pullRequest' | 'comment'> {
  return {
    issue: (issue) => issueView(context, issue),
    pullRequest: (pullRequest) => pullRequestView(context, pullRequest),
    comment: (comment) => commentView(context, comment),
  };
}

function issueView(context: ViewContext, issue: Issue): Fields {
  const { views } = context;
  return {
    __typename: 'Issue',
    ...sharedView(context, issue),
    closed: issue.state === 'CLOSED',
    linkedBranches: async (args: PageArguments) => {
      const linked = await Promise.all(issue.linkedBranches.map((branch) => linkedBranchView(context, branch)));
      return connection(args, { items: linked, view: (branch) => branch });
    },
    closedByPullRequestsReferences: (args: PageArguments & { includeClosedPrs?: boolean | null }) => {
      const items = issue.closedBy.filter(({ state }) => args.includeClosedPrs || state !== 'CLOSED');
      return connection(args, { items, view: views.pullRequest });
    },
  };
}

async function linkedBranchView({ views }: ViewContext, { repository, name }: LinkedBranch): Promise<Fields> {
  return { __typename: 'LinkedBranch', id: `LB_${repository.id}_${name}`, ref: await views.ref(repository, name) };
}

function pullRequestView(context: ViewContext, pullRequest: PullRequest): Fields {
  const { views, readers } = context;
  const { repository, headRepository, headRef, baseRef, state } = pullRequest;
  return {
    __typename: 'PullRequest',
    ...sharedView(context, pullRequest),
    isDraft: pullRequest.draft,
    closed: state !== 'OPEN',
    merged: state === 'MERGED',
    headRefName: headRef,
    headRefOid: () => readers.pullRequestHead(pullRequest),
    headRef: () => (headRepository ? views.ref(headRepository, headRef) : null),
    headRepository: () => (headRepository ? views.repository(headRepository) : null),
    headRepositoryOwner: () => (headRepository ? views.actor(headRepository.owner) : null),
    baseRefName: baseRef,
    baseRef: () => views.ref(repository, baseRef),
    baseRefOid: async () => (await readers.headOf(repository, baseRef)) ?? pullRequest.lastHeadOid,
    isCrossRepository: headRepository?.id !== repository.id,
  };
}

function sharedView({ views, serverUrl, state }: ViewContext, thread: Issue | PullRequest): Fields {
  const { repository, number, author } = thread;
  const path = `/${repository.fullName}/${thread.kind === 'issue' ? 'issues' : 'pull'}/${number}`;
  return {
    id: thread.id,
    databaseId: thread.databaseId,
    fullDatabaseId: String(thread.databaseId),
    number,
    title: thread.title,
    body: () => state.shownBody(thread),
    state: thread.state,
    url: `${serverUrl}${path}`,
    resourcePath: path,
    createdAt: isoTime(thread.createdAtMs),
    updatedAt: isoTime(thread.updatedAtMs),
    author: () => views.actor(author),
    viewerDidAuthor: author === state.viewer,
    repository: () => views.repository(repository),
    comments: (args: PageArguments) =>
      connection(args, {
        items: state.visible(thread.comments),
        rank: ({ databaseId }) => databaseId,
        view: views.comment,
      }),
  };
}

function commentView({ views, serverUrl, state }: ViewContext, comment: Comment): Fields {
  const { thread, author } = comment;
  const kind = thread.kind === 'issue' ? 'issues' : 'pull';
  return {
    __typename: 'IssueComment',
    id: comment.id,
    databaseId: comment.databaseId,
    fullDatabaseId: String(comment.databaseId),
    body: comment.body,
    url: `${serverUrl}/${thread.repository.fullName}/${kind}/${thread.number}#issuecomment-${comment.databaseId}`,
    author: () => views.actor(author),
    viewerDidAuthor: author === state.viewer,
    viewerCanUpdate: author === state.viewer,
    createdAt: isoTime(comment.createdAtMs),
    updatedAt: isoTime(comment.updatedAtMs),
    isMinimized: false,
    repository: () => views.repository(thread.repository),
    issue: () => (thread.kind === 'issue' ? views.issue(thread) : null),
    pullRequest: () => (thread.kind === 'pull-request' ? views.pullRequest(thread) : null),
  };
}
