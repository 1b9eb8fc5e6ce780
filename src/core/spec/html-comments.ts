/**
 * Returns where in `text` a comment begins that `text` does not end, null when there is none. Looks from `from` on;
 * comments in `code spans` and after a backslash do not count.
 */
export function openCommentAt(text: string, from: number): number | null {
  const lastEnd = text.lastIndexOf('-->');
  const visible = text.includes('<!--', from) ? maskCodeSpans(text) : '';
  for (let at = from; ; ) {
    const open = visible.indexOf('<!--', at);
    if (open < 0) return null;
    if (visible[open - 1] === '\\') at = open + 4;
    else if (lastEnd < open + 2) return open;
    else at = text.indexOf('-->', open + 2) + 3;
  }
}

/** Cuts whole comments and spaces off both ends of `text`. */
export function trimComments(text: string): string {
  let rest = text.trim();
  while (rest.startsWith('<!--')) {
    const end = rest.indexOf('-->', 2);
    if (end < 0) return '';
    rest = rest.slice(end + 3).trimStart();
  }
  while (rest.endsWith('-->')) {
    const open = rest.lastIndexOf('<!--');
    if (open < 0 || rest.indexOf('-->', open + 2) !== rest.length - 3) break;
    rest = rest.slice(0, open).trimEnd();
  }
  return rest;
}

/** Returns `text` at the same length, with the code spans (runs of backticks that pair up) filled with backticks. */
function maskCodeSpans(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map((run) => ({ start: run.index, length: run[0].length }));
  const nextOfLength = new Map<number, number>();
  const partner = new Array<number | undefined>(runs.length);
  for (const [index, run] of [...runs.entries()].reverse()) {
    partner[index] = nextOfLength.get(run.length);
    nextOfLength.set(run.length, index);
  }
  let masked = '';
  for (let index = 0; index < runs.length; index += 1) {
    const [open, close] = [runs[index], runs[partner[index] ?? -1]];
    if (!open || !close) continue;
    const end = close.start + close.length;
    masked += text.slice(masked.length, open.start) + '`'.repeat(end - open.start);
    index = partner[index] ?? index;
  }
  return masked + text.slice(masked.length);
}
