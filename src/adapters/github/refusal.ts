import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';
import { httpFailureOf } from './answer.ts';
import type { GitHubClient } from './client.ts';
import { graphQlErrorsOf, pageOf, statusOf } from './failure.ts';

/** Error types of GraphQL that no repetition changes. */
const FINAL_TYPES = new Set(['FORBIDDEN', 'INSUFFICIENT_SCOPES', 'NOT_FOUND', 'UNPROCESSABLE']);
/** HTTP statuses of the same kind. */
const FINAL_STATUSES = new Set([403, 404, 410, 422, 451]);

/** Returns what a write returns; one that is for something that "is not there" is made a second time, since it had no effect and
 *  GitHub's readers lag behind. Throws GITHUB_REFUSED where GitHub refuses it for good: no right, a locked conversation, a
 *  text that it does not take, something that is gone; every other failure as it comes. */
export async function refusable<T>(client: Pick<GitHubClient, 'pause'>, write: () => Promise<T>): Promise<T> {
  try {
    return await write().catch(async (error: unknown) => {
      if (!isNotFound(error)) throw error;
      await client.pause(SECOND_TRY_SECONDS);
      return write();
    });
  } catch (error) {
    throw isFinal(error) ? refused(error) : error;
  }
}

function isFinal(error: unknown): error is WorkerError {
  if (!isWorkerError(error, 'GITHUB_FAILED')) return false;
  const types = graphQlErrorsOf(error).map(({ type }) => type ?? '');
  if (types.length > 0) return types.every((type) => FINAL_TYPES.has(type));
  const failure = httpFailureOf(error.cause);
  const { headers = {} } = failure.response ?? {};
  // A page is the word of whatever stands between here and GitHub's API.
  if (pageOf(failure) !== null) return false;
  const isLimit = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return !isLimit && !/\brate limit\b/i.test(errorMessage(error)) && FINAL_STATUSES.has(statusOf(error) ?? 0);
}

function refused({ what, why, remedy, problems, cause }: WorkerError): WorkerError {
  return new WorkerError({
    code: 'GITHUB_REFUSED',
    what,
    remedy,
    problems,
    cause,
    ...(why === undefined ? {} : { why }),
  });
}

const SECOND_TRY_SECONDS = 3;

/** Seconds between further looks at what GitHub may not show yet: its readers lag behind its writer. */
const LOOKS = [1, 2, 4] as const;

/** Returns what a further look finds, some seconds apart, null when none finds anything. */
export async function lookAgain<T>(
  client: Pick<GitHubClient, 'pause'>,
  { look, looks = LOOKS }: { look: () => Promise<T | null>; looks?: readonly number[] },
): Promise<T | null> {
  for (const seconds of looks) {
    await client.pause(seconds);
    const found = await look();
    if (found !== null) return found;
  }
  return null;
}

/** Returns what `read` returns; something that is to be there and is answered as "not there" is asked for again, since what
 *  was written a moment ago may not be visible yet. Throws the last failure. */
export async function settled<T>(client: Pick<GitHubClient, 'pause'>, read: () => Promise<T>): Promise<T> {
  for (const seconds of LOOKS) {
    try {
      return await read();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await client.pause(seconds);
    }
  }
  return read();
}

/** Returns whether GitHub answered that something is not there. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404 || graphQlErrorsOf(error).some(({ type }) => type === 'NOT_FOUND');
}
