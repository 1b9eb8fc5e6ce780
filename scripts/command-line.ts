import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { useMachineNetwork } from '../src/adapters/process/machine-network.ts';
import { freeSpace, isDiskFull } from '../src/core/disk-full.ts';
import { errorMessage, isWorkerError } from '../src/core/errors.ts';
import { cleanText } from '../src/core/markdown.ts';
import { isSystemError } from '../src/core/system-error.ts';
import { registerConfig } from './cli/config.ts';
import { registerCosts } from './cli/costs.ts';
import { registerDemo } from './cli/demo.ts';
import { registerDeploy } from './cli/deploy.ts';
import { registerDestroy } from './cli/destroy.ts';
import { registerDiff } from './cli/diff.ts';
import { registerExplain } from './cli/explain.ts';
import { registerLocal } from './cli/local.ts';
import { registerLogs } from './cli/logs.ts';
import { registerPause } from './cli/pause.ts';
import { registerRecover } from './cli/recover.ts';
import { registerRedrive } from './cli/redrive.ts';
import { registerRelease } from './cli/release.ts';
import { registerRepository } from './cli/repository.ts';
import { registerRetry } from './cli/retry.ts';
import { registerRollback } from './cli/rollback.ts';
import { registerBoard } from './cli/setup/board.ts';
import { registerConfigure } from './cli/setup/configure.ts';
import { registerDoctor } from './cli/setup/doctor.ts';
import { registerPermissions } from './cli/setup/permissions.ts';
import { registerVerify } from './cli/setup/verify.ts';
import { registerSpec } from './cli/spec.ts';
import { registerStatus } from './cli/status.ts';
import { registerSynth } from './cli/synth.ts';
import { EXIT } from './terminal/exit-codes.ts';

/** In the order of the help. What a command runs is imported when it is used, since much of it loads slowly. */
const COMMANDS = [
  registerDemo,
  registerLocal,
  registerExplain,
  registerStatus,
  registerLogs,
  registerRetry,
  registerPause,
  registerRedrive,
  registerCosts,
  registerDoctor,
  registerPermissions,
  registerSynth,
  registerDiff,
  registerDeploy,
  registerRelease,
  registerConfigure,
  registerBoard,
  registerVerify,
  registerRollback,
  registerRecover,
  registerDestroy,
  registerConfig,
  registerSpec,
  registerRepository,
];

/** Runs `kiro-worker ARGS` in this process, in whose exit code it says how it ended; never throws. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  let leaveNetwork = () => {};
  try {
    leaveNetwork = useMachineNetwork(process.env);
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has written its message already; help and version are not failures.
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    } else {
      process.stderr.write(`${cleanText(describeError(error))}\n`);
      process.exitCode = isWorkerError(error, 'ARGUMENT_INVALID') ? EXIT.usage : EXIT.failed;
    }
  } finally {
    leaveNetwork();
  }
}

function createProgram(): Command {
  const program = new Command('kiro-worker')
    .description('A card moved to "For Implementation" becomes a tested, covered, review-ready pull request.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');
  for (const register of COMMANDS) register(program);
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
