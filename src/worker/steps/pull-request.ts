import type { ProjectConfig } from '../../core/config.ts';
import { isWorkerError, type WorkerError } from '../../core/errors.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { escapeMarkdown, shorten } from '../../core/markdown.ts';
import type { PullRequest, PullRequests } from '../../core/ports/github.ts';
import type { UnopenedPullRequest } from '../../flows/poll/publish-outcome.ts';
import { findPullRequest } from '../../flows/poll/write-surfaces.ts';
import type { RunMonitor } from '../run-monitor.ts';
import { endRun, type RunResult } from '../run-result.ts';
import { hasCheckout, type RunState } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

export interface PullRequestContext {
  readonly settings: Pick<RunSettings, 'branch' | 'specPath' | 'itemTitle'>;
  readonly config: Pick<ProjectConfig, 'requirePullRequest'>;
  readonly github: { readonly pullRequests: Pick<PullRequests, 'find' | 'get' | 'createDraft'> };
  readonly monitor: Pick<RunMonitor, 'assertLockHeld'>;
}

export interface EnsuredPullRequest {
  readonly result: RunResult;
  /** As far as it is known. */
  readonly pullRequest: PullRequest | null;
  /** What is to be opened later. */
  readonly unopened: UnopenedPullRequest | null;
  readonly findings: readonly Finding[];
}

/** Opens a draft pull request when the branch has commits to show and never had one in this run. Returns the result, which
 *  also says why there is none; one that GitHub refuses for good is an ending of its own, one that it does not open yet
 *  is opened by a later poll. */
export async function ensurePullRequest(
  context: PullRequestContext,
  { reached, result }: { reached: RunState; result: RunResult },
): Promise<EnsuredPullRequest> {
  const nothing = { result, pullRequest: null, unopened: null, findings: [] };
  if (!hasCheckout(reached) || reached.head === reached.mergeBase) return nothing;
  const { pullRequests } = context.github;
  const draft = draftOf(context, reached.base);
  const known = reached.pullRequest;
  try {
    const found = await findPullRequest(pullRequests, { branch: context.settings.branch, known });
    if (found !== null) return { ...nothing, pullRequest: found };
    // Somebody closed it on purpose (or GitHub did, with its branch): another one would ignore that decision.
    if (known !== null || context.config.requirePullRequest) {
      const former = known === null ? 'The pull request' : `Pull request #${known.number}`;
      const detail = `${result.detail} ${former} was closed during the run; no other one was opened.`;
      return { ...nothing, result: { ...result, detail } };
    }
    await context.monitor.assertLockHeld();
    const { unlabelled, ...pullRequest } = await pullRequests.createDraft(draft);
    const findings = unlabelled === undefined ? [] : [createFinding('publish/refused', { message: unlabelled })];
    return { ...nothing, pullRequest, findings };
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST') || isWorkerError(error, 'LOCK_STORE_FAILED')) throw error;
    // Publishing meets it again, and says so.
    if (known !== null || isWorkerError(error, 'PULL_REQUEST_AMBIGUOUS')) return { ...nothing, pullRequest: known };
    if (!isWorkerError(error, 'GITHUB_REFUSED')) return { ...nothing, unopened: { draft, error } };
    return { ...nothing, result: notOpened(result, error) };
  }
}

/** GitHub takes no longer title, in characters. */
const TITLE_LIMIT = 256;

function draftOf({ settings }: PullRequestContext, base: string) {
  const { branch, specPath, itemTitle } = settings;
  return {
    branch,
    base,
    title: shorten(`[Kiro Worker] ${itemTitle}`, TITLE_LIMIT),
    body: `Implements ${escapeMarkdown(specPath)} on the branch ${escapeMarkdown(branch)}.\n`,
  };
}

function notOpened(result: RunResult, { what, problems, why, remedy }: WorkerError): RunResult {
  const said = [what, ...problems, why].filter(Boolean).join(' ');
  const detail = `${result.detail} No pull request could be opened: ${said}`;
  if (result.kind !== 'completed') return { ...result, detail };
  const after = 'Then move the card back; or open the pull request by hand: the finished work is on the branch.';
  return endRun({ kind: 'pull-request-refused', detail, remedy: `${remedy} ${after}` });
}
