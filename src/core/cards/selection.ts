import type { ProjectConfig } from '../config.ts';
import type { LockRow } from '../lock.ts';
import { lockKey } from '../lock.ts';
import { REPOSITORY_FILE } from '../names.ts';
import { isOutcomeKind, LONGEST_BACKOFF_MS, outcomeOf } from '../outcome.ts';
import type { BranchFacts, InspectedPullRequest, RepositoryFacts } from '../ports/github.ts';
import { rulesBranch } from '../repository/rules-branch.ts';
import { evaluateSpec, specFolderCandidates } from '../spec/spec.ts';
import type { SkippedCard, SkipReason } from './skip-reason.ts';
import type { WorkItem } from './work-item.ts';

/** A work item that may be started now. */
export interface EligibleItem {
  readonly workItem: WorkItem;
  readonly head: string;
  readonly specFolder: string;
  readonly pullRequest: InspectedPullRequest | null;
  /** Fingerprint of the rules that count now. */
  readonly rules: string;
  readonly attempt: number;
  readonly resetAttempts: boolean;
}

export interface SelectionInput {
  readonly candidates: readonly WorkItem[];
  readonly branches: ReadonlyMap<string, BranchFacts>;
  readonly repository: RepositoryFacts;
  readonly locks: ReadonlyMap<string, LockRow>;
  readonly config: ProjectConfig;
  /** The board has the column that cards of running builds go to. */
  readonly hasInProgressColumn: boolean;
  /** The board has the column of cards that need a person; without it they wait in the target column. */
  readonly hasFailedColumn: boolean;
  readonly nowMs: number;
}

/** Returns the eligible work items in the order of their turn, and one skip reason for every other candidate. */
export function selectWorkItems(input: SelectionInput): { eligible: EligibleItem[]; skipped: SkippedCard[] } {
  const eligible: EligibleItem[] = [];
  const skipped: SkippedCard[] = [];
  const seen = new Map<string, WorkItem>();
  for (const workItem of [...input.candidates].sort(compareTurn)) {
    const twin = seen.get(workItem.branch);
    const verdict = twin
      ? ({ reason: 'duplicate-branch', detail: `The card "${twin.title}" stands for the same branch.` } as const)
      : evaluateCandidate(workItem, input);
    seen.set(workItem.branch, twin ?? workItem);
    if ('reason' in verdict) {
      skipped.push({ itemId: workItem.itemId, title: workItem.title, branch: workItem.branch, ...verdict });
    } else eligible.push(verdict);
  }
  return { eligible, skipped };
}

/** One consistent order: priority (none comes last), then the board's own order, then age, then id. */
export function compareTurn(a: WorkItem, b: WorkItem): number {
  const rank = ({ priority }: WorkItem) => priority ?? Number.MAX_SAFE_INTEGER;
  return (
    rank(a) - rank(b) ||
    a.position - b.position ||
    a.createdAtMs - b.createdAtMs ||
    (a.itemId < b.itemId ? -1 : a.itemId > b.itemId ? 1 : 0)
  );
}

type Verdict = EligibleItem | { reason: SkipReason; detail: string };

function evaluateCandidate(workItem: WorkItem, input: SelectionInput): Verdict {
  const { branch } = workItem;
  const facts = input.branches.get(branch);
  if (facts === undefined || !facts.exists) {
    return { reason: 'branch-missing', detail: `${input.config.repository} has no branch "${branch}".` };
  }
  if (branch === input.repository.defaultBranch) {
    return {
      reason: 'default-branch',
      detail: `"${branch}" is the default branch; the worker changes feature branches only.`,
    };
  }
  if (input.repository.isArchived) return { reason: 'read-only', detail: `${input.config.repository} is archived.` };
  if (!input.repository.canPush) {
    return { reason: 'read-only', detail: `The token may not push to ${input.config.repository}.` };
  }
  if (facts.isProtected) return { reason: 'protected-branch', detail: `"${branch}" is protected.` };
  if (facts.spec === null) {
    return {
      reason: 'spec-missing',
      detail: `The branch has neither ${specFolderCandidates(branch).join(' nor ')}.`,
    };
  }
  const spec = evaluateSpec(facts.spec);
  if (!spec.valid) return { reason: 'spec-invalid', detail: spec.problems.map(({ message }) => message).join(' ') };
  const pullRequest = onePullRequest(facts.pullRequests, input.config);
  if (pullRequest !== null && 'reason' in pullRequest) return pullRequest;
  const row = input.locks.get(lockKey(input.config.repository, branch)) ?? null;
  const rules = rulesOf(pullRequest, input);
  const turn = evaluateLock({ row, head: facts.head, rules }, input);
  if ('reason' in turn) return turn;
  return { workItem, head: facts.head, specFolder: facts.spec.folder, pullRequest, rules: rules.fingerprint, ...turn };
}

interface Rules {
  readonly branch: string;
  /** The same exactly as long as the file of the rules is the same, or is not there. */
  readonly fingerprint: string;
}

function rulesOf(pullRequest: InspectedPullRequest | null, { repository, config }: SelectionInput): Rules {
  const { defaultBranch, rulesFile } = repository;
  const base = pullRequest?.baseRef ?? defaultBranch;
  const branch = rulesBranch({ base, defaultBranch }, config.trustedBases);
  const file = branch === defaultBranch || pullRequest === null ? rulesFile : pullRequest.baseRulesFile;
  return { branch, fingerprint: file ?? 'none' };
}

function onePullRequest(
  all: readonly InspectedPullRequest[],
  config: ProjectConfig,
): InspectedPullRequest | null | { reason: SkipReason; detail: string } {
  const own = all.filter(({ headRepository }) => headRepository?.toLowerCase() === config.repository.toLowerCase());
  if (own.length > 1) {
    const numbers = own.map(({ number }) => `#${number}`).join(' and ');
    return {
      reason: 'ambiguous-pull-request',
      detail: `The branch has several open pull requests: ${numbers}. Close all but one.`,
    };
  }
  const [only] = own;
  if (only !== undefined) return only;
  if (!config.requirePullRequest) return null;
  return { reason: 'no-pull-request', detail: 'Open a pull request for the branch (requirePullRequest is on).' };
}

type AttemptOrSkip = { attempt: number; resetAttempts: boolean } | { reason: SkipReason; detail: string };

/** The next attempt as the lock row allows it now, or the reason to wait: held, backing off, out of attempts. */
function evaluateLock(
  { row, head, rules }: { row: LockRow | null; head: string; rules: Rules },
  { config, hasInProgressColumn, hasFailedColumn, nowMs }: SelectionInput,
): AttemptOrSkip {
  if (row === null) return { attempt: 1, resetAttempts: true };
  if (row.status === 'held') {
    return { reason: 'locked', detail: `Build ${row.buildId ?? '(being started)'} holds the lock of this branch.` };
  }
  const last = isOutcomeKind(row.lastOutcome) ? outcomeOf(row.lastOutcome) : null;
  const isChanged = (before: string | null, now: string) => before !== null && before !== now;
  const hasMoved = isChanged(row.lastHead, head) || isChanged(row.lastRules, rules.fingerprint);
  if (last === null || last.restartsAttempts || hasMoved) {
    return { attempt: 1, resetAttempts: true };
  }
  if (last.countsAttempt && row.attempts >= config.maxAttempts) {
    const remedy = `Push a change to the branch, or change ${REPOSITORY_FILE} on ${rules.branch}, to start over.`;
    const detail = `${row.attempts} attempts ended with "${last.kind}". ${remedy}`;
    return { reason: 'attempts-exhausted', detail };
  }
  // A card that ended for good left this column, unless the board has no other one for it: then only a push helps.
  const hasLeft = hasInProgressColumn && (last.card !== 'failed' || hasFailedColumn);
  if (!last.retry && !hasLeft) {
    return { reason: 'needs-a-person', detail: `The last build ended with "${last.kind}": ${last.remedy}` };
  }
  if (row.nextEligibleAtMs > nowMs && row.nextEligibleAtMs <= nowMs + LONGEST_BACKOFF_MS) {
    const detail = `The last build ended with "${last.kind}"; next try after ${new Date(row.nextEligibleAtMs).toISOString()}.`;
    return { reason: 'backing-off', detail };
  }
  return last.countsAttempt ? { attempt: row.attempts + 1, resetAttempts: false } : { attempt: 1, resetAttempts: true };
}
