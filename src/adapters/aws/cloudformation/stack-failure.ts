import { errorMessage, WorkerError } from '../../../core/errors.ts';
import { httpStatusOf, isNotSignedIn } from '../release-failure.ts';
import { isServiceFault } from '../service-fault.ts';

/** Sends a request. Throws STACKS_FAILED by the service's fault, STACKS_REFUSED otherwise; `what` is the sentence of what could
 *  not be done. */
export async function attempt<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw stackFailure(what, error);
  }
}

function stackFailure(what: string, error: unknown): WorkerError {
  const why = `${nameOf(error)}: ${errorMessage(error)}`;
  if (isServiceFault(error))
    return new WorkerError({
      code: 'STACKS_FAILED',
      what,
      why,
      remedy: 'Run the same command again: it goes on where this one ended.',
      isPassing: true,
      cause: error,
    });
  return new WorkerError({ code: 'STACKS_REFUSED', what, why, remedy: remedyOf(error), cause: error });
}

function remedyOf(error: unknown): string {
  if (isNotSignedIn(error))
    return 'Sign in to AWS and try again (aws sso login, or AWS_PROFILE of a profile that works).';
  if (/^AccessDenied/.test(nameOf(error)) || httpStatusOf(error) === 403)
    return 'Use a role of the account of this environment that has the right which the message names.';
  return REMEDIES.get(nameOf(error)) ?? 'Correct what the message names, then run the command again.';
}

/** By the name of CloudFormation's error. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['LimitExceededException', 'Have the quota that the message names raised, or delete what is no longer needed.'],
  ['OperationInProgressException', 'Wait until the running operation has ended, then run the command again.'],
  ['InvalidChangeSetStatusException', 'The stack has moved on since the change set was made: make a new plan.'],
]);

/** Returns whether CloudFormation says that there is no such stack. It has no error of its own for that, only a text. */
export function isNoSuchStack(error: unknown): boolean {
  return nameOf(error) === 'ValidationError' && /^Stack .*does not exist$/.test(errorMessage(error));
}

/** The SDK's class and the service's own code differ. */
export function isNoSuchChangeSet(error: unknown): boolean {
  return /^ChangeSetNotFound(?:Exception)?$/.test(nameOf(error));
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
