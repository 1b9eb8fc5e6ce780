/** One line of the benchmark: a figure beside what it is measured against, taken in the same run. */
export interface Row {
  readonly group: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What stands beside it, in the same unit; null when there is nothing to compare with. */
  readonly against: { readonly what: string; readonly value: number } | null;
  /** The value as a share or multiple of that. */
  readonly ratio: number | null;
  /** Figure of the earlier implementation. */
  readonly earlier?: string;
  readonly note?: string;
}

/** Returns a row with the ratio of both figures. */
export function compare(row: Omit<Row, 'ratio' | 'against'> & { against: { what: string; value: number } }): Row {
  return { ...row, ratio: row.value / row.against.value };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
