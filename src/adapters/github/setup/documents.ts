import type { OwnerKind } from '../documents.ts';
import type { GraphQlDocument } from '../graphql-document.ts';

/** The board without its cards. A board has 50 fields at most. */
export function describeBoard(owner: OwnerKind): GraphQlDocument {
  return {
    name: 'DescribeBoard',
    text: `query DescribeBoard($login: String!, $number: Int!) {
  owner: ${owner}(login: $login) {
    projectV2(number: $number) {
      id
      title
      url
      viewerCanUpdate
      fields(first: 100) {
        nodes {
          ... on ProjectV2FieldCommon { id name dataType }
          ... on ProjectV2SingleSelectField { options { id name color description } }
        }
      }
      repositories(first: 50) { nodes { nameWithOwner } }
    }
  }
}`,
  };
}

export const ADD_TEXT_FIELD: GraphQlDocument = {
  name: 'AddTextField',
  text: `mutation AddTextField($projectId: ID!, $name: String!) {
  createProjectV2Field(input: { projectId: $projectId, dataType: TEXT, name: $name }) {
    projectV2Field { ... on ProjectV2FieldCommon { id } }
  }
}`,
};

export const SET_OPTIONS: GraphQlDocument = {
  name: 'SetOptions',
  text: `mutation SetOptions($fieldId: ID!, $options: [ProjectV2SingleSelectFieldOptionInput!]!) {
  updateProjectV2Field(input: { fieldId: $fieldId, singleSelectOptions: $options }) {
    projectV2Field { ... on ProjectV2SingleSelectField { options { id name } } }
  }
}`,
};

/** All documents, in the shapes that are sent: for validation, not for sending. */
export function setupDocuments(): readonly GraphQlDocument[] {
  return [describeBoard('organization'), describeBoard('user'), ADD_TEXT_FIELD, SET_OPTIONS];
}
