import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { WorkerError } from '../../core/errors.ts';
import type { LockRow } from '../../core/lock.ts';
import { parsePending } from '../../core/pending-surfaces.ts';
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

/** Returns the row in an item; throws LOCK_STORE_FAILED with every attribute that is missing or of another type. */
export function rowOfItem(item: Item): LockRow {
  const problems: string[] = [];
  const optionalText = (name: keyof LockItem) => item[name]?.S ?? null;
  const requiredText = (name: keyof LockItem) => {
    const value = item[name]?.S;
    if (value === undefined) problems.push(`${name} is not a text: ${JSON.stringify(item[name])}`);
    return value ?? '';
  };
  const requiredNumber = (name: keyof LockItem) => {
    const value = Number(item[name]?.N ?? Number.NaN);
    if (!Number.isFinite(value)) problems.push(`${name} is not a number: ${JSON.stringify(item[name])}`);
    return value;
  };
  const optionalNumber = (name: keyof LockItem) => (item[name] === undefined ? null : requiredNumber(name));
  const status = requiredText('status');
  if (status !== 'held' && status !== 'released') problems.push(`status is neither held nor released: ${status}`);
  const row: LockRow = {
    lockKey: requiredText('lockKey'),
    branch: requiredText('branch'),
    status: status === 'held' ? 'held' : 'released',
    owner: requiredText('owner'),
    fence: requiredNumber('fence'),
    workItemId: requiredText('workItemId'),
    acquiredAtMs: requiredNumber('acquiredAtMs'),
    leaseExpiresAtMs: requiredNumber('leaseExpiresAtMs'),
    startToken: optionalText('startToken'),
    buildId: optionalText('buildId'),
    attempts: requiredNumber('attempts'),
    fruitless: optionalNumber('fruitless') ?? 0,
    lastOutcome: optionalText('lastOutcome'),
    lastHead: optionalText('lastHead'),
    lastRules: optionalText('lastRules'),
    lastSpec: optionalText('lastSpec'),
    releasedAtMs: optionalNumber('releasedAtMs'),
    cardOursUntilMs: optionalNumber('cardOursUntilMs'),
    nextEligibleAtMs: requiredNumber('nextEligibleAtMs'),
    pending: item.pending?.S === undefined ? null : parsePending(item.pending.S),
    environment: requiredText('environment'),
  };
  if (problems.length > 0) throw malformed(row.lockKey, problems);
  return row;
}

function malformed(lockKey: string, problems: string[]): WorkerError {
  return new WorkerError({
    code: 'LOCK_STORE_FAILED',
    what: `The row of lock '${lockKey}' cannot be read.`,
    why: 'Something other than this product wrote it.',
    remedy: 'Make sure that no build of this branch is running, then delete that item from the locks table.',
    problems,
  });
}
