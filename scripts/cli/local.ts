import type { Command } from 'commander';
import { withIsolation, withLocalOptions } from './options.ts';

const MODES = [
  { mode: 'poll', description: 'one poll, then its builds to the end' },
  { mode: 'watch', description: 'poll on the configured interval until Ctrl-C' },
] as const;

/** Defines `local poll` and `local watch`. */
export function defineLocal(command: Command): void {
  for (const { mode, description } of MODES) {
    withIsolation(withLocalOptions(command.command(mode).description(description))).action(async (options) => {
      const { runLocal } = await import('../commands/local.ts');
      process.exitCode = await runLocal(mode, options);
    });
  }
}
