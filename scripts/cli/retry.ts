import type { Command } from 'commander';
import { withRunPlaceOptions } from './options.ts';

/** Defines `retry`. */
export function defineRetry(command: Command): void {
  withRunPlaceOptions(command.argument('<item>', 'id or branch of one card')).action(async (item, options) => {
    const { retryCard } = await import('../commands/operate/retry.ts');
    process.exitCode = await retryCard(item, options);
  });
}

/** Defines `cancel`. */
export function defineCancel(command: Command): void {
  withRunPlaceOptions(command.argument('<item>', 'id or branch of one card')).action(async (item, options) => {
    const { cancelCard } = await import('../commands/operate/cancel.ts');
    process.exitCode = await cancelCard(item, options);
  });
}

/** Defines `unlock`. */
export function defineUnlock(command: Command): void {
  withRunPlaceOptions(command.argument('<branch>', "a branch, or a lock's key")).action(async (branch, options) => {
    const { unlockBranch } = await import('../commands/operate/unlock.ts');
    process.exitCode = await unlockBranch(branch, options);
  });
}
