import { type Counts, NO_TESTS } from '../counts.ts';
import type { Part } from './part.ts';
import { watchProcesses } from './watch.ts';

interface Rules {
  /** A part that cannot run fails instead of being skipped. */
  readonly everyPartMustRun: boolean;
  readonly say: (line: string) => void;
}

/** Runs one part and returns its counts; what it throws and each thing that it leaves behind counts as a failure. */
export async function playPart(part: Part, { everyPartMustRun, say }: Rules): Promise<Counts> {
  const missing = await part.missing();
  if (missing !== null) {
    const counted = everyPartMustRun ? 'failed' : 'skipped';
    say(`${counted}: ${missing}`);
    return { ...NO_TESTS, [counted]: 1 };
  }
  const watch = watchProcesses();
  const counts = await part.run().catch((error: unknown) => {
    say(`failed: ${error instanceof Error ? error.stack : error}`);
    return { ...NO_TESTS, failed: 1 };
  });
  const problems = await watch.end();
  for (const problem of problems) say(`failed: ${problem}`);
  return { ...counts, failed: counts.failed + problems.length };
}
