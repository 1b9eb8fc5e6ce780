import type { TaskFileLine } from './task-lines.ts';

/** Makes headings of the lines of text that stand alone at the margin above an underline of `=` or `-`, and of the underline. */
export function markUnderlinedHeadings(lines: readonly TaskFileLine[]): TaskFileLine[] {
  const underlined = lines.map((line, index) => {
    const [above, next] = [lines[index - 1], lines[index + 1]];
    const isAlone = line.kind === 'text' && line.column < 2 && !GOES_ON.has(above?.kind ?? 'blank');
    return isAlone && next !== undefined && isUnderline(next);
  });
  return lines.map((line, index) => (underlined[index] || underlined[index - 1] ? { ...line, kind: 'heading' } : line));
}

/** What a line of text right below belongs to. */
const GOES_ON: ReadonlySet<TaskFileLine['kind']> = new Set(['task', 'list', 'text']);

function isUnderline({ kind, text }: TaskFileLine): boolean {
  return kind !== 'code' && kind !== 'comment' && /^(?:=+|-+)[ \t]*$/.test(text);
}
