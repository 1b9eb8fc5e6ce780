import * as z from 'zod';

/** How a poll ended, as its log says. */
export interface LastPoll {
  readonly atMs: number;
  readonly outcome: string;
  readonly detail: string;
}

/** Messages of the lines with which a poll ends. */
export const POLL_ENDINGS = ['poll finished', 'setup incomplete'] as const;

/** Where a build is, as its log says; `n` of `m` where there is a number. */
export interface BuildProgress {
  readonly phase: string;
  readonly text: string;
  readonly n: number | null;
  readonly m: number | null;
}

export const PROGRESS_MESSAGE = 'progress';

const PollLine = z.looseObject({ message: z.string(), outcome: z.string().optional(), detail: z.string().default('') });
const ProgressLine = z.looseObject({
  message: z.literal(PROGRESS_MESSAGE),
  phase: z.string(),
  text: z.string(),
  n: z.number().nullable().default(null),
  m: z.number().nullable().default(null),
});

/** Returns the ending of a poll that a line of its log tells of, null for any other line. */
export function readPollLine({ atMs, text }: { atMs: number; text: string }): LastPoll | null {
  const { data } = PollLine.safeParse(parseJson(text));
  if (data === undefined || !POLL_ENDINGS.some((message) => message === data.message)) return null;
  return { atMs, outcome: data.outcome ?? 'setup-incomplete', detail: data.detail };
}

/** Returns the progress that a line of a build's log tells of, null for any other line. */
export function readProgressLine(text: string): BuildProgress | null {
  const { data } = ProgressLine.safeParse(parseJson(text));
  return data === undefined ? null : { phase: data.phase, text: data.text, n: data.n, m: data.m };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
