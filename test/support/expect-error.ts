import type { ErrorCode } from '../../src/core/errors.ts';
import { isWorkerError, type WorkerError } from '../../src/core/errors.ts';

/** Returns the WorkerError of this code that the promise fails with; throws when it does anything else. */
export async function expectError(promise: Promise<unknown>, code: ErrorCode): Promise<WorkerError> {
  const thrown = await promise.then(
    (value) => new Error(`expected ${code}, but it succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (isWorkerError(thrown, code)) return thrown;
  throw thrown;
}
