import { GitHubError } from '../github-error.ts';

export type Fields = Record<string, unknown>;

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface ConnectionSource<T> {
  readonly items: readonly T[];
  /** Where an item stands, ascending in the order of `items`; stays the same while others come and go. */
  readonly rank?: (item: T, index: number) => number;
  readonly view: (item: T) => unknown;
}

/** One page with the fields that every GitHub connection has; cursors are opaque and outlive changes of the list. */
export function connection<T>(
  args: PageArguments,
  { items, rank = (_, index) => index, view }: ConnectionSource<T>,
): Fields {
  const ranked = items.map((item, index) => ({ item, rank: rank(item, index) }));
  const after = decodeCursor(args.after);
  const before = decodeCursor(args.before);
  const inRange = ranked.filter(
    (entry) => (after === null || entry.rank > after) && (before === null || entry.rank < before),
  );
  const fromStart = args.first === undefined || args.first === null ? inRange : inRange.slice(0, args.first);
  const page = args.last === undefined || args.last === null ? fromStart : fromStart.slice(-args.last);
  const firstEntry = page[0];
  const lastEntry = page.at(-1);
  const views = page.map(({ item }) => viewOrError(item, view));
  return {
    totalCount: items.length,
    nodes: views,
    edges: page.map((entry, index) => ({ cursor: encodeCursor(entry.rank), node: views[index] })),
    pageInfo: {
      hasNextPage: lastEntry !== undefined && ranked.some((entry) => entry.rank > lastEntry.rank),
      hasPreviousPage: firstEntry !== undefined && ranked.some((entry) => entry.rank < firstEntry.rank),
      startCursor: firstEntry ? encodeCursor(firstEntry.rank) : null,
      endCursor: lastEntry ? encodeCursor(lastEntry.rank) : null,
    },
  };
}

/** An error in the place of one node: graphql-js writes null there, and the error beside the data. */
function viewOrError<T>(item: T, view: (item: T) => unknown): unknown {
  try {
    return view(item);
  } catch (error) {
    return error;
  }
}

function encodeCursor(rank: number): string {
  return Buffer.from(`cursor:v2:${rank}`).toString('base64');
}

function decodeCursor(cursor: string | null | undefined): number | null {
  if (cursor === null || cursor === undefined) return null;
  const match = /^cursor:v2:(-?\d+)$/.exec(Buffer.from(cursor, 'base64').toString('latin1'));
  if (match) return Number(match[1]);
  throw new GitHubError('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
}
