import type { Command } from 'commander';
import { withJson } from './options.ts';

/** Registers `diff`. */
export function registerDiff(program: Command): void {
  withJson(program.command('diff').argument('[stack...]', 'stacks such as KiroWorkerCore; all without any'))
    .description('compare the deployed stacks with this checkout, without a change set')
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .option('--exit-code', 'end with 4 when nothing differs')
    .action(async (stacks, options) => {
      const { diff } = await import('../commands/deploy/diff.ts');
      process.exitCode = await diff(stacks, options);
    });
}
