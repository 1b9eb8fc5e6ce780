const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Returns words as a shell, and a command of `.kiro-worker.yml`, reads them: in quotes where they need it. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
