import * as z from 'zod';
import { COLUMNS } from './names.ts';

const column = z.string().trim().min(1, 'must not be empty').max(100, 'must be 100 characters at most');

/** Setting of the column that cards are taken from. */
export const targetColumn = column.default(COLUMNS.target).describe('Cards in this column are eligible.');

/** Settings of the columns that the worker moves cards to: the one table of them. */
export const DestinationColumns = z.object({
  inProgressColumn: column.nullable().default(COLUMNS.inProgress).describe('Column of a card whose build runs.'),
  reviewColumn: column.nullable().default(COLUMNS.review).describe('Column of a completed card.'),
  failedColumn: column
    .nullable()
    .default(null)
    .describe(
      'Column of a card that needs a person; without it such a card goes back to targetStatusColumn and waits for a change.',
    ),
});

export const DESTINATION_COLUMNS = DestinationColumns.keyof().options;

/** Returns the columns that cards are moved to, each with its setting; a setting of null has none. */
export function destinationColumns(
  config: z.output<typeof DestinationColumns>,
): Array<{ setting: (typeof DESTINATION_COLUMNS)[number]; column: string }> {
  return DESTINATION_COLUMNS.flatMap((setting) => {
    const name = config[setting];
    return name === null ? [] : [{ setting, column: name }];
  });
}
