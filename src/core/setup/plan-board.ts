import type { BoardNames } from '../cards/board-problems.ts';
import { lookAlike, quoteName } from '../cards/visible-name.ts';
import type { BoardDesign, DesignedField } from '../ports/setup/github-setup.ts';

export interface BoardPlan {
  /** Name of the text field that is to be added. */
  readonly branchField: string | null;
  /** Options that are to be added to the field that makes the columns. */
  readonly columns: { readonly field: DesignedField; readonly names: readonly string[] } | null;
  /** What only a person can decide, one sentence each. */
  readonly obstacles: readonly string[];
}

/** Returns what a board lacks of what a configuration names; only additions, since a renamed or removed option takes cards with it. */
export function planBoard(design: BoardDesign, names: Omit<BoardNames, 'priorityField'>): BoardPlan {
  const branch = planBranchField(design, names.branchField);
  const columns = planColumns(design, names);
  return {
    branchField: branch.add,
    columns: columns.add,
    obstacles: [...branch.obstacles, ...columns.obstacles],
  };
}

function planBranchField({ fields }: BoardDesign, name: string): { add: string | null; obstacles: string[] } {
  const present = find(fields, name);
  if (present === undefined) return { add: name, obstacles: [] };
  if (present.dataType === 'TEXT') return { add: null, obstacles: [] };
  return {
    add: null,
    obstacles: [
      `The field ${quoteName(present.name)} is of type ${present.dataType}, not a text: rename it on the board, or put another name into branchField of the project configuration.`,
    ],
  };
}

function planColumns(
  { fields }: BoardDesign,
  { statusField, targetStatusColumn, destinations }: Omit<BoardNames, 'priorityField'>,
): { add: BoardPlan['columns']; obstacles: string[] } {
  const field = find(fields, statusField);
  if (!field?.options)
    return {
      add: null,
      obstacles: [
        `The board has no single-select field ${quoteName(statusField)} that could make columns: put the name of the one that does into statusField of the project configuration.`,
      ],
    };
  const present = field.options.map(({ name }) => name);
  const wanted = [targetStatusColumn ?? [], destinations.map(({ column }) => column)].flat();
  const missing = [...new Set(wanted)].filter((name) => !present.includes(name));
  const twins = missing.flatMap((name) => {
    const near = lookAlike(name, present);
    return near === undefined ? [] : [{ name, near }];
  });
  const names = missing.filter((name) => !twins.some((twin) => twin.name === name));
  return {
    add: names.length === 0 ? null : { field, names },
    obstacles: twins.map(
      ({ name, near }) =>
        `The column ${quoteName(name)} would be a twin of ${quoteName(near)}: put that name into the project configuration, or rename it on the board.`,
    ),
  };
}

/** GitHub takes names of fields in any case. */
function find(fields: readonly DesignedField[], name: string): DesignedField | undefined {
  return fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}
