import { describeFailure, failedSince } from '../../../core/deploy/failed-resources.ts';
import { WorkerError } from '../../../core/errors.ts';
import type { Stack, StackEvent } from '../../../core/ports/stacks.ts';
import { type Ended, runOperation } from './run-operation.ts';
import type { UndoPorts } from './undo-types.ts';

export interface Deletion {
  readonly stack: Stack;
  readonly environment: string;
  readonly token: string;
  /** Ids of resources to be left in the account; only for a stack whose deletion failed. */
  readonly retain: readonly string[];
}

/** Deletes a stack and waits until it is gone; returns its events. Throws STACK_OPERATION_FAILED with what is in the way. */
export async function deleteStack(ports: UndoPorts, deletion: Deletion): Promise<readonly StackEvent[]> {
  const { stack, token, retain } = deletion;
  ports.onStep(`${stack.name}: deleting`);
  const ended = await runOperation(ports, {
    stack,
    start: () => ports.stacks.delete(stack.id, { token, retain }),
  });
  if (ended.stack === null) return ended.events;
  throw notDeleted(deletion, { ...ended, stack: ended.stack });
}

function notDeleted(
  { stack: { name }, environment }: Deletion,
  { stack, events }: Ended & { readonly stack: Stack },
): WorkerError {
  const failures = failedSince(events, 'DELETE_IN_PROGRESS');
  const refusal = events.findLast(({ logicalId, reason }) => logicalId === name && reason !== '')?.reason;
  const why = stack.reason || refusal;
  const leave = `npx kiro-worker recover --env ${environment} ${name} --skip ${failures.map(({ logicalId }) => logicalId).join(' ')}`;
  return new WorkerError({
    code: 'STACK_OPERATION_FAILED',
    what: `${name} could not be deleted; it is in the state ${stack.status}.`,
    problems: failures.map(describeFailure),
    ...(why ? { why } : {}),
    remedy:
      stack.status === 'DELETE_FAILED'
        ? `Remove what is in the way, then type the same command again: what is gone already stays gone. To leave it in the account instead: ${leave}`
        : 'Do what CloudFormation asks for, then type the same command again.',
  });
}
