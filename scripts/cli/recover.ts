import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Registers `recover`. */
export function registerRecover(program: Command): void {
  withJson(
    withEnvironment(
      program.command('recover').argument('[stack...]', 'stacks such as KiroWorkerCore; all without any'),
    ),
  )
    .description('bring stacks back into a state that takes a deployment, by what their state allows')
    .option('--skip <resource...>', 'leave resources of one stack as they are, whose roll-back or deletion failed')
    .option('--yes', 'do not ask before a stack is deleted')
    .option('--no-input', 'never ask; without --yes no stack is deleted')
    .action(async (stacks, options) => {
      const { recover } = await import('../commands/undo/recover.ts');
      process.exitCode = await recover(stacks, options);
    });
}
