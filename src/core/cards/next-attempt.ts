import type { ProjectConfig } from '../config.ts';
import { LONGEST_BACKOFF_MS } from '../lifecycle/back-off.ts';
import { startsOver } from '../lifecycle/starts-over.ts';
import type { LockRow } from '../lock.ts';
import { REPOSITORY_FILE } from '../names.ts';
import { isOutcomeKind, outcomeOf } from '../outcome.ts';
import type { BranchFacts } from '../ports/github.ts';
import { destinationsOf } from './card-column.ts';
import type { SkipReason } from './skip-reason.ts';
import type { WorkItem } from './work-item.ts';

/** Whose rules count for a branch. */
export interface Rules {
  readonly branch: string;
  /** The same exactly as long as the file of the rules is the same, or is not there. */
  readonly fingerprint: string;
}

interface Circumstances {
  readonly config: ProjectConfig;
  /** The board has the column that cards of running builds go to. */
  readonly hasInProgressColumn: boolean;
  /** The board has the column that cards which need a person go to. */
  readonly hasFailedColumn: boolean;
  readonly nowMs: number;
}

type AttemptOrSkip = { attempt: number; resetAttempts: boolean } | { reason: SkipReason; detail: string };

interface LockedItem {
  readonly row: LockRow | null;
  readonly facts: Extract<BranchFacts, { exists: true }>;
  readonly rules: Rules;
  readonly workItem: WorkItem;
}

/** The next attempt as the lock row allows it now, or the reason to wait: held, backing off, out of attempts. */
export function nextAttempt({ row, facts, rules, workItem }: LockedItem, input: Circumstances): AttemptOrSkip {
  const { config, nowMs } = input;
  if (row === null) return { attempt: 1, resetAttempts: true };
  if (row.status === 'held') {
    return { reason: 'locked', detail: `Build ${row.buildId ?? '(being started)'} holds the lock of this branch.` };
  }
  const { movedByPersonAtMs } = workItem;
  const isHeadByPerson = facts.headCommit?.isByPerson ?? false;
  const last = isOutcomeKind(row.lastOutcome) ? outcomeOf(row.lastOutcome) : null;
  const since = { head: facts.head, isHeadByPerson, movedByPersonAtMs, rules: rules.fingerprint };
  if (startsOver(row, { ...since, wasPutElsewhere: wasPutElsewhere(row, input) })) {
    return { attempt: 1, resetAttempts: true };
  }
  const ending = last === null ? 'none of them was reported' : `the last ended with "${last.kind}"`;
  if (row.attempts >= config.maxAttempts) {
    const remedy = `Move the card away and back, push a change of your own, or change ${REPOSITORY_FILE} on ${rules.branch}, to start over.`;
    const detail = `${row.attempts} attempts in a row finished no task; ${ending}. ${remedy}`;
    return { reason: 'attempts-exhausted', detail };
  }
  // A card that ended for good left this column, unless the board has no other one for it: then only a person helps.
  const hasLeft = input.hasInProgressColumn && (last?.card !== 'failed' || input.hasFailedColumn);
  if (last !== null && !last.retry && !hasLeft) {
    return { reason: 'needs-a-person', detail: `The last build ended with "${last.kind}": ${last.remedy}` };
  }
  if (row.nextEligibleAtMs > nowMs && row.nextEligibleAtMs <= nowMs + LONGEST_BACKOFF_MS) {
    const detail = `The last build ended with "${last?.kind ?? 'not-started'}"; next try after ${new Date(row.nextEligibleAtMs).toISOString()}.`;
    return { reason: 'backing-off', detail };
  }
  return { attempt: row.attempts + 1, resetAttempts: false };
}

function wasPutElsewhere({ lastOutcome, attempts: attempt }: LockRow, input: Circumstances): boolean {
  const { config, hasFailedColumn } = input;
  if (!isOutcomeKind(lastOutcome)) return false;
  const [column] = destinationsOf({ kind: lastOutcome, attempt, config });
  if (column === undefined || column === config.targetStatusColumn) return false;
  return column !== config.failedColumn || hasFailedColumn;
}
