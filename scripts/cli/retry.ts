import type { Command } from 'commander';
import { withRunPlaceOptions } from './options.ts';

/** Registers `retry`, `cancel` and `unlock`, which work on a deployed environment and on this machine. */
export function registerRetry(program: Command): void {
  withRunPlaceOptions(program.command('retry').argument('<item>', 'id or branch of one card'))
    .description('let a card begin anew: no attempt made, no wait, nothing used of its lifetime caps')
    .action(async (item, options) => {
      const { retryCard } = await import('../commands/operate/retry.ts');
      process.exitCode = await retryCard(item, options);
    });
  withRunPlaceOptions(program.command('cancel').argument('<item>', 'id or branch of one card'))
    .description("stop a card's build and close it as cancelled; exit code 4 when none is under way")
    .action(async (item, options) => {
      const { cancelCard } = await import('../commands/operate/cancel.ts');
      process.exitCode = await cancelCard(item, options);
    });
  withRunPlaceOptions(program.command('unlock').argument('<branch>', "a branch, or a lock's key"))
    .description('release a lock whose build has ended; refused while it runs, exit code 4 when it is not held')
    .action(async (branch, options) => {
      const { unlockBranch } = await import('../commands/operate/unlock.ts');
      process.exitCode = await unlockBranch(branch, options);
    });
}
