import { errorMessage, WorkerError } from '../../core/errors.ts';
import { httpStatusOf, isNotSignedIn } from './release-failure.ts';
import { isServiceFault } from './service-fault.ts';

/** Sends an operator's request. Throws AWS_REQUEST_FAILED; `what` is the sentence of what could not be done. */
export async function attempt<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw awsFailure(what, error);
  }
}

/** Sends a request; only the failure that says "not there" becomes null. */
export async function nullWhere<T>(isAbsence: (error: unknown) => boolean, send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** Returns the AWS_REQUEST_FAILED error of an operator's command: `what` says what could not be done; AWS's own words and what to
 *  do about them are added. Passing when the service is at fault. */
export function awsFailure(what: string, error: unknown): WorkerError {
  return new WorkerError({
    code: 'AWS_REQUEST_FAILED',
    what,
    why: `${nameOf(error)}: ${errorMessage(error)}`,
    isPassing: isServiceFault(error),
    remedy: remedyOf(error),
    cause: error,
  });
}

/** Returns the name of AWS's error, which says what it is; its services spell the same differently. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function remedyOf(error: unknown): string {
  if (isServiceFault(error))
    return 'Type the command again in a minute: it goes on where this one ended. "https://health.aws.amazon.com" shows what AWS knows of.';
  if (isNotSignedIn(error))
    return 'Sign in to AWS again, or give credentials (a profile, a role or an SSO login), then type the command again.';
  const name = nameOf(error);
  // An answer to HEAD has no body that would name the error.
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/i.test(name) || httpStatusOf(error) === 403)
    return 'Ask whoever administers the AWS account for the permission that the message names.';
  return REMEDIES.get(name) ?? 'Correct what the message names, then type the command again.';
}

/** By the names of errors. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['LimitExceededException', 'Have the quota that the message names raised, or delete what is no longer needed.'],
  ['OperationInProgressException', 'Wait until the running operation has ended, then type the command again.'],
  [
    'DataUnavailableException',
    'Enable Cost Explorer once in the account that is billed (its console does so when it is opened); AWS then needs up to a day.',
  ],
  ['InvalidChangeSetStatusException', 'The stack has moved on since the change set was made: make a new plan.'],
]);
