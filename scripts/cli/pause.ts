import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Registers `pause` and `resume`. */
export function registerPause(program: Command): void {
  withJson(withEnvironment(program.command('pause')))
    .description('let no poll of an environment start a build, until resume')
    .option('--reason <text>', 'why, for those who meet the pause')
    .option('--by <name>', 'who pauses (default: your user name)')
    .action(async (options) => {
      const { pause } = await import('../commands/operate/pause.ts');
      process.exitCode = await pause(options);
    });
  withJson(withEnvironment(program.command('resume')))
    .description('end the pause of an environment')
    .action(async (options) => {
      const { resume } = await import('../commands/operate/pause.ts');
      process.exitCode = await resume(options);
    });
}
