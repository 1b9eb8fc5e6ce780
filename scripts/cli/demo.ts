import type { Command } from 'commander';
import { withJson } from './options.ts';

/** Registers `demo`. */
export function registerDemo(program: Command): void {
  withJson(program.command('demo').description('run the whole job on this machine, on embedded parts'))
    .option('--keep', 'leave the local GitHub running to look around')
    .action(async (options) => {
      const { demo } = await import('../commands/demo.ts');
      process.exitCode = await demo(options);
    });
}
