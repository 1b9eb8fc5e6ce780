/** Of tests that vary one another, and that take whole processes each, `npm test` (`TEST_RUN_FOLDER`) runs the telling ones. The
 *  rehearsal's part `variations` runs every file that imports this module whole, as does mocha by itself. */
const IS_WHOLE = process.env.TEST_RUN_FOLDER === undefined;

/** A test that `npm test` leaves to the rehearsal. */
export function itInRehearsal(title: string, test: Mocha.Func | Mocha.AsyncFunc): void {
  if (IS_WHOLE) it(title, test);
}

/** Returns how often to try something: `here` in `npm test`, else as in the rehearsal. */
export function inFull({ here, inRehearsal }: { here: number; inRehearsal: number }): number {
  return IS_WHOLE ? inRehearsal : here;
}

/** Returns the cases to try: in `npm test` the first `count`, which are the telling ones; else all. */
export function telling<T>(count: number, cases: readonly T[]): readonly T[] {
  return IS_WHOLE ? cases : cases.slice(0, count);
}
