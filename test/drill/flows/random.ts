/** Numbers that a seed fixes: the same seed gives the same ones again. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** Whole, from 0, below `limit`. */
  below(limit: number): number;
  pick<T>(all: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

/** Returns the numbers of a seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = (seed * 0x9e3779b1) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (all) => all[below(all.length)] ?? all[0],
    chance: (probability) => next() < probability,
  };
}
