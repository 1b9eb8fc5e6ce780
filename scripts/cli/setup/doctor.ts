import { type Command, Option } from 'commander';
import { withJson } from '../options.ts';

/** Registers `doctor`. */
export function registerDoctor(program: Command): void {
  withJson(program.command('doctor'))
    .description('look at all that is needed before and after a deployment, or on this machine; changes nothing')
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .addOption(new Option('--local', 'this machine alone').conflicts('env'))
    .option('--config <file>', 'configuration file of this machine', 'kiro-worker.config.json')
    .action(async (options) => {
      const { doctor } = await import('../../commands/setup/doctor.ts');
      process.exitCode = await doctor(options);
    });
}
