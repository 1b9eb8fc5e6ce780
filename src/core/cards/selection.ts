import type { ProjectConfig } from '../config.ts';
import type { WorkerError } from '../errors.ts';
import { describeUse, type Ledger, reachedCaps, usedSoFar } from '../lifecycle/ledger.ts';
import { describeDamage } from '../lifecycle/stored-row.ts';
import { type LockRow, lockKey } from '../lock.ts';
import { REPOSITORY_FILE } from '../names.ts';
import type { BoardSnapshot, BranchFacts, InspectedPullRequest, RepositoryFacts } from '../ports/github.ts';
import { rulesBranch } from '../repository/rules-branch.ts';
import { evaluateSpec, type SpecNote, specFolderCandidates } from '../spec/spec.ts';
import { closedByRules } from './branch-rules.ts';
import { missingRights } from './missing-rights.ts';
import { nextAttempt, type Rules } from './next-attempt.ts';
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
  /** Branch whose `.kiro-worker.yml` they stand in; null where there is none. */
  readonly rulesBranch: string | null;
  /** Fingerprint of the spec's text without its ticks. */
  readonly spec: string;
  readonly attempt: number;
  readonly resetAttempts: boolean;
  /** What the work item has used of each of its caps, for people. */
  readonly used: string;
}

export interface SelectionInput {
  readonly candidates: readonly WorkItem[];
  readonly branches: ReadonlyMap<string, BranchFacts>;
  readonly repository: RepositoryFacts;
  readonly board: Pick<BoardSnapshot, 'title' | 'canUpdate' | 'tokenScopes'>;
  readonly locks: ReadonlyMap<string, LockRow>;
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** Lock rows and ledgers that cannot be read, by the key of the lock. */
  readonly damaged: ReadonlyMap<string, WorkerError>;
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

type Skip = { reason: SkipReason; detail: string };
type Verdict = EligibleItem | Skip;

function evaluateCandidate(workItem: WorkItem, input: SelectionInput): Verdict {
  const { branch } = workItem;
  const facts = input.branches.get(branch);
  if (facts?.exists === 'unknown')
    return { reason: 'unreadable', detail: `GitHub did not show "${branch}": ${facts.reason}` };
  if (facts === undefined || !facts.exists) {
    return { reason: 'branch-missing', detail: `${input.config.repository} has no branch "${branch}".` };
  }
  if (branch === input.repository.defaultBranch) {
    return {
      reason: 'default-branch',
      detail: `"${branch}" is the default branch; the worker changes feature branches only.`,
    };
  }
  const rights = missingRights(input);
  if (rights.length > 0) return { reason: 'read-only', detail: rights.join(' ') };
  const closed = closedByRules(branch, facts.rules);
  if (closed !== null) return { reason: 'protected-branch', detail: closed };
  if (facts.spec === null) {
    return {
      reason: 'spec-missing',
      detail: `The branch has neither ${specFolderCandidates(branch).join(' nor ')}.`,
    };
  }
  const spec = evaluateSpec(facts.spec);
  if (!spec.valid) return { reason: 'spec-invalid', detail: spec.problems.map(problemText).join(' ') };
  const pullRequest = onePullRequest(facts.pullRequests, input.config);
  if (pullRequest !== null && 'reason' in pullRequest) return pullRequest;
  const key = lockKey(input.config.repository, branch);
  const damage = input.damaged.get(key);
  if (damage !== undefined) return { reason: 'unreadable', detail: describeDamage(damage) };
  const row = input.locks.get(key) ?? null;
  const rules = rulesOf(pullRequest, input);
  const fingerprint = facts.spec.fingerprint ?? '';
  const turn = nextAttempt({ row, facts, rules, workItem }, input);
  const used = usedSoFar(input.ledgers.get(key) ?? null, { spec: fingerprint, rules: rules.fingerprint });
  const caps = reachedCaps(used, input.config.lifetimeCaps);
  if (row?.status !== 'held' && caps.length > 0) return capsReached(caps, { key, rules });
  if ('reason' in turn) return turn;
  return {
    workItem,
    head: facts.head,
    specFolder: facts.spec.folder,
    pullRequest,
    rules: rules.fingerprint,
    rulesBranch: rules.fingerprint === NO_RULES ? null : rules.branch,
    spec: fingerprint,
    used: describeUse(used, input.config.lifetimeCaps),
    ...turn,
  };
}

function capsReached(caps: readonly string[], { key, rules }: { key: string; rules: Rules }): Skip {
  const remedy = `Change the text of its spec, or ${REPOSITORY_FILE} on ${rules.branch}; or an operator runs "kiro-worker retry ${key}".`;
  return { reason: 'caps-reached', detail: `Its builds have used up ${caps.join(' and ')} in all. ${remedy}` };
}

function problemText({ file, line, message }: SpecNote): string {
  return line === null ? message : `${file}:${line}: ${message}`;
}

const NO_RULES = 'none';

function rulesOf(pullRequest: InspectedPullRequest | null, { repository, config }: SelectionInput): Rules {
  const { defaultBranch, rulesFile } = repository;
  const base = pullRequest?.baseRef ?? defaultBranch;
  const branch = rulesBranch({ base, defaultBranch }, config.trustedBases);
  const file = branch === defaultBranch || pullRequest === null ? rulesFile : pullRequest.baseRulesFile;
  return { branch, fingerprint: file ?? NO_RULES };
}

function onePullRequest(
  all: readonly InspectedPullRequest[],
  config: ProjectConfig,
): InspectedPullRequest | null | Skip {
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
