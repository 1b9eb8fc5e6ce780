import { WorkerError } from '../../../core/errors.ts';
import { formatPause, LONGEST_PAUSE_TEXT, type Pause } from '../../../core/pause.ts';
import type { PauseSwitch } from '../../../core/ports/operate/pause-switch.ts';

/** Pauses the polls of an environment; returns the pause that holds, and whether it is this one. An earlier pause stays as it
 *  is: whoever made it counts on it. Throws CONFIG_INVALID for texts that the poller would not show. */
export async function pausePolls(request: {
  readonly polls: PauseSwitch;
  readonly pause: Pause;
}): Promise<{ readonly pause: Pause; readonly isNew: boolean }> {
  const { polls, pause } = request;
  for (const text of [pause.by, pause.reason]) checkText(text);
  const holding = await polls.set(pause);
  return { pause: holding, isNew: formatPause(holding) === formatPause(pause) };
}

/** Ends the pause of an environment; returns the pause that held, null when none did. */
export async function resumePolls({ polls }: { readonly polls: PauseSwitch }): Promise<Pause | null> {
  const held = await polls.read();
  await polls.clear();
  return held;
}

function checkText(text: string | null): void {
  if (text === null || text.length <= LONGEST_PAUSE_TEXT) return;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `A text of the pause has ${text.length} characters; at most ${LONGEST_PAUSE_TEXT} are kept.`,
    remedy: 'Give --reason and --by shorter texts.',
  });
}
