import * as z from 'zod';
import { describeIssue } from '../../core/config-problems.ts';
import { WorkerError } from '../../core/errors.ts';
import { redactErrors } from '../../core/secrets/redact-error.ts';
import { poll } from '../../flows/poll/poll.ts';
import type { PollResult } from '../../flows/poll/poll-types.ts';
import { createPollPorts } from '../poll-ports.ts';

const PollEvent = z.looseObject({ dryRun: z.boolean().optional() }).nullish();

let made: ReturnType<typeof createPollPorts> | undefined;

/** Lambda entry point of the poll: a scheduled or a manual event; `{"dryRun":true}` evaluates without starting anything. */
export async function handler(event: unknown): Promise<PollResult> {
  made ??= createPollPorts('poller', process.env);
  const { ports, settings, redact } = made;
  return redactErrors(redact, () => poll(ports, { ...settings, dryRun: parseDryRun(event) }));
}

function parseDryRun(event: unknown): boolean {
  const parsed = PollEvent.safeParse(event);
  if (parsed.success) return parsed.data?.dryRun ?? false;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: 'The event of this poll is not valid:',
    problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, event)),
    remedy: 'Invoke it with {} to poll, or with {"dryRun":true} to see what a poll would do.',
  });
}
