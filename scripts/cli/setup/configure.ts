import { Argument, type Command, Option } from 'commander';
import { withJson } from '../options.ts';

/** As `flows/operate/setup/show-settings.ts` has them, which loads too much for the help. */
const SETTINGS = ['github-token', 'git-credentials', 'kiro-api-key', 'agent-key', 'project', 'alert-email'];

/** Defines `configure`. */
export function defineConfigure(command: Command): void {
  withJson(command.addArgument(new Argument('[setting]', 'what to fill in').choices(SETTINGS)))
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .addOption(new Option('--local', 'this machine: writes the configuration file').conflicts('env'))
    .option('--config <file>', 'configuration file of this machine', 'kiro-worker.config.json')
    .option('--file <file>', 'take a secret from this file (default: a prompt, or standard input)')
    .option('--board <address>', 'project: web address of the board')
    .option('--repository <name>', 'project: repository of the cards, where the board does not say')
    .option('--column <name>', 'project: column that cards are taken from')
    .option('--email <address>', 'alert-email: who hears of alarms')
    .option('--no-input', 'never ask')
    .action(async (setting, options) => {
      const { configure } = await import('../../commands/setup/configure.ts');
      process.exitCode = await configure(setting, options);
    });
}
