const CONJUNCTION = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const DISJUNCTION = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** `a, b and c` */
export function formatList(items: readonly string[]): string {
  return CONJUNCTION.format(items);
}

/** `a, b or c` */
export function formatChoice(items: readonly string[]): string {
  return DISJUNCTION.format(items);
}
