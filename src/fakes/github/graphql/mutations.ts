import { GitHubError } from '../github-error.ts';
import type { Comment, Field, FieldValue, Item, Node, Project, PullRequest } from '../model.ts';
import { requireLive, requireWritable } from '../permissions.ts';
import { openPullRequest } from '../pull-requests.ts';
import type { Fields } from './connection.ts';
import type { ViewContext } from './view.ts';

type Mutation = (args: { input: Record<string, unknown> }) => Promise<Fields> | Fields;

/** The writes that the product makes by GraphQL. */
export function mutations(context: ViewContext): Record<string, Mutation> {
  return { ...boardMutations(context), ...commentMutations(context), ...pullRequestMutations(context) };
}

function boardMutations({ state, views }: ViewContext): Record<string, Mutation> {
  const locate = (input: Record<string, unknown>) => {
    const project = need<Project>(state.nodes, input.projectId, 'project');
    const item = need<Item>(state.nodes, input.itemId, 'item');
    const field = need<Field>(state.nodes, input.fieldId, 'field');
    if (item.project !== project) throw new GitHubError('NOT_FOUND', 'The item does not exist in the project.');
    if (field.project !== project) throw new GitHubError('NOT_FOUND', 'The field does not exist in the project.');
    return { item, field };
  };
  return {
    updateProjectV2ItemFieldValue: ({ input }) => {
      const { item, field } = locate(input);
      state.setValue(item, field, parseValue(field, input.value as Record<string, unknown>));
      return { ...echo(input), projectV2Item: () => views.item(item) };
    },
    clearProjectV2ItemFieldValue: ({ input }) => {
      const { item, field } = locate(input);
      state.setValue(item, field, null);
      return { ...echo(input), projectV2Item: () => views.item(item) };
    },
  };
}

function commentMutations({ state, views }: ViewContext): Record<string, Mutation> {
  return {
    addComment: ({ input }) => {
      const thread = state.nodes.get(String(input.subjectId));
      if (thread?.kind !== 'issue' && thread?.kind !== 'pull-request') throw unresolved(input.subjectId);
      requireLive(thread.repository);
      const comment = state.addComment({ thread, body: String(input.body) });
      return {
        ...echo(input),
        commentEdge: () => ({ cursor: comment.id, node: views.comment(comment) }),
        subject: () => views.node(thread),
      };
    },
    updateIssueComment: ({ input }) => {
      const comment = need<Comment>(state.nodes, input.id, 'comment');
      if (comment.author !== state.viewer)
        throw forbidden(`${state.viewer} does not have permission to update this comment.`);
      state.edit(comment, { body: String(input.body) });
      return { ...echo(input), issueComment: () => views.comment(comment) };
    },
  };
}

function pullRequestMutations(context: ViewContext): Record<string, Mutation> {
  const { state, views } = context;
  const edit = (input: Record<string, unknown>, changes: Partial<PullRequest>) => {
    const pullRequest = need<PullRequest>(state.nodes, input.pullRequestId, 'pull-request');
    requireWritable(pullRequest.repository);
    state.edit(pullRequest, changes);
    return { ...echo(input), pullRequest: () => views.pullRequest(pullRequest) };
  };
  return {
    updatePullRequest: ({ input }) => {
      const { title, body, baseRefName, state: newState } = input as Record<string, string | null | undefined>;
      return edit(input, {
        ...(typeof title === 'string' && { title }),
        ...(typeof body === 'string' && { body }),
        ...(typeof baseRefName === 'string' && { baseRef: baseRefName }),
        ...(newState && { state: newState as PullRequest['state'] }),
      });
    },
    markPullRequestReadyForReview: ({ input }) => edit(input, { draft: false }),
    convertPullRequestToDraft: ({ input }) => edit(input, { draft: true }),
    closePullRequest: ({ input }) => edit(input, { state: 'CLOSED' }),
    createPullRequest: async ({ input }) => {
      const repository = state.nodes.get(String(input.repositoryId));
      if (repository?.kind !== 'repository') throw unresolved(input.repositoryId);
      const pullRequest = await openPullRequest(context, {
        repository: requireWritable(repository),
        head: String(input.headRefName),
        base: String(input.baseRefName),
        title: String(input.title),
        body: typeof input.body === 'string' ? input.body : '',
        draft: input.draft === true,
      });
      return { ...echo(input), pullRequest: () => views.pullRequest(pullRequest) };
    },
  };
}

function parseValue(field: Field, value: Record<string, unknown>): FieldValue {
  const { singleSelectOptionId, text, number } = value;
  if (field.type === 'SINGLE_SELECT' && typeof singleSelectOptionId === 'string') {
    if (field.options.some(({ id }) => id === singleSelectOptionId)) return { optionId: singleSelectOptionId };
    throw new GitHubError('VALIDATION', 'The single select option Id does not belong to the field');
  }
  if (field.type === 'TEXT' && typeof text === 'string') return { text };
  if (field.type === 'NUMBER' && typeof number === 'number') return { number };
  throw new GitHubError(
    'VALIDATION',
    `Did not receive a ${field.type.toLowerCase()} value to update a field of type ${field.type.toLowerCase()}`,
  );
}

function need<T extends Node>(nodes: ReadonlyMap<string, Node>, id: unknown, kind: T['kind']): T {
  const node = nodes.get(String(id));
  if (node?.kind !== kind) throw unresolved(id);
  return node as T;
}

function unresolved(id: unknown): GitHubError {
  return new GitHubError('NOT_FOUND', `Could not resolve to a node with the global id of '${String(id)}'`);
}

function forbidden(message: string): GitHubError {
  return new GitHubError('FORBIDDEN', message);
}

function echo(input: Record<string, unknown>): Fields {
  return { clientMutationId: input.clientMutationId ?? null };
}
