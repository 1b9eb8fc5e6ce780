/** What stands before a box: list markers, several where lists begin in one line (`1. - [ ] …`). */
const BEFORE_BOX = String.raw`[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+){1,8}`;

/** The box at the begin of a task line, with its mark. `[x](…)`, `[x][…]` and `[x]: …` are links, not boxes. */
export const BOX = new RegExp(String.raw`^${BEFORE_BOX}\[([ xX~-])\](?![([:])`);

const ALL_BOXES = new RegExp(String.raw`^(\uFEFF?${BEFORE_BOX})\[[ xX~-]\](?![([:])`, 'gm');

/** Returns the text of a tasks.md with every box empty, so that two texts that only ticks distinguish are the same. */
export function withoutTicks(tasks: string): string {
  return tasks.replaceAll(ALL_BOXES, '$1[ ]');
}
