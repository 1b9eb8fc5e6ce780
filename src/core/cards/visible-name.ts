/** Characters that take no room on a screen, or look like an empty one: U+2800 is a blank that counts as a symbol. */
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Returns the name in quotes, with invisible characters spelt out. */
export function quoteName(name: string): string {
  const quoted = JSON.stringify(name.slice(0, 100));
  return quoted.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Returns what people see of a name: two names that look alike, or differ in capitals or spaces only, have the same one. */
export function plainName(name: string): string {
  // Upper case first: ß and SS, ς and Σ are the same letters in other cases.
  return name.replace(INVISIBLE, '').normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase().toLowerCase();
}

/** Returns the first of `names` that looks like `wanted` and is another name, undefined when there is none. */
export function lookAlike(wanted: string, names: readonly string[]): string | undefined {
  return names.find((name) => name !== wanted && plainName(name) === plainName(wanted));
}
