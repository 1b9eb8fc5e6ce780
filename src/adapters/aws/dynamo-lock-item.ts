import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LOCK_TABLE, type LockRow } from '../../core/lock.ts';
import { readLockRow } from '../../core/lock-row.ts';
import { requireValue, type Stored } from '../../core/stored-row.ts';
import type { Item } from './dynamo-table.ts';

type Text = AttributeValue.SMember;
type Numeral = AttributeValue.NMember;

/** A lock row as DynamoDB stores it: numbers travel as text, and null is an attribute that is not there. */
export interface LockItem {
  lockKey: Text;
  branch: Text;
  status: Text;
  owner: Text;
  fence: Numeral;
  workItemId: Text;
  acquiredAtMs: Numeral;
  leaseExpiresAtMs: Numeral;
  startToken?: Text;
  buildId?: Text;
  attempts: Numeral;
  /** Rows of older versions lack this, `lastSpec` and `lastRules`. */
  fruitless?: Numeral;
  lastOutcome?: Text;
  lastHead?: Text;
  lastRules?: Text;
  lastSpec?: Text;
  nextEligibleAtMs: Numeral;
  environment: Text;
  releasedAtMs?: Numeral;
  cardOursUntilMs?: Numeral;
  /** Only on a released row: in epoch SECONDS (DynamoDB's time-to-live), from when on it may be deleted. */
  expiresAt?: Numeral;
  /** JSON of what is still to be written of a released row's outcome. */
  pending?: Text;
  /** On a held row, and on one with something pending: puts it into the sparse index. */
  heldPartition?: Text;
}

export function text(value: string): Text {
  return { S: value };
}

export function numeral(value: number): Numeral {
  return { N: String(value) };
}

/** Returns the row in an item, or what of it cannot be read. */
export function readItem(item: Item): Stored<LockRow> {
  const found = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
  return readLockRow(item[LOCK_TABLE.key]?.S ?? '', found);
}

/** Returns the row in an item; throws LOCK_STORE_FAILED with every attribute that is missing or of another type. */
export function rowOfItem(item: Item): LockRow {
  return requireValue(readItem(item));
}

/** What is neither a text nor a number stays as it is, so that it is named. */
function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  return value.N === undefined ? value : Number(value.N);
}
