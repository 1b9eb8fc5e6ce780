import type { Command } from 'commander';
import { withIsolation, withJson } from './options.ts';

/** Defines `demo`. */
export function defineDemo(command: Command): void {
  withIsolation(withJson(command))
    .option('--keep', 'leave the local GitHub running to look around')
    .action(async (options) => {
      const { demo } = await import('../commands/demo.ts');
      process.exitCode = await demo(options);
    });
}
