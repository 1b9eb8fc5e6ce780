import type { Clock } from './ports/clock.ts';

/** What a service says wrongly once in a while is true no more some seconds later. */
const SECOND_LOOK_MS = 5_000;

/** Returns the first answer unless it leads to a `grave` conclusion; then waits some seconds, asks in another way and returns
 *  that answer: one odd answer must not end paid work. Throws what the questions throw. */
export async function lookTwice<T>(request: {
  look: () => Promise<T>;
  lookAgain: () => Promise<T>;
  isGrave: (answer: T) => boolean;
  clock: Pick<Clock, 'sleep'>;
}): Promise<T> {
  const { look, lookAgain, isGrave, clock } = request;
  const first = await look();
  if (!isGrave(first)) return first;
  await clock.sleep(SECOND_LOOK_MS);
  return lookAgain();
}
