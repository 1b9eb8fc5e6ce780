import { openCommentAt, trimComments } from './html-comments.ts';
import type { TaskBox } from './task-lines.ts';

/** Number and title of a task line. `id` is as written, without its last dot (`27a.1`), null for an unnumbered task. */
export interface TaskLabel {
  readonly id: string | null;
  readonly title: string;
}

/**
 * Reads numbers and titles of all boxes of a file. Bold around either, `(P)` after the number (the parallel marker of
 * cc-sdd) and comments at the ends are not part of the title. `3 Build` has the number 3 only beside a `3.1`, `2 …` or
 * `4 …`, as many titles begin with a figure. An ordered list's own number counts where the text has none.
 */
export function readTaskLabels(boxes: readonly TaskBox[]): TaskLabel[] {
  const drafts = boxes.map((box) => readLabel(box));
  const bare = new Set(drafts.flatMap(({ isBare, id }) => (isBare ? [Number(id)] : [])));
  const parents = new Set(drafts.flatMap(({ id }) => (id?.includes('.') ? [id.slice(0, id.indexOf('.'))] : [])));
  return drafts.map(({ id, title, isBare, whole }, index) => {
    const isNumber = !isBare || parents.has(id ?? '') || bare.has(Number(id) - 1) || bare.has(Number(id) + 1);
    return isNumber ? { id, title } : { id: boxes[index]?.listNumber ?? null, title: whole };
  });
}

/** What people call a task: number and title. */
export function formatTaskName({ id, title }: TaskLabel): string {
  return [id, title].filter(Boolean).join(' ') || '(no text)';
}

interface LabelDraft extends TaskLabel {
  /** The number is an integer without dot, so it may be part of the title. */
  readonly isBare: boolean;
  /** The title if the number is part of it. */
  readonly whole: string;
}

/** `1`, `1.1`, `27a.1`, `1.4a.5`; ended by `.`, `)`, `:` or nothing and a space, or by their CJK forms. */
const NUMBER =
  /^(\d{1,4}[a-z]?(?:\.\d{1,4}[a-z]?){0,9})(?:(\.)(?=\s|$|[^\p{ASCII}])|([):])(?=\s|$)|([、．：）])|(?=\s|$))/u;
/** Marks that set the direction of text and mean nothing else. */
const DIRECTION_MARKS = /^[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+/;

function readLabel(box: TaskBox): LabelDraft {
  const open = openCommentAt(box.label, 0) ?? box.label.length;
  const whole = trimComments(box.label.slice(0, open)).replace(DIRECTION_MARKS, '').trim();
  const unwrapped = unwrapBold(whole);
  const isBold = unwrapped === whole && whole.startsWith('**');
  const text = isBold ? whole.slice(2) : unwrapped;
  const [match, number] = readNumber(isBold ? text.replace('**', '  ') : text);
  if (number === null) return { id: box.listNumber, title: unwrapped, isBare: false, whole: unwrapped };
  const after = text.slice(match.length);
  const rest = isBold ? after.replace('**', '') : after;
  const title = unwrapBold(rest.trim().replace(/^\(P\)(?:\s+|$)/, ''));
  return { id: number, title, isBare: /^\d+$/.test(match), whole: unwrapped };
}

/** Returns the number with what ends it, and without; `3D` and `2024` alone are words. */
function readNumber(text: string): [match: string, number: string | null] {
  const [whole = '', number = null] = NUMBER.exec(text) ?? [];
  const isWord = number !== null && /^(?:\d+[a-z]|\d{4,})$/.test(number) && whole === number;
  return isWord ? ['', null] : [whole, number];
}

function unwrapBold(text: string): string {
  const isWrapped = text.length > 4 && text.startsWith('**') && text.endsWith('**');
  return isWrapped && text.indexOf('**', 2) === text.length - 2 ? text.slice(2, -2).trim() : text;
}
