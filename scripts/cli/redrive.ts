import { type Command, Option } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Defines `redrive`. */
export function defineRedrive(command: Command): void {
  withJson(withEnvironment(command.argument('[letter...]', 'ids of letters (default: all)')))
    .addOption(new Option('--replay', 'run the function with them again; what fails again stays').conflicts('drop'))
    .option('--drop', 'remove them')
    .action(async (letters, options) => {
      const { redriveLetters } = await import('../commands/operate/redrive.ts');
      process.exitCode = await redriveLetters(letters, options);
    });
}
