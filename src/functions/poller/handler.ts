import * as z from 'zod';
import { poll } from '../../flows/poll.ts';
import type { PollResult } from '../../flows/poll-types.ts';
import { createPollPorts } from '../poll-ports.ts';

const PollEvent = z.looseObject({ dryRun: z.boolean().optional() }).nullish();

let made: ReturnType<typeof createPollPorts> | undefined;

/** Lambda door of the poll: a scheduled or a manual event, `{"dryRun":true}` decides without starting anything. */
export async function handler(event: unknown): Promise<PollResult> {
  made ??= createPollPorts('poller', process.env);
  const dryRun = PollEvent.parse(event)?.dryRun ?? false;
  return poll(made.ports, { ...made.settings, dryRun });
}
