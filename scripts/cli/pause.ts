import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Defines `pause`. */
export function definePause(command: Command): void {
  withJson(withEnvironment(command))
    .option('--reason <text>', 'why, for those who meet the pause')
    .option('--by <name>', 'who pauses (default: your user name)')
    .action(async (options) => {
      const { pause } = await import('../commands/operate/pause.ts');
      process.exitCode = await pause(options);
    });
}

/** Defines `resume`. */
export function defineResume(command: Command): void {
  withJson(withEnvironment(command)).action(async (options) => {
    const { resume } = await import('../commands/operate/pause.ts');
    process.exitCode = await resume(options);
  });
}
