import { errorMessage, isWorkerError } from '../errors.ts';
import { type Check, failed, unknown } from './check.ts';

/** Returns the checks that `look` finds. What it throws becomes one: failed where an error says that something is wrong or missing,
 *  unknown where it could not be looked at, so that no check hides another. */
export async function runCheck(name: string, look: () => Promise<Check | readonly Check[]>): Promise<readonly Check[]> {
  try {
    const found = await look();
    return 'state' in found ? [found] : found;
  } catch (error) {
    return [checkOf(name, error)];
  }
}

/** Returns the check that an error stands for. */
export function checkOf(name: string, error: unknown): Check {
  if (!isWorkerError(error)) return unknown(name, { detail: errorMessage(error), remedy: 'Type the command again.' });
  const { what, why, problems, remedy, code, isPassing } = error;
  const detail = [what, ...problems, why].filter(Boolean).join(' ');
  const isUnseen = isPassing || code === 'AWS_REQUEST_FAILED' || code === 'GITHUB_ANSWER_INVALID';
  return (isUnseen ? unknown : failed)(name, { detail, remedy });
}
