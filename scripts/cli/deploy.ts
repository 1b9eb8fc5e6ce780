import { type Command, Option } from 'commander';
import { RISK_RULES } from '../../src/core/deploy/review-rules.ts';
import { withJson } from './options.ts';

/** Defines `deploy`. */
export function defineDeploy(command: Command): void {
  withJson(command.argument('[stack...]', 'stacks such as KiroWorkerCore; all in order without any'))
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .option('--yes', 'do not ask; what a rule blocks stays blocked')
    .addOption(new Option('--allow <rule...>', 'let a rule pass that would block').choices(RISK_RULES))
    .addOption(new Option('--plan-only', 'make and show the change sets, deploy nothing').conflicts(['plan', 'yes']))
    .addOption(
      new Option('--out <file>', 'where the plan is written (implies --plan-only)')
        .implies({ planOnly: true })
        .conflicts(['plan', 'yes', 'outputs']),
    )
    .option('--plan <file>', 'deploy a plan as it was reviewed; refused when anything has moved on')
    .option('--outputs <file>', 'write the outputs of all stacks there, as JSON')
    .option('--no-input', 'never ask; without --yes nothing is deployed')
    .action(async (stacks, options) => {
      const { deploy } = await import('../commands/deploy/deploy.ts');
      process.exitCode = await deploy(stacks, options);
    });
}
