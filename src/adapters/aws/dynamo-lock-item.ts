import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { readLockRow } from '../../core/lifecycle/lock-row.ts';
import { requireValue, type Stored } from '../../core/lifecycle/stored-row.ts';
import { LOCK_TABLE, type LockRow } from '../../core/lock.ts';
import type { Item } from './dynamo-table.ts';

type Text = AttributeValue.SMember;
type Numeral = AttributeValue.NMember;

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
