import { type Argv, parseCommand } from './argv.ts';
import { shellWords } from './shell-words.ts';

/** Words that YAML or people take for something else than a command. */
const NO_COMMAND = /^(?:true|false|yes|no|on|off|none|null|~)$/i;

/** Returns a command as a `.kiro-worker.yml` says it: one text where that reads back as the same command, else a list. */
export function writtenCommand(command: Argv): string | readonly string[] {
  const text = commandText(command);
  return text === null || NO_COMMAND.test(text) ? command : text;
}

/** Returns the steps of an install as a `.kiro-worker.yml` says them: a text with a line for each; false for none. */
export function writtenSteps(steps: readonly Argv[]): string | false | readonly string[] {
  const [only] = steps;
  if (only === undefined) return false;
  if (steps.length === 1) return writtenCommand(only);
  return steps.map((step) => commandText(step) ?? shellWords(step)).join('\n');
}

/** Returns a command in one line that reads back as the same command; null for one with line breaks in it. */
export function commandText(command: Argv): string | null {
  const text = command.map(quote).join(' ');
  const parsed = parseCommand(text);
  return 'argv' in parsed && isSame(parsed.argv, command) ? text : null;
}

export function isSame(one: Argv, other: Argv): boolean {
  return one.length === other.length && one.every((word, at) => word === other[at]);
}

function quote(word: string): string {
  if (/^[\w@%+=:,./^-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/[\\"$`]/g, '\\$&')}"` : `'${word}'`;
}
