import { openCommentAt, trimComments } from './html-comments.ts';
import { BOX } from './tick.ts';

/** What a line of tasks.md is; `code` and `comment` lines can look like anything. */
type LineKind = 'task' | 'list' | 'heading' | 'rule' | 'blank' | 'code' | 'comment' | 'text';

/** What may stand in a box. */
const MARKS = [' ', 'x', 'X', '-', '~'] as const;
export type TaskMark = (typeof MARKS)[number];

/** The box of a task line and what follows it. */
export interface TaskBox {
  /** Where the box's character stands in the whole text. */
  readonly offset: number;
  readonly mark: TaskMark;
  /** Has the `*` or `\*` after the box. */
  readonly starred: boolean;
  /** Number of an ordered list item (`1. [ ] …`), null for a bullet. */
  readonly listNumber: string | null;
  /** What stands after the box and its star. */
  readonly label: string;
}

/** One line; `column` is the indentation with tabs to the next multiple of four. */
export interface TaskFileLine {
  /** From 1; LF, CRLF and a lone CR end a line, as in CommonMark. */
  readonly number: number;
  readonly text: string;
  readonly kind: LineKind;
  readonly column: number;
  readonly box: TaskBox | null;
}

/** Something in the file that its author may not have meant. */
export interface TaskWarning {
  readonly line: number;
  readonly message: string;
  /** A task that is to be done would be skipped without a word. */
  readonly hidesTask?: true;
}

/** Splits a tasks.md into lines and says what each one is, in time linear in the text; never throws. */
export function scanTaskLines(text: string): { lines: TaskFileLine[]; warnings: TaskWarning[] } {
  const state: ScanState = {
    lastCommentEnd: text.lastIndexOf('-->'),
    fence: null,
    comment: null,
    listColumns: [],
    warnings: [],
  };
  const lines = splitLines(text).map((raw) => scanLine(raw, state));
  if (state.fence) state.warnings.push(unclosed(state.fence.line, 'code fence'));
  if (state.comment !== null) state.warnings.push(unclosed(state.comment, 'HTML comment'));
  return { lines, warnings: state.warnings };
}

interface RawLine {
  readonly number: number;
  readonly start: number;
  readonly text: string;
}

interface Fence {
  readonly line: number;
  readonly mark: string;
  readonly column: number;
  /** Column of the text of the list item around the fence, 0 outside lists. */
  readonly listColumn: number;
}

interface ScanState {
  readonly lastCommentEnd: number;
  fence: Fence | null;
  /** Line in which the open comment began. */
  comment: number | null;
  /** Text columns of the list items that are open, outermost first. */
  readonly listColumns: number[];
  readonly warnings: TaskWarning[];
}

function splitLines(text: string): RawLine[] {
  const lines: RawLine[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (const end of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ number: lines.length + 1, start, text: text.slice(start, end.index) });
    start = end.index + end[0].length;
  }
  lines.push({ number: lines.length + 1, start, text: text.slice(start) });
  return lines;
}

function scanLine(raw: RawLine, state: ScanState): TaskFileLine {
  const line = { number: raw.number, text: raw.text, column: indentOf(raw.text), box: null };
  if (state.comment !== null) {
    const end = raw.text.indexOf('-->');
    if (end >= 0) {
      state.comment = null;
      noteOpenComment(raw, { from: end + 3, state });
    }
    return { ...line, kind: 'comment' };
  }
  if (state.fence && !endsFenceOfItem(raw.text, { fence: state.fence, warnings: state.warnings })) {
    if (closesFence(raw.text, state.fence)) state.fence = null;
    return { ...line, kind: 'code' };
  }
  if (raw.text.trim() === '') return { ...line, kind: 'blank' };
  const isRule = isThematicBreak(raw.text);
  if (!isRule) enterListItems(raw.text, state.listColumns);
  state.fence = openFence(raw, state.listColumns);
  if (state.fence) return { ...line, kind: 'code' };
  noteOpenComment(raw, { from: 0, state });
  const box = isRule ? null : readBox(raw);
  if (box) return { ...line, kind: 'task', box };
  const kind = isRule ? 'rule' : kindWithoutBox(raw.text);
  if (kind !== 'comment') noteNearMiss(raw, state);
  return { ...line, kind };
}

function kindWithoutBox(text: string): LineKind {
  if (/^[ \t]*#{1,6}(?:[ \t]|$)/.test(text)) return 'heading';
  if (LIST_ITEM.test(text)) return 'list';
  return trimComments(text) === '' ? 'comment' : 'text';
}

// ---- boxes ------------------------------------------------------------------------------------------------------

const LIST_MARKERS = /^[ \t]*((?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)){0,8})/;
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
const STAR = /^(?:\\\*|\*(?!\*)|[ \t]+\\?\*(?=[ \t]))/;
const UNKNOWN_BOX = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[(?:[^\p{L}\p{N}\s[\]]|\s{0,3}[xX~-]?\s{0,3})\](?=\s)/u;
/** An empty or half-done box, or before a task's number any other that is not ticked in some way. */
const OPEN_NEAR_MISS =
  /^[^[]{0,40}\[(?:\s{0,3}[~-]?\s{0,3}\]|[^\p{L}\p{N}\s[\]✓✔☑✅🗸]\uFE0F?\](?=\s{1,4}\*{0,2}\d{1,4}(?:[.)]|\.\d)))/u;
const BOX_WITHOUT_ITEM = /^[\s\u200e\u200f]*(?:[-*+•–—]\s*)?\[[ xX~-]\]\s/;

function readBox(raw: RawLine): TaskBox | null {
  const match = BOX.exec(raw.text);
  if (!match) return null;
  const [head, mark] = match;
  const after = raw.text.slice(head.length);
  const star = STAR.exec(after)?.[0] ?? '';
  return {
    offset: raw.start + head.length - 2,
    mark: MARKS.find((known) => known === mark) ?? ' ',
    starred: star !== '',
    listNumber: /(\d{1,9})[.)][ \t]+\[.\]$/.exec(head)?.[1] ?? null,
    label: after.slice(star.length),
  };
}

function noteNearMiss(raw: RawLine, state: ScanState): void {
  const hides = OPEN_NEAR_MISS.test(raw.text) ? { hidesTask: true as const } : {};
  if (UNKNOWN_BOX.test(raw.text)) {
    const message = 'This box is none of [ ] [x] [X] [-] [~], so the line is not read as a task.';
    state.warnings.push({ line: raw.number, message, ...hides });
  } else if (BOX_WITHOUT_ITEM.test(raw.text)) {
    const message = 'This box stands in no list item (write "- [ ] …"), so the line is not read as a task.';
    state.warnings.push({ line: raw.number, message, ...hides });
  }
}

// ---- lists, fences, comments ------------------------------------------------------------------------------------

/** Leaves the list items that the line is not indented enough for, and enters the ones that it begins. */
function enterListItems(text: string, listColumns: number[]): void {
  const column = indentOf(text);
  const markers = LIST_MARKERS.exec(text)?.[1] ?? '';
  const begins = markers !== '' || /^[ \t]*(?:`{3}|~{3}|#)/.test(text);
  while (begins && (listColumns.at(-1) ?? 0) > column) listColumns.pop();
  let length = text.length - text.trimStart().length;
  for (const [marker] of markers.matchAll(/\S+[ \t]*/g)) {
    const bare = columnAt(text, length + marker.trimEnd().length) + 1;
    length += marker.length;
    const content = columnAt(text, length);
    listColumns.push(content - bare > 3 ? bare : content);
  }
}

function openFence(raw: RawLine, listColumns: readonly number[]): Fence | null {
  const skipped = LIST_MARKERS.exec(raw.text)?.[0].length ?? 0;
  const mark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(raw.text.slice(skipped))?.[0];
  if (mark === undefined) return null;
  return { line: raw.number, mark, column: columnAt(raw.text, skipped), listColumn: listColumns.at(-1) ?? 0 };
}

function closesFence(text: string, fence: Fence): boolean {
  const trimmed = text.trim();
  if (trimmed.length < fence.mark.length || indentOf(text) > fence.column + 3) return false;
  return trimmed === fence.mark.charAt(0).repeat(trimmed.length);
}

/** A task line further left than the text of the fence's list item ends the item, and the fence that was left open. */
function endsFenceOfItem(text: string, { fence, warnings }: Pick<ScanState, 'warnings'> & { fence: Fence }): boolean {
  if (fence.listColumn === 0 || indentOf(text) >= fence.listColumn || !BOX.test(text)) return false;
  warnings.push(unclosed(fence.line, 'code fence'));
  return true;
}

function noteOpenComment(raw: RawLine, { from, state }: { from: number; state: ScanState }): void {
  const open = openCommentAt(raw.text, from);
  if (open === null) return;
  // A comment that ends nowhere is text, but at the start of a line it hides all the rest, as on GitHub.
  if (open === 0 || state.lastCommentEnd > raw.start + open) state.comment = raw.number;
}

function isThematicBreak(text: string): boolean {
  return /^(?:-{3,}|\*{3,}|_{3,})$/.test(text.replaceAll(/[ \t]/g, ''));
}

function indentOf(text: string): number {
  return columnAt(text, /^[ \t]*/.exec(text)?.[0].length ?? 0);
}

function columnAt(text: string, length: number): number {
  let column = 0;
  for (let at = 0; at < length; at += 1) column = text[at] === '\t' ? column + 4 - (column % 4) : column + 1;
  return column;
}

function unclosed(line: number, what: string): TaskWarning {
  return { line, message: `The ${what} that begins here is never closed, which can hide the tasks after it.` };
}
