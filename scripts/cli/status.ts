import { type Command, Option } from 'commander';
import { withLocalOptions } from './options.ts';

/** Defines `status`. */
export function defineStatus(command: Command): void {
  withLocalOptions(command)
    .option('--env <environment>', 'a deployed environment (default: DEPLOY_ENV, else this machine)')
    .addOption(new Option('--local', 'this machine, even where DEPLOY_ENV is set').conflicts('env'))
    .addOption(
      new Option('--watch', 'look again every few seconds until Ctrl-C (deployed environments)').conflicts([
        'json',
        'local',
      ]),
    )
    .action(async ({ env = process.env.DEPLOY_ENV, local, ...options }) => {
      if (env && !local) {
        const { showEnvironmentStatus } = await import('../commands/operate/environment-status.ts');
        process.exitCode = await showEnvironmentStatus({ ...options, env });
      } else {
        const { showStatus } = await import('../commands/status.ts');
        process.exitCode = await showStatus(options);
      }
    });
}
