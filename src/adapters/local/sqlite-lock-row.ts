import { fields } from '../../core/json-lines.ts';
import { readLockRow } from '../../core/lifecycle/lock-row.ts';
import type { Stored } from '../../core/lifecycle/stored-row.ts';
import type { LockRow } from '../../core/lock.ts';
import { formatPending } from '../../core/pending-surfaces.ts';

/** Returns the JSON text of a row. */
export function formatLockRow(row: LockRow): string {
  return JSON.stringify({ ...row, pending: row.pending === null ? null : formatPending(row.pending) });
}

/** Returns the row in a JSON text, or what of it cannot be read. */
export function readRowText(key: string, text: unknown): Stored<LockRow> {
  return readLockRow(key, parseJson(text));
}

/** Returns what a row keeps of an outcome that is still to be written, as it stands there. */
export function pendingTextOf(text: unknown): unknown {
  return fields(parseJson(text)).pending;
}

/** What is no JSON stays the text that it is. */
function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
