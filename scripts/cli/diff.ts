import type { Command } from 'commander';
import { withJson } from './options.ts';

/** Defines `diff`. */
export function defineDiff(command: Command): void {
  withJson(command.argument('[stack...]', 'stacks such as KiroWorkerCore; all without any'))
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .option('--exit-code', 'end with 4 when nothing differs')
    .action(async (stacks, options) => {
      const { diff } = await import('../commands/deploy/diff.ts');
      process.exitCode = await diff(stacks, options);
    });
}
