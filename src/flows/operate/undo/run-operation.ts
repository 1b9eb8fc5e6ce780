import { isRunning } from '../../../core/deploy/stack-state.ts';
import { isWorkerError, WorkerError } from '../../../core/errors.ts';
import type { Stack, StackEvent } from '../../../core/ports/stacks.ts';
import { createReminder } from '../deploy/say-still-working.ts';
import { startInDoubt } from '../deploy/start-in-doubt.ts';
import type { UndoPorts } from './undo-types.ts';

const POLL_MS = 3_000;
/** In a row; each is three attempts of the SDK. */
const MOST_LOST_ANSWERS = 10;
const LONGEST_START_MS = 3 * 60_000;

export interface Ended {
  /** As it is then; null when it is gone. */
  readonly stack: Stack | null;
  /** Of this operation, oldest first. */
  readonly events: readonly StackEvent[];
}

/** Starts an operation on a stack and hands its events on until it has ended, well or not. Throws STACK_OPERATION_FAILED when
 *  CloudFormation does nothing for three minutes. */
export async function runOperation(
  ports: UndoPorts,
  { stack, start }: { readonly stack: Stack; readonly start: () => Promise<void> },
): Promise<Ended> {
  const earlier = await ports.stacks.listEvents(stack.id, { after: null });
  const doubt = await startInDoubt(start);
  return follow(ports, { stack, after: earlier.at(-1)?.id ?? null, doubt });
}

/** Waits until whatever runs on a stack has ended, and hands its events on. */
export async function awaitOperation(ports: UndoPorts, stack: Stack): Promise<Ended> {
  return follow(ports, { stack, after: null, doubt: null });
}

async function follow(
  ports: UndoPorts,
  { stack, after, doubt }: { readonly stack: Stack; readonly after: string | null; readonly doubt: WorkerError | null },
): Promise<Ended> {
  const { stacks, clock } = ports;
  const events: StackEvent[] = [];
  const startedAt = clock.monotonicMs();
  const remind = createReminder(ports);
  let lostAnswers = 0;
  for (;;) {
    try {
      const now = await stacks.describe(stack.id);
      if (isGone(now)) return { stack: null, events };
      for (const event of await stacks.listEvents(stack.id, { after: events.at(-1)?.id ?? after })) {
        events.push(event);
        ports.onEvent(stack.name, event);
      }
      lostAnswers = 0;
      if (hasEnded(now, events)) return { stack: now, events };
      remind(now);
      if (!events.some(isOwn(now)) && clock.monotonicMs() - startedAt > LONGEST_START_MS)
        throw doubt ?? notStarted(now);
    } catch (error) {
      // CloudFormation goes on whether anybody looks or not.
      if (error === doubt || !isWorkerError(error) || !error.isPassing || ++lostAnswers > MOST_LOST_ANSWERS)
        throw error;
    }
    await clock.sleep(POLL_MS);
  }
}

function isGone(stack: Stack | null): stack is null {
  return stack === null || stack.status === 'DELETE_COMPLETE';
}

/** The stack's own last event says how it ended, and its description, which can be behind, says the same. A deletion that CloudFormation
 *  refuses ends so too: in the state in which the stack was before (rlister/stax#40, USSBA/aws-cft-tools#27). */
function hasEnded(stack: Stack, events: readonly StackEvent[]): boolean {
  return !isRunning(stack) && events.findLast(isOwn(stack))?.status === stack.status;
}

function isOwn({ name }: Stack): (event: StackEvent) => boolean {
  return ({ type, logicalId }) => type === 'AWS::CloudFormation::Stack' && logicalId === name;
}

function notStarted({ name, status }: Stack): WorkerError {
  return new WorkerError({
    code: 'STACK_OPERATION_FAILED',
    what: `CloudFormation accepted what was asked of ${name} and did nothing for three minutes (${status}).`,
    remedy: 'Look at the stack in the CloudFormation console, then type the command again.',
  });
}
