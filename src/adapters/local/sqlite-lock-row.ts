import * as z from 'zod';
import { describeIssue } from '../../core/config-problems.ts';
import type { LockRow } from '../../core/lock.ts';
import { formatPending, parsePending } from '../../core/pending-surfaces.ts';

// Rows of older versions lack what has a default.
const LockRowText = z.object({
  lockKey: z.string(),
  branch: z.string(),
  status: z.enum(['held', 'released']),
  owner: z.string(),
  fence: z.number(),
  workItemId: z.string(),
  acquiredAtMs: z.number(),
  leaseExpiresAtMs: z.number(),
  startToken: z.string().nullable(),
  buildId: z.string().nullable(),
  attempts: z.number(),
  fruitless: z.number().default(0),
  lastOutcome: z.string().nullable(),
  lastHead: z.string().nullable(),
  lastRules: z.string().nullable().default(null),
  lastSpec: z.string().nullable().default(null),
  releasedAtMs: z.number().nullable().default(null),
  cardOursUntilMs: z.number().nullable().default(null),
  nextEligibleAtMs: z.number(),
  // Rows of older versions have none.
  pending: z
    .string()
    .nullable()
    .default(null)
    .transform((json) => (json === null ? null : parsePending(json))),
  environment: z.string(),
}) satisfies z.ZodType<LockRow>;

/** Returns the JSON text of a row. */
export function formatLockRow(row: LockRow): string {
  return JSON.stringify({ ...row, pending: row.pending === null ? null : formatPending(row.pending) });
}

/** Returns the row in a JSON text. Throws an Error that names every field that is missing or of another type. */
export function parseLockRow(text: unknown): LockRow {
  const value: unknown = JSON.parse(String(text));
  const parsed = LockRowText.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, value));
  throw new Error(`Something other than this product wrote a row: ${problems.join('; ')}`);
}
