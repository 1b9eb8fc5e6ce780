/** How many of each there are. */
export type Counted = Map<string, number>;

export function countEach(values: readonly string[]): Counted {
  const counts: Counted = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Returns what `values` has more of than `others`, each as often as that. */
export function without(values: readonly string[], others: readonly string[]): string[] {
  const left = countEach(others);
  return values.filter((value) => !takeOne(left, value));
}

/** Takes one away, and returns whether there was one. */
export function takeOne(counts: Counted, value: string): boolean {
  const count = counts.get(value) ?? 0;
  if (count > 0) counts.set(value, count - 1);
  return count > 0;
}

/** Returns how alike two lists are, from 0 to 1 (the Sørensen–Dice coefficient of their elements). */
export function likeness(one: readonly string[], other: readonly string[]): number {
  const all = one.length + other.length;
  if (all === 0) return 1;
  if (2 * Math.min(one.length, other.length) < 0.3 * all) return 0;
  const shared = one.length - without(one, other).length;
  return (2 * shared) / all;
}
