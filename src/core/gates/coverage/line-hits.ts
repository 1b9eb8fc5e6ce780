export interface Counter {
  readonly covered: number;
  readonly total: number;
}

/** What a report says of one source file. */
export interface SourceCoverage {
  /** Path of the source file as far as the report tells it. */
  readonly path: string;
  /** Line number => was executed; or only how many lines, where the format has no numbers. */
  readonly lines: ReadonlyMap<string, boolean> | Counter;
  readonly functions: Counter | null;
  readonly branches: Counter | null;
  readonly statements: Counter | null;
}

export type CoverageFormat = 'LCOV' | 'Cobertura' | 'JaCoCo' | 'Clover' | 'Istanbul summary' | 'Go profile';

export interface CoverageReport {
  readonly format: CoverageFormat;
  readonly sources: readonly SourceCoverage[];
}

/** Joins what was seen of lines: a line counts as executed when it was anywhere. */
export function mergeLineHits(lines: ReadonlyArray<readonly [string, boolean]>): Map<string, boolean> {
  const united = new Map<string, boolean>();
  for (const [line, hit] of lines) united.set(line, hit || united.get(line) === true);
  return united;
}

/** Adds counters up; null when there is none. */
export function addCounters(counters: ReadonlyArray<Counter | null>): Counter | null {
  const some = counters.filter((counter) => counter !== null);
  if (some.length === 0) return null;
  return some.reduce((sum, { covered, total }) => ({ covered: sum.covered + covered, total: sum.total + total }));
}
