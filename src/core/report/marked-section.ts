import { MARKERS } from '../names.ts';

/** Position of a complete section in a text: from its start marker to the end of its end marker's line. */
export interface SectionSpan {
  readonly from: number;
  /** End of the end marker, without its line end. */
  readonly to: number;
  /** The same with its line end. */
  readonly toNextLine: number;
}

/** Returns the text with `section` (which brings its own markers) in place of the first complete marked section; further
 *  complete ones are removed, and without any it is added at the end. All other text stays as it is, byte for byte. */
export function putSection(body: string, section: string): string {
  const ownLines = usesCrLf(body) ? section.replace(/\r?\n/g, '\r\n') : section;
  const [first, ...further] = findSections(body);
  if (first === undefined) return addSection(body, ownLines);
  let text = body.slice(0, first.from) + ownLines;
  let at = first.to;
  for (const span of further) {
    text += body.slice(at, span.from);
    at = span.toNextLine;
  }
  return text + body.slice(at);
}

/** Returns the complete marked sections of a text. Only markers that are alone on a line, from its first column, count,
 *  and none in a fenced code block; a start marker without an end does not count. */
export function findSections(body: string): SectionSpan[] {
  const spans: SectionSpan[] = [];
  let from: number | null = null;
  for (const line of linesOutsideFences(body).lines) {
    const marker = line.text.trimEnd();
    if (marker === MARKERS.sectionStart) {
      from = line.from;
    } else if (marker === MARKERS.sectionEnd && from !== null) {
      spans.push({ from, to: line.from + marker.length, toNextLine: line.from + line.text.length });
      from = null;
    }
  }
  return spans;
}

function addSection(body: string, section: string): string {
  if (body === '') return section;
  const eol = usesCrLf(body) ? '\r\n' : '\n';
  // Whatever follows a fence that nobody closed is shown as code, so the section goes in front of it.
  if (linesOutsideFences(body).unclosed) return section + eol + eol + body;
  return body + (body.endsWith('\n') ? eol : eol + eol) + section;
}

interface Line {
  readonly text: string;
  readonly from: number;
}

interface Fence {
  readonly mark: string;
  readonly inList: boolean;
}

/** Lines outside closed fenced code blocks. A fence that is never closed hides nothing here, since its closing line may
 *  have been lost in an edit; `unclosed` says whether there is one. */
function linesOutsideFences(body: string): { lines: Line[]; unclosed: boolean } {
  const all = splitLines(body);
  const lines: Line[] = [];
  let unclosed = false;
  let next = 0;
  for (const [at, line] of all.entries()) {
    if (at < next) continue;
    const fence = openedFence(line.text);
    const end = fence === null ? -1 : all.findIndex((later, index) => index > at && closes(later.text, fence));
    if (end > 0) {
      next = end + 1;
    } else {
      unclosed ||= fence !== null;
      lines.push(line);
    }
  }
  return { lines, unclosed };
}

function splitLines(body: string): Line[] {
  return [...body.matchAll(/[^\n]*\n|[^\n]+$/g)].map((match) => ({ text: match[0], from: match.index }));
}

/** Rules of CommonMark: at most three spaces (or a list marker) before, no backtick after a backtick fence. */
function openedFence(line: string): Fence | null {
  const match = /^( {0,3}(?:(?:[-*+]|\d{1,9}[.)]) {1,4})*)(`{3,}(?=[^`]*$)|~{3,})/.exec(line.trimEnd());
  if (match === null) return null;
  return { mark: match[2] ?? '', inList: match[1] !== '' };
}

function closes(line: string, fence: Fence): boolean {
  const text = fence.inList ? line.trim() : line.trimEnd().replace(/^ {1,3}/, '');
  return text.length >= fence.mark.length && text === fence.mark.charAt(0).repeat(text.length);
}

function usesCrLf(body: string): boolean {
  const pairs = body.match(/\r\n/g)?.length ?? 0;
  return pairs > 0 && pairs * 2 >= (body.match(/\n/g)?.length ?? 0);
}
