import { GitHubError } from '../github-error.ts';
import { isJsonObject, type JsonObject, textIn } from '../json-object.ts';
import type { Field, FieldValue, PullRequest } from '../model.ts';
import { requireCommentable, requireRight, requireWritable } from '../permissions.ts';
import { openPullRequest } from '../pull-requests.ts';
import { refusal } from '../refusals.ts';
import { fieldMutations } from './field-mutations.ts';
import { type Mutation, mutationId, requireNode, unresolved } from './mutation.ts';
import type { ViewContext } from './view.ts';

/** The writes that the product makes by GraphQL. */
export function mutations(context: ViewContext): Record<string, Mutation> {
  return { ...boardMutations(context), ...commentMutations(context), ...pullRequestMutations(context) };
}

function boardMutations({ state, views }: ViewContext): Record<string, Mutation> {
  const locate = (input: JsonObject) => {
    const project = requireNode(state, { kind: 'project', id: input.projectId });
    const item = requireNode(state, { kind: 'item', id: input.itemId });
    const field = requireNode(state, { kind: 'field', id: input.fieldId });
    requireRight(state, 'projects');
    if (item.project !== project) throw new GitHubError('NOT_FOUND', 'The item does not exist in the project.');
    // hoonsubin/github-projects-mcp-server#248
    if (field.isIssueField) throw new GitHubError('VALIDATION', ISSUE_FIELD);
    if (field.project !== project) throw new GitHubError('NOT_FOUND', 'The field does not exist in the project.');
    if (item.archived) throw refusal('archived-item');
    return { item, field };
  };
  const by = state.viewer;
  return {
    updateProjectV2ItemFieldValue: ({ input }) => {
      const { item, field } = locate(input);
      state.setValue(item, { field, value: parseValue(field, isJsonObject(input.value) ? input.value : {}), by });
      return { ...mutationId(input), projectV2Item: () => views.item(item) };
    },
    clearProjectV2ItemFieldValue: ({ input }) => {
      const { item, field } = locate(input);
      state.setValue(item, { field, value: null, by });
      return { ...mutationId(input), projectV2Item: () => views.item(item) };
    },
    ...fieldMutations({ state, views }),
  };
}

const ISSUE_FIELD =
  'Issue fields used as a project field in organization accounts cannot be mutated in the current project.';

function commentMutations({ state, views }: ViewContext): Record<string, Mutation> {
  return {
    addComment: ({ input }) => {
      const thread = state.nodes.get(String(input.subjectId));
      if (thread?.kind !== 'issue' && thread?.kind !== 'pull-request') throw unresolved(input.subjectId);
      requireCommentable(state, thread);
      const comment = state.addComment({ thread, body: String(input.body) });
      return {
        ...mutationId(input),
        commentEdge: () => ({ cursor: comment.id, node: views.comment(comment) }),
        subject: () => views.node(thread),
      };
    },
    updateIssueComment: ({ input }) => {
      const comment = requireNode(state, { kind: 'comment', id: input.id });
      if (comment.author !== state.viewer)
        throw forbidden(`${state.viewer} does not have permission to update this comment.`);
      requireRight(state, 'issues', ...(comment.thread.kind === 'pull-request' ? (['pullRequests'] as const) : []));
      state.edit(comment, { body: String(input.body) });
      return { ...mutationId(input), issueComment: () => views.comment(comment) };
    },
  };
}

function pullRequestMutations(context: ViewContext): Record<string, Mutation> {
  const { state, views } = context;
  const edit = (input: JsonObject, changes: Partial<PullRequest>) => {
    const pullRequest = requireNode(state, { kind: 'pull-request', id: input.pullRequestId });
    requireWritable(state, pullRequest.repository);
    state.edit(pullRequest, changes);
    return { ...mutationId(input), pullRequest: () => views.pullRequest(pullRequest) };
  };
  return {
    updatePullRequest: ({ input }) => {
      const [title, body, baseRef] = ['title', 'body', 'baseRefName'].map((name) => textIn(input, name));
      const newState = (['OPEN', 'CLOSED'] as const).find((name) => name === input.state);
      return edit(input, {
        ...(title !== undefined && { title }),
        ...(body !== undefined && { body }),
        ...(baseRef !== undefined && { baseRef }),
        ...(newState && { state: newState }),
      });
    },
    markPullRequestReadyForReview: ({ input }) => edit(input, { draft: false }),
    convertPullRequestToDraft: ({ input }) => edit(input, { draft: true }),
    closePullRequest: ({ input }) => edit(input, { state: 'CLOSED' }),
    createPullRequest: async ({ input }) => {
      const repository = requireNode(state, { kind: 'repository', id: input.repositoryId });
      const pullRequest = await openPullRequest(context, {
        repository: requireWritable(state, repository),
        head: String(input.headRefName),
        base: String(input.baseRefName),
        title: String(input.title),
        body: textIn(input, 'body') ?? '',
        draft: input.draft === true,
      });
      return { ...mutationId(input), pullRequest: () => views.pullRequest(pullRequest) };
    },
  };
}

function parseValue(field: Field, value: JsonObject): FieldValue {
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

function forbidden(message: string): GitHubError {
  return new GitHubError('FORBIDDEN', message);
}
