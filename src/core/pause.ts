import * as z from 'zod';

/** Why no build is started for now. */
export interface Pause {
  /** Who paused, and when and why; null where it is not known. */
  readonly by: string | null;
  readonly since: string | null;
  readonly reason: string | null;
}

/** A longer text would be read as none. */
export const LONGEST_PAUSE_TEXT = 500;

const text = z.string().trim().min(1).max(LONGEST_PAUSE_TEXT).nullish().catch(null);
const PauseRecord = z.looseObject({ by: text, since: text, reason: text });

/** Returns what the pause parameter says, null when it is empty. A text that is no pause record pauses too: whoever wrote it
 *  wanted something to stop. */
export function parsePause(value: string): Pause | null {
  if (value.trim() === '') return null;
  const parsed = PauseRecord.safeParse(parseJson(value));
  if (!parsed.success) return { by: null, since: null, reason: value.trim().slice(0, LONGEST_PAUSE_TEXT) };
  const { by, since, reason } = parsed.data;
  return { by: by ?? null, since: since ?? null, reason: reason ?? null };
}

/** Returns the text of the pause parameter, which `parsePause` reads. */
export function formatPause({ by, since, reason }: Pause): string {
  return JSON.stringify({
    ...(by === null ? {} : { by }),
    ...(since === null ? {} : { since }),
    ...(reason === null ? {} : { reason }),
  });
}

/** Returns one sentence on a pause for people. */
export function describePause({ by, since, reason }: Pause): string {
  const facts = [
    since === null ? '' : ` since ${since}`,
    by === null ? '' : ` by ${by}`,
    reason === null ? '' : `: ${reason}`,
  ];
  return `The poller is paused${facts.join('')}.`;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}
