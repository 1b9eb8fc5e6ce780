import type { Command } from 'commander';
import { withLocalOptions } from './options.ts';

/** Registers `explain`. */
export function registerExplain(program: Command): void {
  withLocalOptions(program.command('explain').argument('[item]', 'id, number, address, title or branch of one card'))
    .description('why each card is eligible or skipped now; writes nothing')
    .action(async (item, options) => {
      const { explainCards } = await import('../commands/explain.ts');
      process.exitCode = await explainCards(item, options);
    });
}
