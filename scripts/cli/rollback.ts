import { type Command, Option } from 'commander';
import { RISK_RULES } from '../../src/core/deploy/review-rules.ts';
import { withJson } from './options.ts';

/** Defines `rollback`. */
export function defineRollback(command: Command): void {
  withJson(command)
    .requiredOption('--env <environment>', 'environment; spelt out every time')
    .option('--to <release>', 'name of a recorded deployment, or the hash of a worker (default: the one before)')
    .option('--yes', 'do not ask; what a rule blocks stays blocked')
    .addOption(new Option('--allow <rule...>', 'let a rule pass that would block').choices(RISK_RULES))
    .option('--no-input', 'never ask; without --yes nothing is rolled back')
    .action(async (options) => {
      const { rollback } = await import('../commands/undo/rollback.ts');
      process.exitCode = await rollback(options);
    });
}
