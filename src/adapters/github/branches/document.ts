import { REPOSITORY_FILE } from '../../../core/names.ts';
import type { GraphQlDocument } from '../graphql-document.ts';
import { HEAD_COMMIT } from '../head-commit.ts';

/** Facts of the repository, and of as many branches as `folderCounts` has members; each member is the number of spec
 *  folders to look into. Branch i answers under the aliases b{i} (ref), p{i} (pull requests), and for its folder j
 *  f{i}_{j} (tree), t{i}_{j} (tasks.md) and c{i}_{j} (.config.kiro); names and paths are variables throughout. */
export function inspectBranches(folderCounts: readonly number[]): GraphQlDocument {
  const variables = ['$owner: String!', '$name: String!'];
  const fields: string[] = [];
  folderCounts.forEach((folders, i) => {
    variables.push(`$ref${i}: String!`, `$branch${i}: String!`);
    fields.push(
      `b${i}: ref(qualifiedName: $ref${i}) { ...Head }`,
      `p${i}: pullRequests(headRefName: $branch${i}, states: OPEN, first: 10) { ...Facts }`,
    );
    for (let j = 0; j < folders; j += 1) {
      const at = `${i}_${j}`;
      variables.push(`$folder${at}: String!`, `$tasks${at}: String!`, `$config${at}: String!`);
      fields.push(
        `f${at}: object(expression: $folder${at}) { __typename ... on Tree { entries { name type mode oid } } }`,
        `t${at}: object(expression: $tasks${at}) { ...File }`,
        `c${at}: object(expression: $config${at}) { ...File }`,
      );
    }
  });
  const uses = (fragment: string) => fields.some((field) => field.includes(`...${fragment}`));
  return {
    name: 'InspectBranches',
    text: `query InspectBranches(${variables.join(', ')}) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isArchived
    viewerPermission
    defaultBranchRef { name ...RulesFile }
    ${fields.join('\n    ')}
  }
}${uses('Head') ? HEAD : ''}${uses('Facts') ? FACTS : ''}${uses('File') ? FILE : ''}${RULES_FILE}`,
  };
}

/** Protection is asked as rights: `refUpdateRule` says what it forbids the viewer, and `branchProtectionRule`, which only
 *  administrators see, whether it binds them too. */
const HEAD = `
fragment Head on Ref {
  prefix
  name
  target { oid ...HeadCommit }
  branchProtectionRule {
    pattern
    isAdminEnforced
    requiresApprovingReviews
    requiresCommitSignatures
    requiresLinearHistory
  }
  refUpdateRule { pattern viewerCanPush requiresSignatures requiresLinearHistory }
}${HEAD_COMMIT}`;

const FACTS = `
fragment Facts on PullRequestConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    id
    number
    url
    isDraft
    headRefName
    headRepository { nameWithOwner }
    baseRefName
    baseRef { ...RulesFile }
  }
}`;

const RULES_FILE = `
fragment RulesFile on Ref { target { __typename ... on Commit { file(path: "${REPOSITORY_FILE}") { oid } } } }`;

const FILE = `
fragment File on GitObject { __typename ... on Blob { text isBinary isTruncated } }`;

/** All open pull requests of one head name: forks may have many of the same. */
export const LIST_PULL_REQUESTS: GraphQlDocument = {
  name: 'ListPullRequests',
  text: `query ListPullRequests($owner: String!, $name: String!, $branch: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(headRefName: $branch, states: OPEN, first: 50, after: $after) { ...Facts }
  }
}${FACTS}${RULES_FILE}`,
};
