import { inspectBranches, LIST_PULL_REQUESTS } from './branches/document.ts';
import { findFolders } from './branches/folders.ts';
import { READ_RULES_FILE } from './branches/rules-file.ts';
import type { GraphQlDocument } from './graphql-document.ts';

const OPTIONS = `
fragment Options on ProjectV2FieldConfiguration {
  __typename
  ... on ProjectV2FieldCommon { dataType }
  ... on ProjectV2SingleSelectField { id options { id name } }
}`;

const ITEM = `
fragment Item on ProjectV2Item {
  id
  type
  isArchived
  createdAt
  ...Values
  content {
    __typename
    ... on DraftIssue { id title }
    ... on Issue {
      id
      number
      title
      url
      issueState: state
      repository { nameWithOwner }
      linkedBranches(first: 10) { pageInfo { hasNextPage } nodes { ref { name repository { nameWithOwner } } } }
      closedByPullRequestsReferences(first: 10) { pageInfo { hasNextPage } nodes { ...Linked } }
    }
    ... on PullRequest { id title url ...Linked }
  }
}
fragment Values on ProjectV2Item {
  status: fieldValueByName(name: $status) {
    __typename
    ... on ProjectV2ItemFieldSingleSelectValue { name updatedAt creator { __typename login } }
  }
  branch: fieldValueByName(name: $branch) { __typename ... on ProjectV2ItemFieldTextValue { text } }
  priority: fieldValueByName(name: $priority) { __typename ... on ProjectV2ItemFieldSingleSelectValue { optionId } }
}
fragment Linked on PullRequest {
  number
  pullRequestState: state
  headRefName
  headRepository { nameWithOwner }
  repository { nameWithOwner }
}`;

export type OwnerKind = 'organization' | 'user';

/** One page of the board. `items(query:)` is absent from older servers, so there is a document without the filter. Where a
 *  filter hides cards whose status is of another type than a filter knows, `sample` still shows their values. */
export function readBoard({
  owner,
  filter,
  first,
}: {
  owner: OwnerKind;
  filter: boolean;
  first: number;
}): GraphQlDocument {
  return {
    name: 'ReadBoard',
    text: `query ReadBoard(
  $login: String!, $number: Int!, $status: String!, $branch: String!, $priority: String!,
  $after: String${filter ? ', $filter: String!' : ''}
) {
  owner: ${owner}(login: $login) {
    projectV2(number: $number) {
      id
      title
      url
      viewerCanUpdate
      status: field(name: $status) { ...Options }
      branch: field(name: $branch) { ...Options }
      priority: field(name: $priority) { ...Options }
      fields(first: 100) { nodes { ... on ProjectV2FieldCommon { name dataType } } }${filter ? SAMPLE : ''}
      items(first: ${first}, after: $after${filter ? ', query: $filter' : ''}) {
        pageInfo { hasNextPage endCursor }
        nodes { ...Item }
      }
    }
  }
}${OPTIONS}${ITEM}`,
  };
}

const SAMPLE = `
      sample: items(first: 20) { nodes { ...Values } }`;

/** Where a card stands now, with the ids that moving it needs. */
export const LOCATE_CARD: GraphQlDocument = {
  name: 'LocateCard',
  text: `query LocateCard($itemId: ID!, $status: String!) {
  node(id: $itemId) {
    __typename
    ... on ProjectV2Item {
      isArchived
      status: fieldValueByName(name: $status) { ... on ProjectV2ItemFieldSingleSelectValue { name updatedAt } }
      project { id status: field(name: $status) { ...Options } }
    }
  }
}${OPTIONS}`,
};

export const MOVE_CARD: GraphQlDocument = {
  name: 'MoveCard',
  text: `mutation MoveCard($projectId: ID!, $itemId: ID!, $fieldId: ID!, $optionId: String!) {
  updateProjectV2ItemFieldValue(
    input: { projectId: $projectId, itemId: $itemId, fieldId: $fieldId, value: { singleSelectOptionId: $optionId } }
  ) { projectV2Item { id updatedAt } }
}`,
};

export const READ_DRAFT_STATE: GraphQlDocument = {
  name: 'ReadDraftState',
  text: `query ReadDraftState($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { id isDraft } }
}`,
};

export const MARK_READY: GraphQlDocument = {
  name: 'MarkReady',
  text: `mutation MarkReady($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`,
};

export const CONVERT_TO_DRAFT: GraphQlDocument = {
  name: 'ConvertToDraft',
  text: `mutation ConvertToDraft($id: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`,
};

/** One page of comments of an issue or pull request, the newest page first. */
export const FIND_COMMENTS: GraphQlDocument = {
  name: 'FindComments',
  text: `query FindComments($owner: String!, $name: String!, $number: Int!, $before: String) {
  repository(owner: $owner, name: $name) {
    issueOrPullRequest(number: $number) {
      __typename
      ... on Issue { id comments(last: 50, before: $before) { ...Comments } }
      ... on PullRequest { id comments(last: 50, before: $before) { ...Comments } }
    }
  }
}
fragment Comments on IssueCommentConnection {
  pageInfo { hasPreviousPage startCursor }
  nodes { id body url viewerDidAuthor }
}`,
};

export const EDIT_COMMENT: GraphQlDocument = {
  name: 'EditComment',
  text: `mutation EditComment($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) { issueComment { url } }
}`,
};

export const ADD_COMMENT: GraphQlDocument = {
  name: 'AddComment',
  text: `mutation AddComment($subjectId: ID!, $body: String!) {
  addComment(input: { subjectId: $subjectId, body: $body }) { commentEdge { node { url } } }
}`,
};

export const READ_VIEWER: GraphQlDocument = {
  name: 'ReadViewer',
  text: 'query ReadViewer { viewer { login databaseId } }',
};

/** All documents, in the shapes that are sent: for validation, not for sending. */
export function allDocuments(): readonly GraphQlDocument[] {
  return [
    ...(['organization', 'user'] as const).flatMap((owner) => [
      readBoard({ owner, filter: true, first: 100 }),
      readBoard({ owner, filter: false, first: 100 }),
    ]),
    LOCATE_CARD,
    MOVE_CARD,
    inspectBranches([]),
    inspectBranches([1]),
    inspectBranches(Array.from({ length: 50 }, () => 2)),
    LIST_PULL_REQUESTS,
    READ_RULES_FILE,
    findFolders(Array.from({ length: 50 }, () => 3)),
    READ_DRAFT_STATE,
    MARK_READY,
    CONVERT_TO_DRAFT,
    FIND_COMMENTS,
    EDIT_COMMENT,
    ADD_COMMENT,
    READ_VIEWER,
  ];
}
