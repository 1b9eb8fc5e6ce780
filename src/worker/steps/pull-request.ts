import { errorMessage, isWorkerError } from '../../core/errors.ts';
import { escapeMarkdown } from '../../core/markdown.ts';
import { findPullRequest } from '../../flows/poll/publish-outcome.ts';
import type { Run, RunResult } from '../run-state.ts';

/** Opens a draft pull request when the branch has commits to show and never had one in this run. Returns the ending, which
 *  also says why there is none; without one a completed run is none. */
export async function ensurePullRequest(run: Run, ending: RunResult): Promise<RunResult> {
  const { ports, settings, state, assertLockHeld } = run;
  if (state.head === null || state.head === state.mergeBase || state.base === '') return ending;
  const { pullRequest, problem } = await findPullRequest(ports.github, settings.branch);
  if (pullRequest !== null || problem !== null) return ending;
  // Somebody closed it on purpose (or GitHub did, with its branch): another one would be opened over their head.
  const former = state.pullRequest === null ? 'The pull request' : `Pull request #${state.pullRequest.number}`;
  if (state.pullRequest !== null || ports.config.requirePullRequest)
    return { ...ending, detail: `${ending.detail} ${former} was closed during the run; no other one was opened.` };
  await assertLockHeld();
  try {
    await ports.github.pullRequests.createDraft({
      branch: settings.branch,
      base: state.base,
      title: `[Kiro Worker] ${settings.itemTitle}`,
      body: `Implements ${escapeMarkdown(settings.specPath)} on the branch ${escapeMarkdown(settings.branch)}.\n`,
    });
    return ending;
  } catch (error) {
    const kind = ending.kind === 'completed' ? 'internal-error' : ending.kind;
    const why = isWorkerError(error) ? [error.what, error.why].filter(Boolean).join(' ') : errorMessage(error);
    return { ...ending, kind, detail: `${ending.detail} No pull request could be opened: ${why}` };
  }
}
