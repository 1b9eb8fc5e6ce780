import { systemClock } from '../../../src/adapters/system-clock.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { type Unlocked, unlock } from '../../../src/flows/operate/run/unlock.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { type RunPlaceOptions, withRunPlace } from './run-place.ts';

/** `kiro-worker unlock <branch>`: exit code 0, or 4 when the lock was not held. Throws LOCK_IN_USE while its build runs. */
export async function unlockBranch(branch: string, options: RunPlaceOptions): Promise<number> {
  return withRunPlace(options, async ({ locks, builds, flag, progress }) => {
    progress.show({ phase: 'unlock', text: `Asking for the build of ${branch}` });
    const unlocked = await unlock({ locks, builds, clock: systemClock, branch });
    progress.stop();
    process.stdout.write(options.json ? formatJson(unlocked) : `${cleanText(describe(unlocked, flag))}\n`);
    return unlocked.wasHeld ? EXIT.done : EXIT.nothingToDo;
  });
}

function describe({ lockKey, wasHeld, build }: Unlocked, flag: string): string {
  const next = `Next: npx kiro-worker status ${flag}`;
  if (!wasHeld) return `The lock ${lockKey} is not held.\n${next}`;
  const why =
    build === null ? 'the build service knows no build of it' : `its build ${build.id} ended as ${build.status}`;
  return `The lock ${lockKey} is released: ${why}. Card and pull request stay as they are; the next poll may start the card again.\n${next}`;
}
