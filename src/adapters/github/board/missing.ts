import { WorkerError } from '../../../core/errors.ts';
import type { OwnerKind } from '../documents.ts';

export interface BoardSettings {
  readonly owner: { readonly kind: OwnerKind; readonly login: string };
  readonly projectNumber: number;
  readonly statusField: string;
  readonly branchField: string;
  readonly priorityField: string;
  /** Columns that cards are moved to, each with its setting. */
  readonly destinations: ReadonlyArray<{ readonly setting: string; readonly column: string }>;
}

/** A board that is not there, or that the token may not see: GitHub does not say which. */
export function boardMissing({ owner, projectNumber }: Pick<BoardSettings, 'owner' | 'projectNumber'>): WorkerError {
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
