import type { Command } from 'commander';
import { withEnvironment, withJson } from '../options.ts';

/** Defines `verify`. */
export function defineVerify(command: Command): void {
  withJson(withEnvironment(command))
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
