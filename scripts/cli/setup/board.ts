import { type Command, Option } from 'commander';
import { withJson } from '../options.ts';

/** Defines `board init`. */
export function defineBoard(command: Command): void {
  withJson(command.command('init'))
    .description('add the field and columns that a board lacks; shows first what it would do')
    .option('--env <environment>', 'environment whose configuration counts (default: DEPLOY_ENV, else test)')
    .addOption(new Option('--local', 'the configuration of this machine counts').conflicts('env'))
    .option('--config <file>', 'configuration file of this machine', 'kiro-worker.config.json')
    .option('--board <address>', 'web address of the board, while there is no configuration')
    .option('--yes', 'do not ask')
    .option('--no-input', 'never ask; without --yes nothing is changed')
    .action(async (options) => {
      const { boardInit } = await import('../../commands/setup/board-init.ts');
      process.exitCode = await boardInit(options);
    });
}
