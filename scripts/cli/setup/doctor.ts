import { type Command, Option } from 'commander';
import { withJson } from '../options.ts';

/** Defines `doctor`. */
export function defineDoctor(command: Command): void {
  withJson(command)
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .addOption(new Option('--local', 'this machine alone').conflicts('env'))
    .option('--config <file>', 'configuration file of this machine', 'kiro-worker.config.json')
    .action(async (options) => {
      const { doctor } = await import('../../commands/setup/doctor.ts');
      process.exitCode = await doctor(options);
    });
}
