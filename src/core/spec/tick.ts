const BOX = /^(\s*(?:[-*+]|\d+[.)])\s+)\[[ xX~-]\]/gm;

/** Returns the text of a tasks.md with every box empty, so that two texts that only ticks distinguish are the same. */
export function withoutTicks(tasks: string): string {
  return tasks.replaceAll(BOX, '$1[ ]');
}
