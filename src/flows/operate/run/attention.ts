import { withoutRemedy } from '../../../core/errors.ts';
import { isExpired } from '../../../core/lock.ts';
import type { StackState } from '../../../core/ports/operate/environment-state.ts';
import { shellWords } from '../../../core/repository/shell-words.ts';
import type { EnvironmentStatus, Part } from './environment-status.ts';

/** Something that an operator has to look at, and the command that shows or mends it. */
export interface Attention {
  readonly what: string;
  readonly command: string;
}

/** Returns what in a status asks for an operator, the most urgent first; what could not be read is no good news either. */
export function attentionOf(status: EnvironmentStatus, environment: string): Attention[] {
  const flag = `--env ${environment}`;
  const say = (what: string, command: string): Attention => ({ what, command: `npx kiro-worker ${command} ${flag}` });
  const list = <T>(part: Part<readonly T[]>, needs: (one: T) => Attention | null): Attention[] =>
    (readValue(part) ?? []).flatMap((one) => needs(one) ?? []);
  const { atMs } = status;
  const lastPoll = readValue(status.lastPoll);
  return [
    ...unreadable(status).map((what) => ({ what, command: `npx kiro-worker doctor ${flag}` })),
    ...list(status.stacks, (stack) => stackNeeds(stack, say)),
    ...(readValue(status.release) === null ? [say('No release of the worker was chosen.', 'release publish')] : []),
    ...(lastPoll === null ? [say('No poll has ended within the hour.', 'logs poller')] : []),
    ...(lastPoll?.outcome === 'setup-incomplete' ? [say(`Set-up: ${withoutRemedy(lastPoll.detail)}`, 'doctor')] : []),
    ...list(status.alarms, ({ name, state, reason }) =>
      state === 'ALARM' ? say(`The alarm ${name} rings: ${reason}`, commandFor(name)) : null,
    ),
    ...list(status.queues, ({ name, letters }) =>
      letters === null
        ? say(`The queue ${name} is not there.`, 'doctor')
        : letters > 0
          ? say(`${letters} ${letters === 1 ? 'letter lies' : 'letters lie'} in ${name}.`, 'redrive')
          : null,
    ),
    ...list(status.held, ({ row }) =>
      isExpired(row, atMs)
        ? say(`The lock of ${row.branch} is past its lease.`, `unlock ${shellWords([row.branch])}`)
        : null,
    ),
  ];
}

/** As the runbook in docs/operations.md says. */
function commandFor(alarm: string): string {
  if (alarm.endsWith('dead-letters')) return 'redrive';
  if (alarm.endsWith('agent-credits')) return 'costs';
  return /-finalizer-[a-z]+$/.test(alarm) ? 'logs finalizer' : 'logs poller';
}

/** Returns what was read of a part, undefined where it could not be read. */
export function readValue<T>(part: Part<T>): T | undefined {
  return 'value' in part ? part.value : undefined;
}

function unreadable(status: EnvironmentStatus): string[] {
  const parts: readonly (readonly [string, Part<unknown> | number])[] = Object.entries(status);
  return parts.flatMap(([name, part]) =>
    typeof part === 'object' && 'unreadable' in part ? [`${name} could not be read: ${part.unreadable}`] : [],
  );
}

function stackNeeds({ name, status }: StackState, say: (what: string, command: string) => Attention): Attention | null {
  if (status === null || status === 'REVIEW_IN_PROGRESS')
    return say(`The stack ${name} is not deployed.`, `deploy ${name}`);
  const isBroken = /FAILED$/.test(status) || status === 'ROLLBACK_COMPLETE';
  return isBroken ? say(`The stack ${name} is in ${status}.`, `recover ${name}`) : null;
}
