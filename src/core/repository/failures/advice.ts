import type { Argv } from '../argv.ts';
import { commandText, isSame } from '../written-commands.ts';
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

/** Returns whether a shell runs the command as a script: what it starts, and in which folder, is not known. */
export function isScript([program, option]: Argv): boolean {
  return /(?:^|\/)(?:ba|da|z)?sh$/.test(program) && option?.startsWith('-') === true;
}

/** Returns a command for people, in one line. */
export function formatCommand(command: Argv): string {
  return commandText(command) ?? JSON.stringify(command);
}

/** Package managers that npx fetches: every Node.js brings it. */
export const BY_NPX: ReadonlySet<string> = new Set(['pnpm', 'yarn']);

/** Returns settings in which npx starts the package manager `name`, in the version that is wanted where that is known. */
export function throughNpx(
  failed: FailedCommand,
  { name, version = null }: { name: string; version?: string | null },
): SuggestedSettings | null {
  const { command, commands } = failed;
  if (command[0] !== name) return null;
  const start = startByNpx(name, version ?? wantedVersion(failed, name));
  const of = ([program, ...rest]: Argv): Argv => (program === name ? [...start, ...rest] : [program, ...rest]);
  if (commands === undefined) return insteadOf(failed, of(command));
  const { install, test, coverage } = commands;
  return { install: install.map(of), test: of(test), ...(coverage !== null && { coverage: of(coverage) }) };
}

function startByNpx(name: string, version: string | null): Argv {
  if (name !== 'yarn') return ['npx', '--yes', version === null ? name : `${name}@${version}`];
  // The newer ones have another package.
  if (version === null || version.startsWith('1.')) return ['npx', '--yes', `yarn@${version ?? '1'}`];
  return ['npx', '--yes', '--package', `@yarnpkg/cli-dist@${version}`, 'yarn'];
}

function wantedVersion({ commands }: FailedCommand, name: string): string | null {
  const wanted = commands?.needs?.find(({ tool }) => tool === name)?.wanted ?? '';
  return /^\d+(?:\.\d+){0,2}$/.test(wanted) ? wanted : null;
}

/** Returns whether a command starts a package manager, by itself or by npx or corepack. */
export function startsManager(command: Argv, name: string): boolean {
  const [program, ...rest] = command;
  if (program === name) return true;
  if (program !== 'npx' && program !== 'corepack') return false;
  return rest.some((word) => word === name || word.startsWith(`${name}@`));
}
