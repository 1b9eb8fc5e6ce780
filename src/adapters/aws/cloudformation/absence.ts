import { errorMessage } from '../../../core/errors.ts';
import { nameOf } from '../aws-failure.ts';

/** Returns whether CloudFormation says that there is no such stack. It has no error of its own for that, only a text. */
export function isNoSuchStack(error: unknown): boolean {
  return nameOf(error) === 'ValidationError' && /^Stack .*does not exist$/.test(errorMessage(error));
}

/** Returns whether CloudFormation says that there is no such change set. The SDK's class and the service's own code differ. */
export function isNoSuchChangeSet(error: unknown): boolean {
  return /^ChangeSetNotFound(?:Exception)?$/.test(nameOf(error));
}
