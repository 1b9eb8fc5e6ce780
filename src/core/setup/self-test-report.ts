import * as z from 'zod';
import { WorkerError } from '../errors.ts';
import type { Check } from './check.ts';

/** File of a self-test build among the artifacts of that build. */
export const SELF_TEST_FILE = 'self-test.json';

const Report = z.object({
  checks: z
    .array(
      z.object({
        name: z.string(),
        state: z.enum(['passed', 'warning', 'failed', 'unknown']),
        detail: z.string(),
        remedy: z.string().nullable(),
      }),
    )
    .min(1),
});

/** Returns the file that a self-test build stores. */
export function formatSelfTestReport(checks: readonly Check[]): string {
  return `${JSON.stringify({ checks }, null, 2)}\n`;
}

/** Returns the checks of that file. Throws RELEASE_INVALID for another text: the build ran a release that writes another one. */
export function parseSelfTestReport(text: string): Check[] {
  try {
    return Report.parse(JSON.parse(text)).checks;
  } catch (error) {
    throw new WorkerError({
      code: 'RELEASE_INVALID',
      what: `The self-test build stored no ${SELF_TEST_FILE} that can be read.`,
      remedy: 'Publish the release of this checkout, then type the command again: npx kiro-worker release',
      cause: error,
    });
  }
}
