import type { LockRow } from '../lock.ts';

/** What is known of the work item now that can make its attempts start over. */
export interface Since {
  readonly head: string;
  /** The head is a commit that a person made, as far as GitHub can tell. */
  readonly isHeadByPerson: boolean;
  /** When a person last changed the card's column (epoch ms); null where it was nobody, or a program. */
  readonly movedByPersonAtMs: number | null;
  /** Fingerprint of the rules. */
  readonly rules: string;
}

/** Our clock and GitHub's may differ by this much: a move so soon after an ending may be our own. */
const CLOCK_TOLERANCE_MS = 10_000;

/** Returns whether attempts start over: the last run pushed a task, a person acted after the last ending, or the rules have changed. A commit or a move by
 *  a program, and one whose author GitHub does not know, is no such act. */
export function startsOver(row: LockRow, since: Since): boolean {
  const { head, isHeadByPerson, movedByPersonAtMs, rules } = since;
  const isMoved =
    movedByPersonAtMs !== null &&
    row.releasedAtMs !== null &&
    movedByPersonAtMs > row.releasedAtMs + CLOCK_TOLERANCE_MS;
  const isPushed = row.lastHead !== null && row.lastHead !== head && isHeadByPerson;
  const isRuledAnew = row.lastRules !== null && row.lastRules !== rules;
  return hasProgress(row) || isMoved || isPushed || isRuledAnew;
}

function hasProgress({ fruitless, lastOutcome }: LockRow): boolean {
  return fruitless === 0 && lastOutcome !== null;
}
