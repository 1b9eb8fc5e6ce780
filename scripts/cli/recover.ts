import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Defines `recover`. */
export function defineRecover(command: Command): void {
  withJson(withEnvironment(command.argument('[stack...]', 'stacks such as KiroWorkerCore; all without any')))
    .option('--skip <resource...>', 'leave resources of one stack as they are, whose roll-back or deletion failed')
    .option('--yes', 'do not ask before a stack is deleted')
    .option('--no-input', 'never ask; without --yes no stack is deleted')
    .action(async (stacks, options) => {
      const { recover } = await import('../commands/undo/recover.ts');
      process.exitCode = await recover(stacks, options);
    });
}
