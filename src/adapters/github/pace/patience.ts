import { setTimeout as sleep } from 'node:timers/promises';
import { isWorkerError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import { isLostAnswer } from '../failure.ts';

/** How long requests wait for GitHub to come back. */
export interface Patience {
  /** Sends until there is an answer: waits 1, 4, 9, … seconds after each lost one. Throws the failure once the seconds are used
   *  up, and at once what GitHub refuses. */
  tryAgain<T>(operation: string, send: () => Promise<T>): Promise<T>;
}

/** Makes the patience that all requests of a process share: it is used up in one outage, and full again after an answer; but
 *  no single request waits longer, although others are answered. */
export function createPatience(request: { seconds: number; secondMs: number; log: Logger }): Patience {
  const { seconds, secondMs, log } = request;
  let waited = 0;
  return {
    async tryAgain(operation, send) {
      let ownWait = 0;
      for (let attempt = 1; ; attempt += 1) {
        try {
          const answer = await send();
          waited = 0;
          return answer;
        } catch (error) {
          const wait = attempt ** 2;
          if (!isLostAnswer(error) || Math.max(waited, ownWait) + wait > seconds) throw error;
          waited += wait;
          ownWait += wait;
          const why = isWorkerError(error) ? (error.why ?? error.what) : String(error);
          log.warn('GitHub did not answer; trying again', {
            operation,
            attempt,
            inSeconds: wait,
            why: why.slice(0, 300),
          });
          await sleep(wait * secondMs);
        }
      }
    },
  };
}
