import * as z from 'zod';

const counts = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }).readonly();

/** How many tests passed, failed and were skipped. */
export type Counts = z.infer<typeof counts>;

export const NO_TESTS: Counts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, one) => total + one[field], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Reads what COUNTS_FILE was given; throws on anything else. */
export function parseCounts(text: string): Counts {
  return counts.parse(JSON.parse(text));
}
