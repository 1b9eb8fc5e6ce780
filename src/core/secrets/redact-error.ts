import { errorMessage, WorkerError } from '../errors.ts';
import type { Redact } from './redact.ts';

/** Runs the work of an entry point; what it throws is rethrown without secrets, since the caller will print it. */
export async function redactErrors<T>(redact: Redact, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw redactError(error, redact);
  }
}

/** Returns a copy of what was thrown: name, code, words and stack without secrets. Its cause and other fields are dropped. */
export function redactError(error: unknown, redact: Redact): Error {
  if (!(error instanceof Error)) return new Error(redact(errorMessage(error)));
  const copy = copyOf(error, redact);
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = redact(error.stack);
  return copy;
}

function copyOf(error: Error, redact: Redact): Error {
  if (error instanceof AggregateError) {
    return new AggregateError(
      error.errors.map((each: unknown) => redactError(each, redact)),
      redact(error.message),
    );
  }
  if (!(error instanceof WorkerError)) return new Error(redact(error.message));
  const { code, what, why, remedy, problems } = error;
  return new WorkerError({
    code,
    what: redact(what),
    ...(why === undefined ? {} : { why: redact(why) }),
    remedy: redact(remedy),
    problems: problems.map(redact),
  });
}
