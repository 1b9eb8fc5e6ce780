import { systemClock } from '../../../src/adapters/system-clock.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { type Retried, retry } from '../../../src/flows/operate/run/retry.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { type RunPlaceOptions, withRunPlace } from './run-place.ts';

/** `kiro-worker retry <item>`: exit code 0, or 1 while a build holds the card's branch. Throws CONFIG_INVALID for a card that
 *  no build was ever started for. */
export async function retryCard(item: string, options: RunPlaceOptions): Promise<number> {
  return withRunPlace(options, async ({ locks, flag, progress }) => {
    const retried = await retry({ locks, item, nowMs: systemClock.now() });
    progress.stop();
    process.stdout.write(options.json ? formatJson(retried) : `${cleanText(describe(retried, flag))}\n`);
    return retried.held.length === 0 ? EXIT.done : EXIT.failed;
  });
}

function describe({ workItemId, branches, held }: Retried, flag: string): string {
  const anew = `${workItemId} begins anew${branches.length > 0 ? ` on ${branches.join(', ')}` : ''}.`;
  if (held.length > 0)
    return `${anew} A build holds ${held.join(', ')}: name it again when that has ended.\nNext: npx kiro-worker status ${flag}`;
  return `${anew} It starts with the next poll, when its card is in the target column.\nNext: npx kiro-worker status ${flag}`;
}
