import * as z from 'zod';
import type { BoardContent, BoardItem, LinkedPullRequest } from '../../core/ports/github.ts';

const repository = z.object({ nameWithOwner: z.string() });

const LinkedAnswer = z.object({
  number: z.int(),
  pullRequestState: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  headRefName: z.string(),
  headRepository: repository.nullable(),
  repository,
});

const ContentAnswer = z.discriminatedUnion('__typename', [
  z.object({ __typename: z.literal('DraftIssue'), id: z.string(), title: z.string() }),
  z.object({
    __typename: z.literal('Issue'),
    id: z.string(),
    number: z.int(),
    title: z.string(),
    url: z.string(),
    issueState: z.enum(['OPEN', 'CLOSED']),
    repository,
    linkedBranches: z.object({
      nodes: z.array(z.object({ ref: z.object({ name: z.string(), repository }).nullable() }).nullable()),
    }),
    closedByPullRequestsReferences: z.object({ nodes: z.array(LinkedAnswer.nullable()) }).nullable(),
  }),
  LinkedAnswer.extend({ __typename: z.literal('PullRequest'), id: z.string(), title: z.string(), url: z.string() }),
]);

const ItemAnswer = z.object({
  id: z.string(),
  type: z.enum(['ISSUE', 'PULL_REQUEST', 'DRAFT_ISSUE', 'REDACTED']),
  isArchived: z.boolean(),
  createdAt: z.iso.datetime({ offset: true }),
  // Values of another type than we ask for arrive as empty objects.
  status: z
    .object({
      name: z.string().nullish(),
      updatedAt: z.iso.datetime({ offset: true }).nullish(),
      creator: z.object({ __typename: z.string(), login: z.string() }).nullish(),
    })
    .nullable(),
  branch: z.object({ text: z.string().nullish() }).nullable(),
  priority: z.object({ optionId: z.string().nullish() }).nullable(),
  content: ContentAnswer.nullable(),
});

/** A field of the board; `options` is there when it is a single-select field. */
const FieldAnswer = z.object({
  id: z.string().optional(),
  options: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
});

const ProjectAnswer = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  status: FieldAnswer.nullish(),
  priority: FieldAnswer.nullish(),
  items: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(ItemAnswer.nullable()),
  }),
});
export type ProjectAnswer = z.infer<typeof ProjectAnswer>;

/** Null when owner or project is not to be seen. */
function ofOwner<T extends z.ZodType>(project: T) {
  return z.object({ owner: z.object({ projectV2: project.nullable() }).nullable() });
}

export const BoardAnswer = ofOwner(ProjectAnswer);

export const FieldListAnswer = ofOwner(
  z.object({
    fields: z.object({ nodes: z.array(z.object({ name: z.string().optional(), dataType: z.string().optional() })) }),
  }),
);

/** Where one card stands, with the ids to move it; null when it is gone. */
export const CardAnswer = z.object({
  node: z
    .object({
      __typename: z.string(),
      isArchived: z.boolean().optional(),
      status: z.object({ name: z.string().nullish() }).nullish(),
      project: z.object({ id: z.string(), status: FieldAnswer.nullish() }).optional(),
    })
    .nullable(),
});

/** Returns the board item that an answered node stands for; `priorities` are the option ids, most urgent first. */
export function toBoardItem(
  node: z.infer<typeof ItemAnswer>,
  { priorities, position }: { priorities: readonly string[]; position: number },
): BoardItem {
  const optionId = node.priority?.optionId;
  const rank = optionId ? priorities.indexOf(optionId) : -1;
  return {
    id: node.id,
    type: node.type,
    title: node.content?.title ?? '(not visible to the token)',
    archived: node.isArchived,
    status: node.status?.name ?? null,
    movedByPersonAtMs: movedByPersonAtMs(node.status),
    branchField: node.branch?.text ?? null,
    priority: rank < 0 ? null : rank,
    position,
    createdAtMs: Date.parse(node.createdAt),
    content: toContent(node.content),
  };
}

/** A move by a program (`Bot`, which GitHub's own workflows are too), or by an account that is gone, is not known to be a person's. */
function movedByPersonAtMs(status: z.infer<typeof ItemAnswer>['status']): number | null {
  const { updatedAt, creator } = status ?? {};
  const isPerson = creator?.__typename === 'User' && !creator.login.endsWith('[bot]');
  return isPerson && updatedAt ? Date.parse(updatedAt) : null;
}

function toContent(content: z.infer<typeof ContentAnswer> | null): BoardContent | null {
  if (content === null || content.__typename === 'DraftIssue') return null;
  const { id, number, url } = content;
  const common = { id, number, url, repository: content.repository.nameWithOwner };
  if (content.__typename === 'PullRequest') {
    const { pullRequestState: state } = content;
    return { ...common, state, pullRequests: [toLinked(content)], linkedBranches: [] };
  }
  return {
    ...common,
    state: content.issueState,
    pullRequests: (content.closedByPullRequestsReferences?.nodes ?? []).flatMap((pr) => (pr ? [toLinked(pr)] : [])),
    linkedBranches: content.linkedBranches.nodes.flatMap((branch) =>
      branch?.ref ? [{ name: branch.ref.name, repository: branch.ref.repository.nameWithOwner }] : [],
    ),
  };
}

function toLinked(answer: z.infer<typeof LinkedAnswer>): LinkedPullRequest {
  return {
    number: answer.number,
    state: answer.pullRequestState,
    headRef: answer.headRefName,
    headRepository: answer.headRepository?.nameWithOwner ?? null,
    repository: answer.repository.nameWithOwner,
  };
}
