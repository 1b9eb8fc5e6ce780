import { COVERAGE_EXCLUSION } from '../../notable-changes.ts';

/** How far a comment reaches that takes code out of coverage. */
interface Exclusion {
  readonly from: number;
  /** Null where it ends with what it stands before: the next line that the report counts. */
  readonly to: number | null;
  /** Of so many lines it says itself that they do not count, whatever the report lists. */
  readonly sure: number;
}

const MARK = new RegExp(COVERAGE_EXCLUSION);
const WHOLE_FILE = /ignore\s+file|EXCL_FILE/;
const BEGINS = /\b(?:ignore\s+start|disable)\b|_EXCL_(?:BR_)?START\b|codeCoverageIgnoreStart|coverage:ignore-start/;
const ENDS = /\b(?:ignore\s+(?:stop|end)|enable)\b|_EXCL_(?:BR_)?STOP\b|codeCoverageIgnoreEnd|coverage:ignore-end/;
const SWITCHES = /:nocov:/;

/** Returns what comments of a source file take out of coverage, by its lines as they are. */
export function findExclusions(lines: readonly string[]): Exclusion[] {
  const exclusions: Exclusion[] = [];
  let from: number | null = null;
  for (const [at, text] of lines.entries()) {
    const line = at + 1;
    const ends = from !== null && (ENDS.test(text) || SWITCHES.test(text));
    if (from !== null && ends) {
      exclusions.push({ from, to: line, sure: line - from });
      from = null;
    } else if (!MARK.test(text)) continue;
    else if (WHOLE_FILE.test(text)) exclusions.push({ from: 1, to: lines.length, sure: lines.length });
    else if (BEGINS.test(text) || SWITCHES.test(text)) from ??= line;
    else exclusions.push({ from: line, to: null, sure: Number(/ignore\s+next\s+(\d{1,6})/.exec(text)?.[1] ?? 1) });
  }
  if (from !== null) exclusions.push({ from, to: lines.length, sure: lines.length - from });
  return exclusions;
}

/** Returns the lines that are taken out; `isCounted` tells which lines the report counts. */
export function excludedLines(
  lines: readonly string[],
  { isCode, isCounted }: { isCode: (line: number) => boolean; isCounted: (line: number) => boolean },
): ReadonlySet<number> {
  const excluded = new Set<number>();
  for (const { from, to, sure } of findExclusions(lines)) {
    let left = sure;
    for (let line = from; line <= (to ?? lines.length); line += 1) {
      if (!isCode(line)) continue;
      if (to === null && left <= 0 && isCounted(line)) break;
      left -= 1;
      excluded.add(line);
    }
  }
  return excluded;
}
