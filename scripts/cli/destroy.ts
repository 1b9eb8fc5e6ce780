import type { Command } from 'commander';
import { withJson } from './options.ts';

/** Defines `destroy`. */
export function defineDestroy(command: Command): void {
  withJson(command.argument('[stack...]', 'stacks such as KiroWorkerCore; all in reverse order without any'))
    .requiredOption('--env <environment>', 'environment; spelt out every time')
    .option('--confirm <environment>', 'its name again, instead of being asked for it')
    .option('--yes', 'do not ask for the name; not in production')
    .option('--allow-production', 'production too, and whatever is protected against deletion')
    .option('--empty-buckets', 'remove every version of every object in the artifacts bucket as well')
    .option('--no-input', 'never ask; without the name nothing is destroyed')
    .action(async (stacks, options) => {
      const { destroy } = await import('../commands/undo/destroy.ts');
      process.exitCode = await destroy(stacks, options);
    });
}
