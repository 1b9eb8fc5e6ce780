import { WorkerError } from '../errors.ts';
import type { BoardField, BoardSnapshot } from '../ports/github.ts';
import { lookAlike, plainName, quoteName } from './visible-name.ts';

/** What of a project configuration names something on the board; `destinations` are the columns that cards are moved to. */
export interface BoardNames {
  readonly statusField: string;
  readonly branchField: string;
  readonly priorityField: string;
  /** Null when no column is looked for. */
  readonly targetStatusColumn: string | null;
  readonly destinations: ReadonlyArray<{ readonly setting: string; readonly column: string }>;
}

interface BoardProblem {
  /** With it no card could ever be eligible; without one the board can be used, but not all of it. */
  readonly code: 'BOARD_FIELD_MISSING' | 'BOARD_COLUMN_MISSING' | null;
  readonly what: string;
  readonly why?: string;
  readonly remedy?: string;
}

/** Returns what of the board is not as the configuration and the worker need it, one sentence each; throws the blocking
 *  ones (BOARD_FIELD_MISSING, BOARD_COLUMN_MISSING) with all others beside them. */
export function requireUsableBoard(board: Pick<BoardSnapshot, 'title' | 'fields' | 'canUpdate'>, names: BoardNames) {
  const problems = [...findStatusProblems(board, names), ...findBranchProblems(board, names)];
  problems.push(...findPriorityProblems(board, names));
  if (!board.canUpdate)
    problems.push({ code: null, what: `The token may not move cards of the board "${board.title}".` });
  const [first, ...more] = problems.filter(({ code }) => code !== null);
  if (!first?.code) return problems.map(sentenceOf);
  const others = [...more, ...problems.filter(({ code }) => code === null)].map(sentenceOf);
  throw new WorkerError({
    code: first.code,
    what: first.what,
    ...(first.why === undefined ? {} : { why: first.why }),
    ...(others.length > 0 ? { problems: others } : {}),
    remedy: first.remedy ?? 'Correct the project configuration, or the board.',
  });
}

type Fields = Pick<BoardSnapshot, 'title' | 'fields'>;

function findStatusProblems(board: Fields, names: BoardNames): BoardProblem[] {
  const { title, fields } = board;
  const { statusField } = names;
  const selects = fields.all.filter(({ dataType }) => dataType === 'SINGLE_SELECT').map(({ name }) => name);
  const unusable = (what: string): BoardProblem[] => [
    {
      code: 'BOARD_FIELD_MISSING',
      what,
      why: `Its single-select fields are: ${listNames(selects)}.`,
      remedy: 'Put the name of the field that makes the columns into statusField of the project configuration.',
    },
  ];
  if (fields.status === null)
    return unusable(`The board "${title}" has no field ${quoteName(statusField)}${nearOf(statusField, fields)}.`);
  if (fields.status.options === null) {
    return unusable(
      `The field ${quoteName(statusField)} of the board "${title}" is of type ${fields.status.dataType}, which has no columns.`,
    );
  }
  if (fields.status.foreignValue !== null) {
    return unusable(
      `The field ${quoteName(statusField)} of the board "${title}" ${foreignWords(fields.status)}, by which GitHub lets nobody move a card.`,
    );
  }
  return findColumnProblems(fields.status.options, names);
}

function findColumnProblems(columns: readonly string[], names: BoardNames): BoardProblem[] {
  const { statusField, targetStatusColumn: target, destinations } = names;
  const problems: BoardProblem[] = [];
  if (target !== null && !columns.includes(target)) {
    const near = lookAlike(target, columns);
    problems.push({
      code: 'BOARD_COLUMN_MISSING',
      what: `The board has no column ${quoteName(target)}.`,
      why: near
        ? `${quoteName(near)} differs in capitals or spaces only, or in what cannot be seen; names are compared exactly.`
        : `The options of the field ${quoteName(statusField)} are: ${listNames(columns)}.`,
      remedy: `Put ${near ? quoteName(near) : 'the name of an existing column'} into targetStatusColumn of the project configuration, or rename the column on the board.`,
    });
  }
  for (const { setting, column } of destinations) {
    if (columns.includes(column)) continue;
    const near = lookAlike(column, columns);
    const hint = near ? ` (there is ${quoteName(near)})` : '';
    problems.push({
      code: null,
      what: `The board has no column for ${setting} ${quoteName(column)}${hint}; cards are not moved there.`,
    });
  }
  return [...problems, ...findTwins(statusField, columns)];
}

function findTwins(field: string, options: readonly string[]): BoardProblem[] {
  const first = new Map<string, string>();
  return options.flatMap((option) => {
    const twin = first.get(plainName(option));
    first.set(plainName(option), twin ?? option);
    if (twin === undefined) return [];
    return [
      {
        code: null,
        what: `Two options of the field ${quoteName(field)} look alike: ${quoteName(twin)} and ${quoteName(option)}.`,
      },
    ];
  });
}

function findBranchProblems({ title, fields }: Fields, { branchField }: BoardNames): BoardProblem[] {
  const instead = 'a card needs a linked pull request or branch instead.';
  if (fields.branch === null) {
    const near = nearOf(branchField, fields);
    return [
      {
        code: null,
        what: `The board "${title}" has no field ${quoteName(branchField)} (branchField)${near}: ${instead}`,
      },
    ];
  }
  const fault = branchFieldFault(fields.branch);
  return fault === null
    ? []
    : [
        {
          code: null,
          what: `The field ${quoteName(branchField)} (branchField) ${fault} where a text is needed: ${instead}`,
        },
      ];
}

/** A board needs no priorities: the field is missed only where its name was chosen, or one like it is there. */
function findPriorityProblems({ fields }: Fields, { priorityField }: BoardNames): BoardProblem[] {
  const instead = "cards are taken in the board's order.";
  const problem = (what: string): BoardProblem => ({ code: null, what: `${what}: ${instead}` });
  if (fields.priority === null) {
    const near = nearOf(priorityField, fields);
    if (near === '' && priorityField === 'Priority') return [];
    return [problem(`The board has no field ${quoteName(priorityField)} (priorityField)${near}`)];
  }
  const fault = wrongType(fields.priority, 'SINGLE_SELECT');
  if (fault !== null)
    return [problem(`The field ${quoteName(priorityField)} (priorityField) ${fault} where a single select is needed`)];
  return findTwins(priorityField, fields.priority.options ?? []);
}

/** Returns what keeps a board's branch field from naming branches, null when nothing does. */
export function branchFieldFault(field: BoardField | null): string | null {
  return field === null ? 'is not there' : wrongType(field, 'TEXT');
}

/** Returns what the field is instead of `wanted`, null when it is that. */
function wrongType(field: BoardField, wanted: 'TEXT' | 'SINGLE_SELECT'): string | null {
  if (field.foreignValue !== ISSUE_FIELD && field.dataType !== wanted) return `is of type ${field.dataType}`;
  return field.foreignValue === null ? null : foreignWords(field);
}

const ISSUE_FIELD = 'ProjectV2ItemIssueFieldValue';

function foreignWords({ foreignValue }: BoardField): string {
  if (foreignValue === ISSUE_FIELD) return "is an issue field of the organisation, not one of the board's own";
  return foreignValue === 'unknown' ? 'holds values of an unknown type' : `holds values of type ${foreignValue}`;
}

function nearOf(name: string, { all }: BoardSnapshot['fields']): string {
  const near = lookAlike(
    name,
    all.map((field) => field.name),
  );
  return near === undefined ? '' : `, but ${quoteName(near)}`;
}

function listNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ') || '(none)';
}

function sentenceOf({ what, why }: BoardProblem): string {
  return why === undefined ? what : `${what} ${why}`;
}
