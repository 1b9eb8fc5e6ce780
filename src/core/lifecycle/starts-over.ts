import type { LockRow } from '../lock.ts';

/** What is known of the work item now that can make its attempts start over. */
export interface Since {
  readonly head: string;
  /** The head is a commit that a person made, as far as GitHub can tell. */
  readonly isHeadByPerson: boolean;
  /** When a person last changed the card's column (epoch ms, by GitHub's clock); null where it was nobody, or a program. */
  readonly movedByPersonAtMs: number | null;
  /** The last ending put the card into a column that cards are not taken from. */
  readonly wasPutElsewhere: boolean;
  /** Fingerprint of the rules. */
  readonly rules: string;
}

/** Our clock and GitHub's may differ by this much: a move so soon after an ending that put the card back may be our own. */
const CLOCK_TOLERANCE_MS = 10_000;

/** Returns whether attempts start over: the last run pushed a task, a person acted after it ended, or the rules have changed.
 *  A commit or a move by a program, and one whose author GitHub does not know, is no such act. */
export function startsOver(row: LockRow, since: Since): boolean {
  const isPushed = row.lastHead !== null && row.lastHead !== since.head && since.isHeadByPerson;
  const isRuledAnew = row.lastRules !== null && row.lastRules !== since.rules;
  return hasProgress(row) || isMoved(row, since) || isPushed || isRuledAnew;
}

function hasProgress({ fruitless, lastOutcome }: LockRow): boolean {
  return fruitless === 0 && lastOutcome !== null;
}

/** By GitHub's clock alone, where the row knows when the last run left the card: ours may be wrong, or another machine's. */
function isMoved(row: LockRow, { movedByPersonAtMs, wasPutElsewhere }: Since): boolean {
  if (movedByPersonAtMs === null || row.releasedAtMs === null) return false;
  if (row.cardOursUntilMs !== null) return movedByPersonAtMs >= row.cardOursUntilMs;
  // A row of an older version. GitHub's times are whole seconds, rounded down.
  const ours = wasPutElsewhere ? row.acquiredAtMs - 1_000 : row.releasedAtMs + CLOCK_TOLERANCE_MS;
  return movedByPersonAtMs > ours;
}
