import type { Command } from 'commander';
import { withLocalOptions } from './options.ts';

/** Defines `explain`. */
export function defineExplain(command: Command): void {
  withLocalOptions(command.argument('[item]', 'id, number, address, title or branch of one card')).action(
    async (item, options) => {
      const { explainCards } = await import('../commands/explain.ts');
      process.exitCode = await explainCards(item, options);
    },
  );
}
