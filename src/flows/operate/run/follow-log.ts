import { isWorkerError, type WorkerError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { LogSource } from '../../../core/ports/operate/log-source.ts';

const LOOK_EVERY_MS = 2_000;
/** In a row; each is three attempts of the SDK. */
const MOST_LOST_ANSWERS = 10;

interface FollowRequest {
  readonly source: LogSource;
  /** Wait for what is still to come. */
  readonly isFollowing: boolean;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly onLine: (line: string) => void;
  /** Called once for each time that the source does not answer, which may last for several looks. */
  readonly onLost: (error: WorkerError) => void;
}

/** Hands on the lines of a log: those that are there, or all up to its end. Whoever follows waits while a service refuses for load, or
 *  is at fault, longer from look to look. Throws what else the source throws, and the eleventh such failure in a row. */
export async function followLog({ source, isFollowing, clock, onLine, onLost }: FollowRequest): Promise<void> {
  let lostAnswers = 0;
  for (;;) {
    try {
      // Asked first, so that nothing is missed that came between the two questions.
      const isLast = !isFollowing || (await source.isOver());
      for (const line of await source.next()) onLine(line);
      if (isLast) return;
      lostAnswers = 0;
    } catch (error) {
      if (!isFollowing || !isWorkerError(error) || !error.isPassing || ++lostAnswers > MOST_LOST_ANSWERS) throw error;
      if (lostAnswers === 1) onLost(error);
    }
    await clock.sleep(LOOK_EVERY_MS * (1 + lostAnswers));
  }
}
