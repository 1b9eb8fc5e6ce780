import type { Command } from 'commander';
import { withEnvironment, withJson } from '../options.ts';

/** Registers `verify`. */
export function registerVerify(program: Command): void {
  withJson(withEnvironment(program.command('verify')))
    .description('look at every part of a deployed environment, and run a poll that starts nothing')
    .option('--checklist', "the deployment guide's checklist, each point with its state")
    .option('--build', 'also run a self-test build, which touches no repository (some minutes of CodeBuild)')
    .option(
      '--account-checks',
      'also ask what only an account can answer: some builds, and an alarm that rings (docs/first-account-checks.md)',
    )
    .option('--yes', 'start those builds and ring the alarm without asking')
    .option('--no-input', 'ask nothing')
    .action(async (options) => {
      const { verify } = await import('../../commands/setup/verify.ts');
      process.exitCode = await verify(options);
    });
}
