import { cleanText, shorten } from '../../markdown.ts';

/** Returns what a command wrote as somebody would have read it on a terminal: no colours, and of lines that were drawn over
 *  and over (progress bars) the last state. */
export function plainOutput(output: string): string {
  // A text in UTF-16 has one beside each character.
  const text = output.replaceAll('\0', '');
  return cleanText(text.replace(OPERATING_SYSTEM_COMMAND, '').split('\n').map(lastState).join('\n'));
}

/** Titles and links for a terminal; colours are taken out of any text. */
const OPERATING_SYSTEM_COMMAND = /(?!\n)\p{Cc}\]\P{Cc}{0,2000}\p{Cc}\\?/gu;

/** Returns the last lines that say something, each once in a row and none wider than `width` characters. */
export function lastLines(plain: string, { lines, width }: { lines: number; width: number }): string[] {
  const kept: string[] = [];
  const all = plain.split('\n');
  for (let at = all.length - 1; at >= 0 && kept.length < lines; at -= 1) {
    const line = shorten((all[at] ?? '').trimEnd(), width);
    const below = kept.at(-1);
    if (line === below || (line === '' && below === undefined)) continue;
    kept.push(line);
  }
  while (kept.at(-1) === '') kept.pop();
  return kept.reverse();
}

/** What is left of a line that was returned to its start, or partly wiped out by backspaces. */
function lastState(line: string): string {
  const drawn = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  if (!drawn.includes('\b')) return drawn;
  const left: string[] = [];
  for (const character of drawn) {
    if (character === '\b') left.pop();
    else left.push(character);
  }
  return left.join('');
}
