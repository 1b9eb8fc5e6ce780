import * as z from 'zod';
import type { BoardContent, BoardField, BoardItem, LinkedPullRequest } from '../../../core/ports/github.ts';

const repository = z.object({ nameWithOwner: z.string() });

const LinkedAnswer = z.object({
  number: z.int(),
  pullRequestState: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  headRefName: z.string(),
  headRepository: repository.nullable(),
  repository,
});

/** Asked for on every connection that may have more than one page. */
const pageInfo = z.object({ hasNextPage: z.boolean() }).optional();

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
      pageInfo,
      nodes: z.array(z.object({ ref: z.object({ name: z.string(), repository }).nullable() }).nullable()),
    }),
    closedByPullRequestsReferences: z.object({ pageInfo, nodes: z.array(LinkedAnswer.nullable()) }).nullable(),
  }),
  LinkedAnswer.extend({ __typename: z.literal('PullRequest'), id: z.string(), title: z.string(), url: z.string() }),
]);

/** Values of another type than we ask for arrive with their type name alone. */
const value = z.object({ __typename: z.string().optional() });

const ValuesAnswer = z.object({
  status: value
    .extend({
      name: z.string().nullish(),
      updatedAt: z.iso.datetime({ offset: true }).nullish(),
      creator: z.object({ __typename: z.string(), login: z.string() }).nullish(),
    })
    .nullable(),
  branch: value.extend({ text: z.string().nullish() }).nullable(),
  priority: value.extend({ optionId: z.string().nullish() }).nullable(),
});
export type ValuesAnswer = z.infer<typeof ValuesAnswer>;

const ItemAnswer = ValuesAnswer.extend({
  id: z.string(),
  type: z.enum(['ISSUE', 'PULL_REQUEST', 'DRAFT_ISSUE', 'REDACTED']),
  isArchived: z.boolean(),
  createdAt: z.iso.datetime({ offset: true }),
  content: ContentAnswer.nullable(),
});

/** What is left of an item with a hole in it. */
const RestOfItem = z.object({
  id: z.string().optional().catch(undefined),
  isArchived: z.boolean().catch(false),
  status: ValuesAnswer.shape.status.catch(null),
  content: z.object({ title: z.string() }).nullable().catch(null),
});

/** A field of the board; `options` is there when it is a single-select field. */
const FieldAnswer = z.object({
  __typename: z.string().optional(),
  dataType: z.string().optional(),
  id: z.string().optional(),
  options: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
});

const ProjectAnswer = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string(),
  viewerCanUpdate: z.boolean().default(true),
  status: FieldAnswer.nullish(),
  branch: FieldAnswer.nullish(),
  priority: FieldAnswer.nullish(),
  fields: z
    .object({ nodes: z.array(z.object({ name: z.string().optional(), dataType: z.string().optional() }).nullable()) })
    .nullish(),
  sample: z.object({ nodes: z.array(ValuesAnswer.nullable().catch(null)) }).nullish(),
  items: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    // Each is checked on its own: one that cannot be read must not hide the others.
    nodes: z.array(z.unknown()),
  }),
});
export type ProjectAnswer = z.infer<typeof ProjectAnswer>;

const Time = z.iso.datetime({ offset: true });

/** A card that was moved a moment ago. */
export const MoveAnswer = z.object({
  updateProjectV2ItemFieldValue: z.object({
    projectV2Item: z.object({ id: z.string(), updatedAt: Time.nullish().catch(null) }),
  }),
});

/** Null when owner or project is not to be seen. */
function ofOwner<T extends z.ZodType>(project: T) {
  return z.object({ owner: z.object({ projectV2: project.nullable() }).nullable() });
}

export const BoardAnswer = ofOwner(ProjectAnswer);

/** Where one card stands, with the ids to move it; null when it is gone. */
export const CardAnswer = z.object({
  node: z
    .object({
      __typename: z.string(),
      isArchived: z.boolean().optional(),
      status: z.object({ name: z.string().nullish(), updatedAt: Time.nullish().catch(null) }).nullish(),
      project: z.object({ id: z.string(), status: FieldAnswer.nullish() }).optional(),
    })
    .nullable(),
});

export interface ItemPlace {
  /** Option ids of the priority field, most urgent first. */
  readonly priorities: readonly string[];
  readonly position: number;
  readonly branchFieldFault: string | null;
  /** Why a part of the node is missing, undefined when nothing is. */
  readonly hole: string | undefined;
}

/** Returns the board item that an answered node stands for; one with a hole, or of an unknown shape, is unreadable. */
export function toBoardItem(node: unknown, place: ItemPlace): BoardItem {
  const parsed = ItemAnswer.safeParse(node);
  if (place.hole !== undefined || !parsed.success) return unreadableItem(node, place);
  const { data } = parsed;
  const optionId = data.priority?.optionId;
  const rank = optionId ? place.priorities.indexOf(optionId) : -1;
  return {
    id: data.id,
    type: data.type,
    title: data.content?.title ?? '(not visible to the token)',
    archived: data.isArchived,
    status: data.status?.name ?? null,
    movedAtMs: toMs(data.status?.updatedAt),
    movedByPersonAtMs: movedByPersonAtMs(data.status),
    branchField: data.branch?.text ?? null,
    branchFieldFault: place.branchFieldFault,
    priority: rank < 0 ? null : rank,
    position: place.position,
    createdAtMs: Date.parse(data.createdAt),
    content: toContent(data.content),
    unreadable: null,
  };
}

/** A move by a program (`Bot`, which GitHub's own workflows are too), or by an account that is gone, is not known to be a person's. */
function movedByPersonAtMs(status: ValuesAnswer['status']): number | null {
  const { updatedAt, creator } = status ?? {};
  const isPerson = creator?.__typename === 'User' && !creator.login.endsWith('[bot]');
  return isPerson ? toMs(updatedAt) : null;
}

/** Returns epoch milliseconds of a time as GitHub writes it, null without one. */
export function toMs(time: string | null | undefined): number | null {
  return time ? Date.parse(time) : null;
}

function unreadableItem(node: unknown, { position, branchFieldFault, hole }: ItemPlace): BoardItem {
  const rest = RestOfItem.safeParse(node).data;
  return {
    id: rest?.id ?? `(card ${position + 1} of the board)`,
    type: 'REDACTED',
    title: rest?.content?.title ?? '(not visible to the token)',
    archived: rest?.isArchived ?? false,
    status: rest?.status?.name ?? null,
    branchField: null,
    branchFieldFault,
    priority: null,
    position,
    createdAtMs: 0,
    content: null,
    unreadable: hole ?? (node === null ? 'it answered with nothing' : 'its answer has an unknown shape'),
  };
}

/** Returns a field of the board; `values` are those that cards have in it. Null when the board lacks it. */
export function toBoardField(
  field: z.infer<typeof FieldAnswer> | null | undefined,
  values: ReadonlyArray<{ readonly isOwn: boolean; readonly typeName: string | undefined }>,
): BoardField | null {
  if (!field) return null;
  const options = field.options?.map(({ name }) => name) ?? null;
  const foreign = values.find(({ isOwn }) => !isOwn);
  return {
    dataType: field.dataType ?? (options === null ? (field.__typename ?? 'unknown') : 'SINGLE_SELECT'),
    options,
    foreignValue: foreign === undefined ? null : (foreign.typeName ?? 'unknown'),
  };
}

function toContent(content: z.infer<typeof ContentAnswer> | null): BoardContent | null {
  if (content === null || content.__typename === 'DraftIssue') return null;
  const { id, number, url } = content;
  const common = { id, number, url, repository: content.repository.nameWithOwner };
  if (content.__typename === 'PullRequest') {
    const { pullRequestState: state } = content;
    return { ...common, state, pullRequests: [toLinked(content)], linkedBranches: [], hasMoreLinks: false };
  }
  const { linkedBranches, closedByPullRequestsReferences: closing } = content;
  return {
    ...common,
    state: content.issueState,
    pullRequests: (closing?.nodes ?? []).flatMap((pr) => (pr ? [toLinked(pr)] : [])),
    linkedBranches: linkedBranches.nodes.flatMap((branch) =>
      branch?.ref ? [{ name: branch.ref.name, repository: branch.ref.repository.nameWithOwner }] : [],
    ),
    hasMoreLinks: [linkedBranches, closing].some((list) => list?.pageInfo?.hasNextPage),
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

/** Returns the field values of an answered node, none when it cannot be read. */
export function readValues(node: unknown): ValuesAnswer[] {
  const parsed = ValuesAnswer.safeParse(node);
  return parsed.success ? [parsed.data] : [];
}
