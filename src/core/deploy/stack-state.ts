import { WorkerError } from '../errors.ts';
import type { Stack } from '../ports/stacks.ts';

/** What a stack's state allows next. */
export type NextOperation =
  | 'create'
  | 'update'
  | 'wait'
  | 'delete-and-create'
  | 'delete-again'
  | 'roll-back'
  | 'continue-rollback';

/** By CloudFormation's status. Sources: the SDK's documentation of RollbackStack, ContinueUpdateRollback and CreateChangeSet;
 *  aws-cdk-cli and aws-cloudformation/rain treat them alike. */
const ALLOWED: Readonly<Record<string, NextOperation>> = {
  // A change set of type CREATE was made, and never carried out: another one may be.
  REVIEW_IN_PROGRESS: 'create',
  DELETE_COMPLETE: 'create',
  CREATE_COMPLETE: 'update',
  UPDATE_COMPLETE: 'update',
  IMPORT_COMPLETE: 'update',
  UPDATE_ROLLBACK_COMPLETE: 'update',
  IMPORT_ROLLBACK_COMPLETE: 'update',
  CREATE_FAILED: 'delete-and-create',
  ROLLBACK_COMPLETE: 'delete-and-create',
  ROLLBACK_FAILED: 'delete-and-create',
  DELETE_FAILED: 'delete-again',
  UPDATE_FAILED: 'roll-back',
  UPDATE_ROLLBACK_FAILED: 'continue-rollback',
};

/** Returns what may be done with a stack in this state, null for no stack at all. Throws STACK_STATE_UNKNOWN for a status that no
 *  document names. */
export function operationAllowedBy(stack: Pick<Stack, 'name' | 'status'> | null): NextOperation {
  if (stack === null) return 'create';
  if (isRunning(stack)) return 'wait';
  const allowed = Object.hasOwn(ALLOWED, stack.status) ? ALLOWED[stack.status] : undefined;
  if (allowed !== undefined) return allowed;
  throw new WorkerError({
    code: 'STACK_STATE_UNKNOWN',
    what: `The stack ${stack.name} is in the state ${JSON.stringify(stack.status)}, about which this version knows nothing.`,
    remedy: `Look at it in the CloudFormation console; bring it to a state that ends with COMPLETE, then run the command again.`,
  });
}

/** Returns whether CloudFormation is at work on the stack; its clean-up after an update counts, a waiting review does not. */
export function isRunning({ status }: Pick<Stack, 'status'>): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Returns whether an operation has ended as it was meant to. */
export function hasSucceeded({ status }: Pick<Stack, 'status'>): boolean {
  return ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'].includes(status);
}
