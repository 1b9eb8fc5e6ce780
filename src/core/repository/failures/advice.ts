import { type Argv, parseCommand } from '../argv.ts';
import type { FailedCommand, SuggestedSettings } from './sign.ts';

/** Returns settings in which the command that failed is another one; of install, only the step that failed. */
export function insteadOf(failed: FailedCommand, ...steps: readonly [Argv, ...Argv[]]): SuggestedSettings {
  const { name, command, commands } = failed;
  if (name !== 'install') return { [name]: steps[0] };
  const all = commands === undefined ? [command] : commands.install;
  return { install: all.flatMap((step) => (isSame(step, command) ? steps : [step])) };
}

/** Returns settings in which the command that failed runs with a variable set. */
export function withVariable(failed: FailedCommand, assignment: string): SuggestedSettings {
  const { command } = failed;
  const [program, ...rest] = command[0] === 'env' ? command.slice(1) : command;
  return insteadOf(failed, ['env', assignment, ...(program === undefined ? [] : [program, ...rest])]);
}

export function isSame(one: Argv, other: Argv): boolean {
  return one.length === other.length && one.every((word, at) => word === other[at]);
}

/** Returns a command in one line that reads back as the same command; null for one with line breaks in it. */
export function commandText(command: Argv): string | null {
  const text = command.map(quote).join(' ');
  const parsed = parseCommand(text);
  return 'argv' in parsed && isSame(parsed.argv, command) ? text : null;
}

/** Returns a command for people, in one line. */
export function formatCommand(command: Argv): string {
  return commandText(command) ?? JSON.stringify(command);
}

function quote(word: string): string {
  if (/^[\w@%+=:,./^-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/[\\"$`]/g, '\\$&')}"` : `'${word}'`;
}

/** Package managers that corepack fetches, in the version that package.json names. */
export const BY_COREPACK: ReadonlySet<string> = new Set(['pnpm', 'yarn']);

/** Returns settings in which corepack starts the package manager; npm fetches corepack, which Node.js leaves out by now. */
export function throughCorepack(failed: FailedCommand): SuggestedSettings {
  const { command, commands } = failed;
  const of = (each: Argv): Argv => (BY_COREPACK.has(each[0]) ? ['npx', '--yes', 'corepack', ...each] : each);
  if (commands === undefined) return insteadOf(failed, of(command));
  const { install, test, coverage } = commands;
  return { install: install.map(of), test: of(test), ...(coverage !== null && { coverage: of(coverage) }) };
}
