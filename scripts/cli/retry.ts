import type { Command } from 'commander';
import { withJson } from './options.ts';

/** Registers `retry`. */
export function registerRetry(program: Command): void {
  withJson(program.command('retry').argument('<item>', 'id or branch of one card'))
    .description('let a card begin anew: no attempt made, no wait, nothing used of its lifetime caps')
    .option('--data <folder>', 'folder of locks, builds and artifacts', '.kiro-worker')
    .option('--env <environment>', 'a deployed environment instead of this machine')
    .action(async (item, options) => {
      const { retryCard } = await import('../commands/retry.ts');
      process.exitCode = await retryCard(item, options);
    });
}
