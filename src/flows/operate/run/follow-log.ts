import type { Clock } from '../../../core/ports/clock.ts';
import type { LogSource } from '../../../core/ports/operate/log-source.ts';

const LOOK_EVERY_MS = 2_000;

interface FollowRequest {
  readonly source: LogSource;
  /** Wait for what is still to come. */
  readonly isFollowing: boolean;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly onLine: (line: string) => void;
}

/** Hands on the lines of a log: those that are there, or all up to its end. Throws what the source throws. */
export async function followLog({ source, isFollowing, clock, onLine }: FollowRequest): Promise<void> {
  for (;;) {
    // Asked first, so that nothing is missed that came between the two questions.
    const isLast = !isFollowing || (await source.isOver());
    for (const line of await source.next()) onLine(line);
    if (isLast) return;
    await clock.sleep(LOOK_EVERY_MS);
  }
}
