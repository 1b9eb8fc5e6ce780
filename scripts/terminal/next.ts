import { columnsOf, widthOf, wrapWords } from './text-width.ts';

/** Returns the line that says what to do next. Where it is wider than the terminal, the command in it stands on a line of its own, so that it
 *  can be copied in one piece. */
export function formatNext(next: string): string {
  const line = `Next: ${next}`;
  const width = columnsOf(process.stdout);
  if (widthOf(line) <= width) return `${line}\n`;
  const at = line.search(/(?<=: )npx kiro-worker /);
  const [words, command] = at < 0 ? [line, ''] : [line.slice(0, at - 1), `\n  ${line.slice(at)}`];
  return `${wrapWords(words, { width })}${command}\n`;
}
