import { hasSucceeded, isRunning } from '../../../core/deploy/stack-state.ts';
import { isWorkerError, WorkerError } from '../../../core/errors.ts';
import type { Stack, StackEvent } from '../../../core/ports/stacks.ts';
import type { DeployPorts } from './deploy-types.ts';
import { createReminder } from './say-still-working.ts';
import { startInDoubt } from './start-in-doubt.ts';

const POLL_MS = 3_000;
/** In a row; each is three attempts of the SDK. */
const MOST_LOST_ANSWERS = 10;
/** DescribeStacks can be behind for a while after a change set was started. */
const LONGEST_START_MS = 3 * 60_000;

type FollowPorts = Pick<DeployPorts, 'stacks' | 'clock' | 'onEvent' | 'onStep'>;

export interface Execution {
  readonly environment: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly changeSet: string;
  /** When the stack was changed last; null for one that the change set makes. */
  readonly changedAtMs: number | null;
  readonly token: string;
}

/** Carries a change set out and hands every event on; returns the stack as it is then. Throws DEPLOYMENT_FAILED with what failed
 *  when the stack was rolled back or is broken. */
export async function executeChangeSet(ports: FollowPorts, execution: Execution): Promise<Stack> {
  const { stacks } = ports;
  const { stackId, changeSet, token } = execution;
  const earlier = await stacks.listEvents(stackId, { after: null });
  const doubt = await startInDoubt(() => stacks.executeChangeSet(changeSet, { token }));
  const { stack, events } = await follow(ports, { execution, after: earlier.at(-1)?.id ?? null, doubt });
  if (hasSucceeded(stack)) return stack;
  const failures = events.filter(({ status, reason }) => status.endsWith('_FAILED') && !/cancelled/i.test(reason));
  throw new WorkerError({
    code: 'DEPLOYMENT_FAILED',
    what: `${execution.stackName} could not be deployed; it is in the state ${stack.status}.`,
    problems: failures.map(({ logicalId, type, reason }) => `${logicalId} (${type}): ${reason || 'no reason given'}`),
    ...(stack.reason ? { why: stack.reason } : {}),
    remedy:
      stack.status.endsWith('ROLLBACK_COMPLETE') && stack.status.startsWith('UPDATE')
        ? 'The stack is as it was before. Correct what failed, then deploy again: what is done already is not done twice.'
        : `Correct what failed, repair the stack (npx kiro-worker recover --env ${execution.environment} ${execution.stackName}), then deploy again.`,
  });
}

async function follow(
  ports: FollowPorts,
  { execution, after, doubt }: { execution: Execution; after: string | null; doubt: WorkerError | null },
): Promise<{ stack: Stack; events: StackEvent[] }> {
  const { stacks, clock } = ports;
  const { stackId, stackName } = execution;
  const events: StackEvent[] = [];
  const startedAt = clock.monotonicMs();
  const remind = createReminder(ports);
  let lostAnswers = 0;
  for (;;) {
    try {
      // The state first: what happened before it was read is among the events then.
      const stack = await stacks.describe(stackId);
      for (const event of await stacks.listEvents(stackId, { after: events.at(-1)?.id ?? after })) {
        events.push(event);
        ports.onEvent(stackName, event);
      }
      lostAnswers = 0;
      if (stack === null) throw gone(stackName);
      if (hasEnded(stack, execution)) return { stack, events };
      remind(stack);
      if (!isRunning(stack) && clock.monotonicMs() - startedAt > LONGEST_START_MS)
        throw doubt ?? notStarted(execution, stack);
    } catch (error) {
      // CloudFormation goes on whether anybody looks or not.
      if (error === doubt || !isWorkerError(error) || !error.isPassing || ++lostAnswers > MOST_LOST_ANSWERS)
        throw error;
    }
    await clock.sleep(POLL_MS);
  }
}

/** Not at work any more, and not as it was before. */
function hasEnded(stack: Stack, { changedAtMs }: Execution): boolean {
  if (isRunning(stack) || stack.status === 'REVIEW_IN_PROGRESS') return false;
  return changedAtMs === null || stack.changedAtMs !== changedAtMs;
}

function gone(stackName: string): WorkerError {
  return new WorkerError({
    code: 'DEPLOYMENT_FAILED',
    what: `${stackName} was deleted while it was being deployed.`,
    remedy: 'Find out who deletes it, then run the command again.',
  });
}

function notStarted({ stackName, changeSet }: Execution, { status }: Stack): WorkerError {
  return new WorkerError({
    code: 'DEPLOYMENT_FAILED',
    what: `CloudFormation accepted the change set of ${stackName} and did nothing for three minutes (${status}).`,
    remedy: `Look at it in the CloudFormation console (${changeSet}), then run the command again.`,
  });
}
