import { WorkerError } from '../../core/errors.ts';
import { FieldListAnswer } from './board-answer.ts';
import type { GitHubClient } from './client.ts';
import type { OwnerKind } from './documents.ts';
import { listBoardFields } from './documents.ts';

export interface BoardSettings {
  readonly owner: { readonly kind: OwnerKind; readonly login: string };
  readonly projectNumber: number;
  readonly statusField: string;
  readonly branchField: string;
  readonly priorityField: string;
}

/** A board that is not there, or that the token may not see: GitHub does not say which. */
export function boardMissing({ owner, projectNumber }: BoardSettings): WorkerError {
  const rights =
    owner.kind === 'organization'
      ? 'The token needs the organisation permission "Projects: read and write" (a classic token: the scope "project").'
      : 'Boards of a user answer to classic tokens with the scope "project" only; an App or a fine-grained token sees none.';
  return new WorkerError({
    code: 'BOARD_NOT_FOUND',
    what: `The ${owner.kind} "${owner.login}" has no project number ${projectNumber} that this token may see.`,
    why: rights,
    remedy: `Check ${owner.kind} and projectNumber in the project configuration (the project's address ends with its number), then the token's rights.`,
  });
}

/** A board without the Status field, or whose field of that name makes no columns. Lists the fields there are. */
export async function fieldMissing(
  settings: BoardSettings & { client: GitHubClient },
  title: string,
): Promise<WorkerError> {
  const { client, owner, projectNumber, statusField } = settings;
  const answer = await client.graphql({
    document: listBoardFields(owner.kind),
    variables: { login: owner.login, number: projectNumber },
    answer: FieldListAnswer,
  });
  const fields = answer.owner?.projectV2?.fields.nodes ?? [];
  const ofThatName = fields.find(({ name }) => name === statusField);
  const usable = fields.flatMap(({ name, dataType }) => (name && dataType === 'SINGLE_SELECT' ? [`"${name}"`] : []));
  return new WorkerError({
    code: 'BOARD_FIELD_MISSING',
    what: ofThatName
      ? `The field "${statusField}" of the board "${title}" is of type ${ofThatName.dataType}, which has no columns.`
      : `The board "${title}" has no field "${statusField}".`,
    why: `Its single-select fields are: ${usable.join(', ') || '(none)'}.`,
    remedy: 'Put the name of the field that makes the columns into statusField of the project configuration.',
  });
}

/** A column that no option of the Status field names: GitHub answers a filter for it with an empty list, no error. */
export function columnMissing(
  { statusField }: BoardSettings,
  { column, columns }: { column: string; columns: readonly string[] },
): WorkerError {
  const plain = (name: string) => name.trim().replace(/\s+/g, ' ').toLowerCase();
  const near = columns.find((name) => plain(name) === plain(column));
  return new WorkerError({
    code: 'BOARD_COLUMN_MISSING',
    what: `The board has no column "${column}".`,
    why: near
      ? `"${near}" differs in capitals or spaces only; names are compared exactly.`
      : `The options of the field "${statusField}" are: ${columns.map((name) => `"${name}"`).join(', ') || '(none)'}.`,
    remedy: `Put ${near ? `"${near}"` : 'the name of an existing column'} into targetStatusColumn of the project configuration, or rename the column on the board.`,
  });
}
