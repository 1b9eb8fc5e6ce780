import { isWorkerError, type WorkerError } from '../../../core/errors.ts';

/** Asks CloudFormation to begin something. Returns the failure of a request that may have been carried out all the same, as its answer was
 *  lost: only the stack itself tells. Null when it was accepted; throws what was refused. */
export async function startInDoubt(start: () => Promise<void>): Promise<WorkerError | null> {
  try {
    await start();
    return null;
  } catch (error) {
    if (isWorkerError(error) && error.isPassing) return error;
    throw error;
  }
}
