import { errorMessage, WorkerError } from '../../../core/errors.ts';
import { isServiceFault } from '../service-fault.ts';

/** Returns the AWS_REQUEST_FAILED error of an operator's command: `what` says what could not be done; AWS's own words and what to
 *  do about them are added. */
export function awsFailure(what: string, error: unknown): WorkerError {
  const name = error instanceof Error ? error.name : 'Error';
  return new WorkerError({
    code: 'AWS_REQUEST_FAILED',
    what,
    why: `${name}: ${errorMessage(error)}`,
    isPassing: isServiceFault(error),
    remedy: remedyOf(name, isServiceFault(error)),
    cause: error,
  });
}

/** By the name of AWS's error, which its services spell differently. */
function remedyOf(name: string, isPassing: boolean): string {
  if (isPassing) return 'Type the command again in a minute; "https://health.aws.amazon.com" shows what AWS knows of.';
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/i.test(name))
    return 'Ask whoever administers the AWS account for the permission that the message names.';
  if (/Expired|InvalidClientTokenId|UnrecognizedClient|CredentialsProvider|SignatureDoesNotMatch/i.test(name))
    return 'Sign in to AWS again, or give credentials (a profile, a role or an SSO login), then type the command again.';
  return 'Correct what the message names, then type the command again.';
}
