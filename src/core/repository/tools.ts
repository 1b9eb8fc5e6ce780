import { type Argv, parseCommand } from './argv.ts';
import type { Commands } from './commands.ts';

/** A program that the machine must have, and a call that shows that it starts. */
export interface Tool {
  readonly name: string;
  readonly proof: Argv;
}

/** Tools that a machine has or not, with the arguments that only print a version. */
const OF_MACHINE: Readonly<Record<string, readonly string[]>> = {
  ...withArguments('--version', ['node', 'npm', 'npx', 'python', 'python3', 'cargo', 'mvn', 'gradle', 'dotnet']),
  ...withArguments('--version', ['ruby', 'php', 'make', 'cmake']),
  ...withArguments('-version', ['java', 'javac', 'ant']),
  go: ['version'],
};
/** Tools that an install command may bring; asked for only where it starts them. */
const OF_INSTALL: Readonly<Record<string, readonly string[]>> = withArguments('--version', [
  ...['pnpm', 'yarn', 'bun', 'deno', 'pip', 'pip3', 'uv', 'poetry', 'pdm', 'pipenv'],
  ...['gem', 'bundle', 'composer', 'rustup'],
]);

/** Returns the tools that must be there before install, tests and coverage can run. Programs of the branch (with a `/`), and those
 *  that install may bring, are not among them. */
export function toolsOf({ install, test, coverage }: Pick<Commands, 'install' | 'test' | 'coverage'>): Tool[] {
  const ofInstall = install.flatMap(startedBy).flatMap((step) => toolOf(step, { ...OF_INSTALL, ...OF_MACHINE }));
  const others = [test, ...(coverage === null ? [] : [coverage])]
    .flatMap(startedBy)
    .flatMap((command) => toolOf(command, OF_MACHINE));
  const found = new Map([...others, ...ofInstall].map((tool) => [tool.proof.join(' '), tool]));
  return [...found.values()];
}

/** The commands of a script for `sh` that are joined by `&&` alone, else the command itself. */
function startedBy(command: Argv): Argv[] {
  const [program, option, script] = command;
  if (program !== 'sh' || option !== '-c' || script === undefined) return [command];
  const parts = script.split('&&').map((part) => part.trim().replace(/^\(+|\)+$/g, ''));
  return parts.flatMap((part) => {
    const parsed = parseCommand(part);
    return 'argv' in parsed ? [parsed.argv] : [];
  });
}

function toolOf([program, ...args]: Argv, known: typeof OF_MACHINE): Tool[] {
  const version = Object.hasOwn(known, program) ? known[program] : undefined;
  if (version === undefined) return [];
  // Parts of Python that distributions leave out.
  if (args[0] === '-m' && args[1] === 'venv')
    return [{ name: `${program} -m venv`, proof: [program, '-c', 'import ensurepip, venv'] }];
  if (args[0] === '-m' && args[1] === 'pip')
    return [{ name: `${program} -m pip`, proof: [program, '-m', 'pip', '--version'] }];
  return [{ name: program, proof: [program, ...version] }];
}

function withArguments(argument: string, names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, [argument]]));
}
