import type { BaselineRecord } from './baseline-record.ts';

/** A repair round that was begun, and what it was begun at. */
export type RepairRound = BaselineRecord['rounds'][number];

/** Rounds for one work item where the rules do not say. */
export const DEFAULT_ROUNDS = 2;

/** As many rounds as rules may give. */
export const MOST_ROUNDS = 5;

/** Where a head was found that does not pass. */
export interface FailedHead {
  /** git's id of its tree. */
  readonly tree: string;
  /** Fingerprint of what failed. */
  readonly failures: string;
}

/** Returns whether another round may begin at a head that does not pass, or why not: all are used, or the last two changed nothing
 *  about it (same failures, no change, or a tree that was tried before). Nothing that stands on a branch has a part in that count. */
export function decideRound(
  rounds: readonly RepairRound[],
  { head, most }: { head: FailedHead; most: number },
): 'begin' | 'used-up' | 'no-progress' {
  const heads: FailedHead[] = [...rounds, head];
  const cameOf = (round: number) => isProgress(heads.slice(0, round + 1), heads[round + 1] ?? head);
  const last = rounds.length - 1;
  if (last >= 1 && !cameOf(last) && !cameOf(last - 1)) return 'no-progress';
  return rounds.length >= most ? 'used-up' : 'begin';
}

function isProgress(before: readonly FailedHead[], { tree, failures }: FailedHead): boolean {
  return before.at(-1)?.failures !== failures && before.every((earlier) => earlier.tree !== tree);
}

/** Returns the record with a round that begins. */
export function withRound(record: BaselineRecord, round: RepairRound): BaselineRecord {
  return { ...record, version: record.version + 1, rounds: [...record.rounds, round].slice(-2 * MOST_ROUNDS) };
}

/** Returns the record without a round that came to nothing by no fault of the work item; the same one where it has none such. */
export function withoutRound(record: BaselineRecord, round: RepairRound): BaselineRecord {
  const at = record.rounds.findLastIndex(({ tree, atMs }) => tree === round.tree && atMs === round.atMs);
  if (at < 0) return record;
  return { ...record, version: record.version + 1, rounds: record.rounds.toSpliced(at, 1) };
}

/** Returns the record of a branch that has passed, or that an operator lets begin anew; the same one where it has no rounds. */
export function withoutRounds(record: BaselineRecord): BaselineRecord {
  return record.rounds.length === 0 ? record : { ...record, version: record.version + 1, rounds: [] };
}
