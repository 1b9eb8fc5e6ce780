import { type Command, Option } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Registers `redrive`. */
export function registerRedrive(program: Command): void {
  withJson(withEnvironment(program.command('redrive').argument('[letter...]', 'ids of letters (default: all)')))
    .description('events that poller and finalizer could not handle, with their cause; drop or replay them')
    .addOption(new Option('--replay', 'run the function with them again; what fails again stays').conflicts('drop'))
    .option('--drop', 'remove them')
    .action(async (letters, options) => {
      const { redriveLetters } = await import('../commands/operate/redrive.ts');
      process.exitCode = await redriveLetters(letters, options);
    });
}
