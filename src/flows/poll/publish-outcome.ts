import { destinationColumn, isLastAttempt, isOurs } from '../../core/cards/card-column.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { isWorkerError } from '../../core/errors.ts';
import { MARKERS, REPOSITORY_FILE } from '../../core/names.ts';
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
  /** The section of the pull request already shows this outcome, with more than `report` knows. */
  readonly keepSection?: boolean;
}

/** Publishes an outcome where people look: our section of the pull request (marked ready for review when completed), one
 *  comment, and last the card's column, so that a moved card means that everything else is in place. */
export async function publishOutcome(request: PublishRequest): Promise<PublishResult> {
  const { config, github, itemId, subjectNumber, assertLockHeld, keepSection = false } = request;
  const found = await findPullRequest(github, request.report.branch);
  const report = withProblem(request.report, found.problem);
  let { pullRequest } = found;
  if (pullRequest !== null && !keepSection) {
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
    column: await moveCard({ config, github, result: report, itemId, assertLockHeld }),
  };
}

function withProblem(report: RunReport, problem: string | null): RunReport {
  return problem === null ? report : { ...report, detail: `${report.detail} ${problem}` };
}

/** Returns the open pull request of a branch. With several there is none, and `problem` says so: the outcome is published
 *  all the same. */
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

/** Moves the card where its outcome belongs, unless a person has put it elsewhere. Returns its column afterwards. */
export async function moveCard(
  request: Pick<PublishRequest, 'config' | 'github' | 'itemId' | 'assertLockHeld'> & {
    readonly result: Pick<RunReport, 'outcome' | 'attempt'>;
  },
): Promise<string | null> {
  const { config, github, result, itemId, assertLockHeld } = request;
  const column = await github.board.getColumn(itemId);
  if (column === undefined) return null;
  const destination = destinationColumn({ kind: result.outcome, attempt: result.attempt, config });
  if (destination === null || destination === column || !isOurs(column, config)) return column;
  await assertLockHeld();
  return (await github.board.move(itemId, destination)) ? destination : column;
}

const NEXT_ATTEMPT = `there is no further automatic attempt before a person pushes or moves the card back, or the ${REPOSITORY_FILE} that counts for it changes`;

/** Returns the remedy of an outcome; after the last attempt it says that no other one follows by itself. */
export function remedyFor(report: Pick<RunReport, 'outcome' | 'attempt' | 'remedy'>, config: ProjectConfig): string {
  const last = isLastAttempt({ kind: report.outcome, attempt: report.attempt, config });
  return last
    ? `${report.remedy} This was attempt ${report.attempt} of ${config.maxAttempts}; ${NEXT_ATTEMPT}.`
    : report.remedy;
}
