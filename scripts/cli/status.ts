import type { Command } from 'commander';
import { withLocalOptions } from './options.ts';

/** Registers `status`. */
export function registerStatus(program: Command): void {
  withLocalOptions(program.command('status').description('locks and builds of this machine')).action(
    async (options) => {
      const { showStatus } = await import('../commands/status.ts');
      process.exitCode = await showStatus(options);
    },
  );
}
