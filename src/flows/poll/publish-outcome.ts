import { destinationColumn, isLastAttempt, isOurs } from '../../core/cards/card-column.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { isWorkerError } from '../../core/errors.ts';
import { MARKERS } from '../../core/names.ts';
import type { GitHub, PullRequest, PullRequests } from '../../core/ports/github.ts';
import { renderComment } from '../../core/report/comment.ts';
import { replaceSection } from '../../core/report/pull-request-section.ts';
import type { RunReport } from '../../core/report/run-report.ts';

export interface PublishResult {
  readonly pullRequest: PullRequest | null;
  readonly commentUrl: string | null;
  /** Column of the card afterwards; null when it has none or is gone. */
  readonly column: string | null;
}

export interface PublishRequest {
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly report: RunReport;
  readonly itemId: string;
  /** Issue or pull request that the card shows; null when that is not known any more. */
  readonly subjectNumber: number | null;
  /** Called before each write; throws when the run has lost the right to write. */
  readonly assertLockHeld: () => Promise<void>;
  /** Our section tells of this ending already, with more than `report` knows. */
  readonly sectionStands?: boolean;
}

/** Tells an ending where people look: our section of the pull request, which is a draft no more once all is well, one
 *  comment, and last the card's column, so that a card that has moved says that all the rest is there. */
export async function publishOutcome(request: PublishRequest): Promise<PublishResult> {
  const { config, github, report: told, itemId, subjectNumber, assertLockHeld, sectionStands = false } = request;
  const found = await findPullRequest(github, told.branch);
  const report = found.problem === null ? told : { ...told, detail: `${told.detail} ${found.problem}` };
  let { pullRequest } = found;
  if (pullRequest !== null && !sectionStands) {
    await assertLockHeld();
    pullRequest = await github.pullRequests.updateBody(pullRequest.number, (body) => replaceSection(body, report));
  }
  if (pullRequest?.isDraft && report.outcome === 'completed') {
    await assertLockHeld();
    await github.pullRequests.setDraft(pullRequest.number, false);
  }
  let commentUrl: string | null = null;
  const commentOn = subjectNumber ?? pullRequest?.number ?? null;
  if (commentOn !== null) {
    await assertLockHeld();
    const body = renderComment(report, { pullRequestUrl: pullRequest?.url ?? null });
    commentUrl = await github.comments.upsert({ number: commentOn, marker: MARKERS.comment, body });
  }
  return {
    pullRequest,
    commentUrl,
    column: await moveCard({ config, github, ending: report, itemId, assertLockHeld }),
  };
}

/** Returns the open pull request of a branch; with several of them none, and what is wrong: an ending is told all the same. */
export async function findPullRequest(
  { pullRequests }: { readonly pullRequests: Pick<PullRequests, 'find'> },
  branch: string,
): Promise<{ pullRequest: PullRequest | null; problem: string | null }> {
  try {
    return { pullRequest: await pullRequests.find(branch), problem: null };
  } catch (error) {
    if (!isWorkerError(error, 'PULL_REQUEST_AMBIGUOUS')) throw error;
    return { pullRequest: null, problem: `${error.what} ${error.remedy}` };
  }
}

/** Moves the card where its ending belongs, unless a person has put it elsewhere. Returns its column afterwards. */
export async function moveCard(
  request: Pick<PublishRequest, 'config' | 'github' | 'itemId' | 'assertLockHeld'> & {
    readonly ending: Pick<RunReport, 'outcome' | 'attempt'>;
  },
): Promise<string | null> {
  const { config, github, ending, itemId, assertLockHeld } = request;
  const column = await github.board.getColumn(itemId);
  if (column === undefined) return null;
  const destination = destinationColumn({ kind: ending.outcome, attempt: ending.attempt, config });
  if (destination === null || destination === column || !isOurs(column, config)) return column;
  await assertLockHeld();
  return (await github.board.move(itemId, destination)) ? destination : column;
}

/** Returns the remedy of an ending, with a word on whether another attempt follows by itself. */
export function remedyFor(report: Pick<RunReport, 'outcome' | 'attempt' | 'remedy'>, config: ProjectConfig): string {
  const last = isLastAttempt({ kind: report.outcome, attempt: report.attempt, config });
  return last
    ? `${report.remedy} This was attempt ${report.attempt} of ${config.maxAttempts}; no further one follows by itself.`
    : report.remedy;
}
