/** Returns the first answer unless it leads to a `grave` conclusion; then pauses, asks in another way and returns that
 *  answer: one odd answer must not end paid work. Throws what the questions throw. */
export async function lookTwice<T>(request: {
  look: () => Promise<T>;
  lookAgain: () => Promise<T>;
  isGrave: (answer: T) => boolean;
  pause: () => Promise<void>;
}): Promise<T> {
  const { look, lookAgain, isGrave, pause } = request;
  const first = await look();
  if (!isGrave(first)) return first;
  await pause();
  return lookAgain();
}
