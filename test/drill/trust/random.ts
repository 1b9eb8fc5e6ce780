/** What makes the variants of an attempt: the same seed gives the same choices. */
export interface Random {
  /** A whole number from 0, below `end`. */
  integer(end: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Letters and digits. */
  word(length?: number): string;
  /** A name for a file that people find plain, odd or foreign. */
  name(): string;
  /** Zero to `most` folders below each other, each with its slash. */
  folders(most: number): string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Returns the generator of a seed (mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md). */
export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const random: Random = {
    integer: (end) => Math.floor(next() * end),
    pick: (choices) => choices[random.integer(choices.length)] ?? choices[0],
    word: (length = 6) => Array.from({ length }, () => LETTERS[random.integer(LETTERS.length)]).join(''),
    name() {
      const word = random.word();
      return random.pick([
        word,
        `${word}.js`,
        `two ${word}`,
        `-${word}`,
        `é${word}`,
        `${word}\u{1f600}`,
        `.${word}`,
        `${word}~`,
      ]);
    },
    folders: (most) => Array.from({ length: random.integer(most + 1) }, () => `${random.name()}/`).join(''),
  };
  return random;
}
