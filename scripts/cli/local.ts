import type { Command } from 'commander';
import { withLocalOptions } from './options.ts';

const MODES = [
  { mode: 'poll', description: 'one poll, then its builds to the end' },
  { mode: 'watch', description: 'poll on the configured interval until Ctrl-C' },
] as const;

/** Registers `local poll` and `local watch`. */
export function registerLocal(program: Command): void {
  const local = program.command('local').description('the real thing for a small team, on this machine');
  for (const { mode, description } of MODES) {
    withLocalOptions(local.command(mode).description(description)).action(async (options) => {
      const { runLocal } = await import('../commands/local.ts');
      process.exitCode = await runLocal(mode, options);
    });
  }
}
