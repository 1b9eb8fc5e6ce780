import * as z from 'zod';
import { describeIssue } from '../config-problems.ts';
import { WorkerError } from '../errors.ts';

/** Keys of what stands beside the lock rows; what comes before the first `#` of a lock's key has a `/`, so no lock has such a key. */
export const RECORD_KEYS = {
  ledger: (lockKey: string) => `item#${lockKey}`,
  breaker: (service: string) => `breaker#${service}`,
  baseline: (lockKey: string) => `baseline#${lockKey}`,
  /** A lock row that belongs to no card; no poll and no list shows it. */
  selfTest: (environment: string) => `self-test#${environment}`,
  isRecord: (key: string) => /^(?:item|breaker|baseline|self-test)#/.test(key),
} as const;

/** Epoch milliseconds that are a date. */
export const storedTime = z.number().min(-8.64e15).max(8.64e15);

/** What stands under a key of the locks: a value, or the error that names what of it cannot be read. */
export type Stored<T> =
  | { readonly key: string; readonly value: T }
  | { readonly key: string; readonly damage: WorkerError };

/** Told of each row that cannot be read. */
export type OnDamage = (key: string, damage: WorkerError) => void;

/** Returns the value in what was found under `key`; `remedy` says what a person does where it cannot be read. */
export function readStored<S extends z.ZodType>(
  schema: S,
  { key, found, remedy }: { key: string; found: unknown; remedy: string },
): Stored<z.output<S>> {
  const parsed = schema.safeParse(found);
  if (parsed.success) return { key, value: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, found));
  return { key, damage: damaged({ key, remedy, problems }) };
}

/** As `readStored`, of a JSON text. */
export function readStoredText<S extends z.ZodType>(
  schema: S,
  { key, text, remedy }: { key: string; text: unknown; remedy: string },
): Stored<z.output<S>> {
  if (typeof text === 'string') {
    try {
      return readStored(schema, { key, found: JSON.parse(text), remedy });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  const shown = (JSON.stringify(text) ?? 'nothing').slice(0, 80);
  return { key, damage: damaged({ key, remedy, problems: [`(whole): is no JSON (it is ${shown})`] }) };
}

/** Returns the value; throws LOCK_STORE_FAILED, naming row, fields and values, where it cannot be read. */
export function requireValue<T>(stored: Stored<T>): T {
  if ('damage' in stored) throw stored.damage;
  return stored.value;
}

/** Returns the values that can be read, and tells `onDamage` of the others; without it the first of those throws. */
export function valuesOf<T>(all: readonly Stored<T>[], onDamage?: OnDamage): T[] {
  return all.flatMap((stored) => {
    if (!('damage' in stored) || onDamage === undefined) return [requireValue(stored)];
    onDamage(stored.key, stored.damage);
    return [];
  });
}

/** Returns the whole of a damage in one line. */
export function describeDamage({ what, problems, remedy }: WorkerError): string {
  return `${what} ${problems.join('; ')}. ${remedy}`;
}

/** Returns the error of a row that cannot be read. */
export function damaged(row: { key: string; remedy: string; problems: readonly string[] }): WorkerError {
  const { key, remedy, problems } = row;
  return new WorkerError({
    code: 'LOCK_STORE_FAILED',
    what: `The row "${key}" of the locks cannot be read.`,
    why: 'Another version, or something other than this product, wrote it.',
    remedy,
    problems,
  });
}
