/** Lines from one to another, both included. */
export type Range = readonly [from: number, to: number];

/** Returns ascending line numbers as ranges. */
export function toRanges(lines: readonly number[]): Range[] {
  const ranges: [from: number, to: number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}

/** `3-5, 9`; at most `most` ranges, and a mark where there are more. */
export function formatRanges(ranges: readonly Range[], most: number): string {
  const shown = ranges.slice(0, most).map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  return `${shown.join(', ')}${ranges.length > most ? ', …' : ''}`;
}
