import { systemClock } from '../../../src/adapters/system-clock.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { type Cancelled, type CancelledBranch, cancel } from '../../../src/flows/operate/run/cancel.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { type RunPlaceOptions, withRunPlace } from './run-place.ts';

/** `kiro-worker cancel <item>`: exit code 0, or 4 when no build of the card was under way. */
export async function cancelCard(item: string, options: RunPlaceOptions): Promise<number> {
  return withRunPlace(options, async ({ locks, builds, closingMs, flag, progress }) => {
    const onStep = (text: string) => progress.show({ phase: 'cancel', text });
    const cancelled = await cancel({ locks, builds, clock: systemClock, item, closingMs, onStep });
    progress.stop();
    process.stdout.write(options.json ? formatJson(cancelled) : `${cleanText(describe(cancelled, flag))}\n`);
    return cancelled.branches.length === 0 ? EXIT.nothingToDo : EXIT.done;
  });
}

function describe({ workItemId, branches }: Cancelled, flag: string): string {
  if (branches.length === 0)
    return `No build of ${workItemId} is under way. Move its card out of the target column, so that none starts.\nNext: npx kiro-worker status ${flag}`;
  const goOn = `To go on from what was pushed, move the card back.\nNext: npx kiro-worker status ${flag}`;
  return `${branches.map(describeBranch).join('\n')}\n${goOn}`;
}

function describeBranch({ branch, buildId, wasStopped, closedAs }: CancelledBranch): string {
  const ending = wasStopped
    ? `Build ${buildId} of ${branch} was stopped.`
    : buildId === null
      ? `No build of ${branch} is known.`
      : `Build ${buildId} of ${branch} had ended already.`;
  return closedAs === null
    ? `${ending} Its lock is still held: the next poll closes it, and writes the outcome to card and pull request.`
    : `${ending} It is closed as ${closedAs}.`;
}
