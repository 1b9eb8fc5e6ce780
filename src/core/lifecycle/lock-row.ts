import * as z from 'zod';
import type { LockRow } from '../lock.ts';
import { parsePending } from '../pending-surfaces.ts';
import { damaged, type OnDamage, readStored, type Stored, storedTime } from './stored-row.ts';

// Rows of older versions lack what has a default.
const LockRowText = z.object({
  lockKey: z.string(),
  branch: z.string(),
  status: z.enum(['held', 'released']),
  owner: z.string(),
  fence: z.number(),
  workItemId: z.string(),
  acquiredAtMs: storedTime,
  leaseExpiresAtMs: storedTime,
  startToken: z.string().nullable().default(null),
  buildId: z.string().nullable().default(null),
  attempts: z.number(),
  fruitless: z.number().default(0),
  lastOutcome: z.string().nullable().default(null),
  lastHead: z.string().nullable().default(null),
  lastRules: z.string().nullable().default(null),
  lastSpec: z.string().nullable().default(null),
  releasedAtMs: storedTime.nullable().default(null),
  cardOursUntilMs: storedTime.nullable().default(null),
  nextEligibleAtMs: storedTime,
  pending: z
    .string()
    .nullable()
    .default(null)
    .transform((json) => (json === null ? null : parsePending(json))),
  environment: z.string(),
}) satisfies z.ZodType<LockRow>;

const REMEDY =
  'Make sure that no build of this branch is running, then delete that row: from the locks table of the environment, locally from locks.sqlite.';

/** Returns the lock row in what stands under `key`. */
export function readLockRow(key: string, found: unknown): Stored<LockRow> {
  return readStored(LockRowText.extend({ lockKey: z.literal(key) }), { key, found, remedy: REMEDY });
}

/** Returns whether the row waits for something to be written. Tells of one that does, in words that this version cannot read:
 *  it is not tried again, and goes with the next build of its branch. */
export function hasPending(
  { lockKey: key, pending, status }: LockRow,
  { stored, onDamage }: { stored: unknown; onDamage: OnDamage | undefined },
): boolean {
  if (pending !== null || status === 'held' || typeof stored !== 'string') return pending !== null;
  const remedy = 'What was to be written is in the artifacts of its build; the next build of the branch clears it.';
  const shown = JSON.stringify(stored.slice(0, 80));
  onDamage?.(key, damaged({ key, remedy, problems: [`pending: cannot be read (it is ${shown})`] }));
  return false;
}
