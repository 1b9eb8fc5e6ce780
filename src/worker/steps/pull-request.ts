import type { ProjectConfig } from '../../core/config.ts';
import { errorMessage, isWorkerError } from '../../core/errors.ts';
import { escapeMarkdown } from '../../core/markdown.ts';
import type { PullRequests } from '../../core/ports/github.ts';
import { findPullRequest } from '../../flows/poll/publish-outcome.ts';
import type { RunMonitor } from '../run-monitor.ts';
import { endRun, type RunResult } from '../run-result.ts';
import { hasCheckout, type RunState } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

export interface PullRequestContext {
  readonly settings: Pick<RunSettings, 'branch' | 'specPath' | 'itemTitle'>;
  readonly config: Pick<ProjectConfig, 'requirePullRequest'>;
  readonly github: { readonly pullRequests: Pick<PullRequests, 'find' | 'createDraft'> };
  readonly monitor: Pick<RunMonitor, 'assertLockHeld'>;
}

/** Opens a draft pull request when the branch has commits to show and never had one in this run. Returns the result, which
 *  also says why there is none; without one a completed run is none. */
export async function ensurePullRequest(
  context: PullRequestContext,
  { reached, result }: { reached: RunState; result: RunResult },
): Promise<RunResult> {
  const { settings, github } = context;
  if (!hasCheckout(reached) || reached.head === reached.mergeBase) return result;
  const { pullRequest, problem } = await findPullRequest(github, settings.branch);
  if (pullRequest !== null || problem !== null) return result;
  // Somebody closed it on purpose (or GitHub did, with its branch): another one would ignore that decision.
  const former = reached.pullRequest === null ? 'The pull request' : `Pull request #${reached.pullRequest.number}`;
  if (reached.pullRequest !== null || context.config.requirePullRequest)
    return { ...result, detail: `${result.detail} ${former} was closed during the run; no other one was opened.` };
  await context.monitor.assertLockHeld();
  try {
    await github.pullRequests.createDraft({
      branch: settings.branch,
      base: reached.base,
      title: `[Kiro Worker] ${settings.itemTitle}`,
      body: `Implements ${escapeMarkdown(settings.specPath)} on the branch ${escapeMarkdown(settings.branch)}.\n`,
    });
    return result;
  } catch (error) {
    return notOpened(result, error);
  }
}

function notOpened(result: RunResult, error: unknown): RunResult {
  const why = isWorkerError(error) ? [error.what, error.why].filter(Boolean).join(' ') : errorMessage(error);
  const detail = `${result.detail} No pull request could be opened: ${why}`;
  return result.kind === 'completed' ? endRun({ kind: 'internal-error', detail }) : { ...result, detail };
}
