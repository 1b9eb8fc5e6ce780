export interface Counter {
  readonly covered: number;
  readonly total: number;
}

/** Line number => was executed. */
export type LineHits = Map<string, boolean>;

/** What a report says of one source file. */
export interface SourceCoverage {
  /** Path of the source file as the report writes it; empty for the whole. */
  readonly path: string;
  /** Each line; or only how many, where the format has no numbers. */
  readonly lines: LineHits | Counter;
  readonly functions: Counter | null;
  readonly branches: Counter | null;
  readonly statements: Counter | null;
}

/** Merges what was seen of lines: a line counts as executed when it was executed anywhere. */
export function mergeLineHits(lines: ReadonlyArray<readonly [string, boolean]>): LineHits {
  const merged: LineHits = new Map();
  for (const [line, hit] of lines) merged.set(line, hit || merged.get(line) === true);
  return merged;
}

/** Returns how many lines were executed, of how many. */
export function countLines({ lines }: Pick<SourceCoverage, 'lines'>): Counter {
  if (!(lines instanceof Map)) return lines;
  let covered = 0;
  for (const hit of lines.values()) if (hit) covered += 1;
  return { covered, total: lines.size };
}

/** Adds counters up; null when there is none. */
export function addCounters(counters: ReadonlyArray<Counter | null>): Counter | null {
  const some = counters.filter((counter) => counter !== null);
  if (some.length === 0) return null;
  return some.reduce((sum, { covered, total }) => ({ covered: sum.covered + covered, total: sum.total + total }));
}
