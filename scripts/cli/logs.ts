import { type Command, InvalidArgumentError } from 'commander';
import { withRunPlaceOptions } from './options.ts';

/** Defines `logs`. */
export function defineLogs(command: Command): void {
  withRunPlaceOptions(command.argument('[log]', 'poller, finalizer, or a build, branch or card', 'poller'))
    .option('--follow', 'wait for what comes (default on a terminal); the log of a build ends with it')
    .option('--no-follow', 'end with what is there')
    .option('--minutes <n>', 'how far back logs of poller and finalizer are shown', parseMinutes, 30)
    .action(async (log, options) => {
      const { showLogs } = await import('../commands/operate/logs.ts');
      process.exitCode = await showLogs(log, options);
    });
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes > 0) return minutes;
  throw new InvalidArgumentError('It must be a number above 0.');
}
