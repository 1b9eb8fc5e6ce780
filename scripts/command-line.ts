import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { freeSpace, isDiskFull } from '../src/core/disk-full.ts';
import { errorMessage, isWorkerError } from '../src/core/errors.ts';
import { cleanText } from '../src/core/markdown.ts';
import { isSystemError } from '../src/core/system-error.ts';
import { COMMANDS } from './command-table.ts';
import { EXIT } from './terminal/exit-codes.ts';

/** Runs `kiro-worker ARGS` in this process, in whose exit code it says how it ended; never throws. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  let leaveNetwork = () => {};
  const onAction = async () => {
    const { useMachineNetwork } = await import('../src/adapters/process/machine-network.ts');
    leaveNetwork = useMachineNetwork(process.env);
  };
  try {
    const program = await createProgram(args);
    await program.hook('preAction', onAction).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has written its message already; help and version are not failures.
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    } else if (error instanceof Error && error.name === 'ExitPromptError') {
      // Ctrl-C at a question (@inquirer/core).
      process.stderr.write(
        'Interrupted at a question: what it asked about was not done, and what was done before stands.\n',
      );
      process.exitCode = EXIT.interrupted;
    } else {
      process.stderr.write(`${cleanText(describeError(error))}\n`);
      process.exitCode = isWorkerError(error, 'ARGUMENT_INVALID') ? EXIT.usage : EXIT.failed;
    }
  } finally {
    leaveNetwork();
  }
}

/** Defines in full the commands that are named, which may follow `help`; of the others it knows name and description. */
async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('kiro-worker')
    .description('A card moved to "For Implementation" becomes a tested, covered, review-ready pull request.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');
  for (const { name, description, load } of COMMANDS) {
    const command = program.command(name).description(description);
    if (!args.includes(name)) continue;
    const define = await load();
    define(command);
  }
  return program;
}

/** Our own errors explain themselves, and so do those of a disk; any other needs its stack. */
function describeError(error: unknown): string {
  if (isWorkerError(error)) return error.message;
  const place = error instanceof Error && 'path' in error ? String(error.path) : process.cwd();
  if (isDiskFull(error)) return `A disk is full: ${errorMessage(error)}\nWhat to do: ${freeSpace(place)}`;
  if (['EACCES', 'EROFS', 'EPERM'].some((code) => isSystemError(error, code)))
    return `${errorMessage(error)}\nWhat to do: Run the command where you may write, or name such a folder (--data).`;
  return (error instanceof Error && error.stack) || errorMessage(error);
}
