import { UNTOUCHED_PROJECT_CONFIG } from '../config.ts';
import { type Fields, fields, text } from '../json-lines.ts';
import { COLUMNS } from '../names.ts';
import type { BoardDesign } from '../ports/setup/github-setup.ts';
import type { BoardAddress } from './board-address.ts';

/** A column of this name is taken for failed cards without being asked for. */
const FAILED_COLUMN = 'Needs a person';

export interface ProjectChoices {
  readonly repository?: string | undefined;
  readonly column?: string | undefined;
}

export type ProjectProposal =
  | { readonly kind: 'complete'; readonly config: Fields }
  /** GitHub alone does not tell; `options` are what it could be. */
  | { readonly kind: 'choose'; readonly what: keyof ProjectChoices; readonly options: readonly string[] };

/** Returns the project configuration for a board: what GitHub says of the board, what was chosen, and what `earlier` says beside
 *  both; or what has to be chosen first. */
export function proposeProject(request: {
  readonly address: BoardAddress;
  readonly design: BoardDesign;
  readonly choices: ProjectChoices;
  /** The configuration of before, parsed; anything else than a filled one counts as none. */
  readonly earlier: unknown;
}): ProjectProposal {
  const { address, design, choices } = request;
  const { organization: _, user: __, ...earlier } = filledIn(request.earlier);
  const isSameBoard = fields(earlier).projectNumber === address.projectNumber;
  const repository =
    choices.repository ?? onlyOne(design.repositories) ?? (isSameBoard ? text(earlier.repository) : null);
  if (repository === null) return { kind: 'choose', what: 'repository', options: design.repositories };
  const columns = columnsOf(design, text(earlier.statusField) ?? 'Status');
  const column =
    choices.column ?? [text(earlier.targetStatusColumn), COLUMNS.target].find((name) => name && columns.includes(name));
  if (!column) return { kind: 'choose', what: 'column', options: columns };
  const { kind, login } = address.owner;
  const failed =
    earlier.failedColumn === undefined && columns.includes(FAILED_COLUMN) ? { failedColumn: FAILED_COLUMN } : {};
  return {
    kind: 'complete',
    config: {
      ...(kind === 'organization' ? { organization: login } : { user: login }),
      repository: shortName(repository, login),
      projectNumber: address.projectNumber,
      targetStatusColumn: column,
      ...failed,
      ...without(earlier, ['repository', 'projectNumber', 'targetStatusColumn']),
    },
  };
}

function filledIn(earlier: unknown): Fields {
  const found = fields(earlier);
  return found.repository === UNTOUCHED_PROJECT_CONFIG.repository ? {} : found;
}

function onlyOne(names: readonly string[]): string | null {
  return names.length === 1 ? (names[0] ?? null) : null;
}

function columnsOf({ fields: all }: BoardDesign, statusField: string): string[] {
  const status = all.find(({ name }) => name.toLowerCase() === statusField.toLowerCase());
  return (status?.options ?? []).map(({ name }) => name);
}

/** The owner of the board is understood. */
function shortName(repository: string, login: string): string {
  const [owner = '', name] = repository.split('/');
  return name !== undefined && owner.toLowerCase() === login.toLowerCase() ? name : repository;
}

function without(from: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));
}
