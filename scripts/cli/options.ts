import { type Command, Option } from 'commander';

/** Folder of this machine's data. */
export const DEFAULT_DATA = '.kiro-worker';

/** Adds the options of commands that work on the board and data of this machine. */
export function withLocalOptions(command: Command): Command {
  return withJson(
    command
      .option('--config <file>', 'configuration file', 'kiro-worker.config.json')
      .option('--data <folder>', 'folder of locks, builds and artifacts', DEFAULT_DATA),
  );
}

/** Adds the option of commands that can print for programs. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document on stdout and nothing else there');
}

/** Adds the option of commands on a deployed environment. */
export function withEnvironment(command: Command): Command {
  return command.option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)');
}

/** Adds the options of commands that work on a deployed environment or on this machine. */
export function withRunPlaceOptions(command: Command): Command {
  return withJson(
    command
      .option('--data <folder>', 'folder of locks, builds and artifacts of this machine', DEFAULT_DATA)
      .option('--env <environment>', 'a deployed environment (default: DEPLOY_ENV, else this machine)')
      .addOption(new Option('--local', 'this machine, even where DEPLOY_ENV is set').conflicts('env')),
  );
}

/** Adds the option of commands that run code of a branch. */
export function withIsolation(command: Command): Command {
  return command.addOption(
    new Option(
      '--isolation <kind>',
      'none: agent, install and tests run as you, with all that you can read, even as root',
    ).choices(['none']),
  );
}
