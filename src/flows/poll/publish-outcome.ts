import { isLastAttempt } from '../../core/cards/card-column.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { WorkerError } from '../../core/errors.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { shorten } from '../../core/markdown.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import type { ActsNext } from '../../core/outcome.ts';
import { PENDING_SECTION_LIMIT, type PendingSurfaces, type Surface } from '../../core/pending-surfaces.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { GitHub, PullRequest } from '../../core/ports/github.ts';
import { renderComment } from '../../core/report/comment.ts';
import { parseSection, renderSection, replaceSection } from '../../core/report/pull-request-section.ts';
import { type RunReport, startAndEndingOf } from '../../core/report/run-report.ts';
import type { MovedCard } from './move-card.ts';
import { failureOf, type SurfaceFailure, writeSurfaces } from './write-surfaces.ts';

export interface PublishResult {
  readonly pullRequest: PullRequest | null;
  readonly commentUrl: string | null;
  /** The card afterwards; null when it could not be written. */
  readonly card: MovedCard | null;
  /** One for each surface that could not be written. */
  readonly findings: readonly Finding[];
  readonly failures: readonly SurfaceFailure[];
  /** What is to be tried again; goes into the lock's release. */
  readonly pending: PendingSurfaces | null;
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
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** The section of the pull request already shows this outcome, with more than `report` knows. */
  readonly keepSection?: boolean;
  /** Nothing but the card is to be written. */
  readonly cardOnly?: boolean;
  /** Column in which the run last saw the card. */
  readonly stoodIn?: string | null;
  /** The pull request as the run knows it. */
  readonly pullRequest?: PullRequest | null;
  /** A pull request that could not be opened yet. */
  readonly unopened?: UnopenedPullRequest | null;
}

export interface UnopenedPullRequest {
  readonly draft: NonNullable<PendingSurfaces['draft']>;
  readonly error: unknown;
}

/** Publishes an outcome where people look: our section of the pull request (marked ready for review when completed), one
 *  comment, and last the card's column. Each is written on its own: what fails becomes a finding, and what may be written
 *  later comes back as `pending`. Throws only FENCE_LOST and LOCK_STORE_FAILED. */
export async function publishOutcome(request: PublishRequest): Promise<PublishResult> {
  const { report, itemId, subjectNumber, unopened = null, pullRequest = null, stoodIn = null } = request;
  const unwritten = unopened === null ? [] : [failureOf('pull-request', unopened.error)];
  const written = await writeSurfaces(request, {
    ending: startAndEndingOf(report),
    itemId,
    subjectNumber,
    surfaces: surfacesOf(request),
    stoodIn,
    known: pullRequest,
    draft: null,
    changeBody: (body) => putReport(body, report),
    renderComment: (facts) =>
      renderComment(report, { ...facts, problems: [...messagesOf(unwritten), ...facts.problems] }),
  });
  const failures = [...unwritten, ...written.failures];
  return {
    ...written,
    failures,
    findings: failures.flatMap(({ isFinal, message }) =>
      message === '' ? [] : createFinding(isFinal ? 'publish/refused' : 'publish/pending', { message }),
    ),
    pending: pendingOf(request, { failures, isOpen: written.pullRequest !== null }),
  };
}

function surfacesOf({ report, keepSection = false, cardOnly = false }: PublishRequest): Surface[] {
  if (cardOnly) return ['card'];
  const ready = report.outcome === 'completed' ? (['ready'] as const) : [];
  return [...(keepSection ? [] : (['section'] as const)), ...ready, 'comment', 'card'];
}

/** Longest detail that a lock row keeps, in characters: more than any comment shows. */
const DETAIL_LIMIT = 10_000;

function pendingOf(
  request: PublishRequest,
  { failures, isOpen }: { failures: readonly SurfaceFailure[]; isOpen: boolean },
): PendingSurfaces | null {
  const { report, subjectNumber, clock, unopened = null } = request;
  const passing = new Set(failures.filter(({ isFinal }) => !isFinal).map(({ surface }) => surface));
  // Once it is opened, it shows what the run's others do.
  if (unopened !== null && !isOpen)
    for (const surface of surfacesOf(request)) if (surface === 'section' || surface === 'ready') passing.add(surface);
  if (passing.size === 0) return null;
  return {
    sinceMs: clock.now(),
    surfaces: [...passing],
    subjectNumber,
    ending: { ...startAndEndingOf(report), detail: shorten(report.detail, DETAIL_LIMIT) },
    section: passing.has('section') ? renderSection(report, PENDING_SECTION_LIMIT) : null,
    draft: unopened?.draft ?? null,
  };
}

/** Returns a body with the report's section. Throws GITHUB_REFUSED when the other text leaves no room for it. */
function putReport(body: string, report: RunReport): string {
  if (keepsSection(body, report)) return body;
  const next = replaceSection(body, report);
  if (parseSection(next)?.buildId === report.buildId.slice(0, 200)) return next;
  throw noRoom();
}

/** A run that found nothing to do knows less than the section of the run that completed the spec. */
export function keepsSection(body: string, { outcome }: Pick<RunReport, 'outcome'>): boolean {
  return outcome === 'nothing-to-do' && parseSection(body)?.outcome === 'completed';
}

/** Returns the GITHUB_REFUSED error of a body that is full. */
export function noRoom(): WorkerError {
  return new WorkerError({
    code: 'GITHUB_REFUSED',
    what: "The pull request's own text leaves no room for it (GitHub takes 65,536 characters).",
    remedy: 'Shorten the text of the pull request.',
  });
}

function messagesOf(failures: readonly SurfaceFailure[]): string[] {
  return failures.map(({ message }) => message);
}

const NEXT_ATTEMPT = `there is no further automatic attempt before a person pushes or moves the card back, or the ${REPOSITORY_FILE} that counts for it changes`;

/** Returns who has to act after a run: where nobody had to, the author once no other attempt follows by itself. */
export function actorFor(report: Pick<RunReport, 'outcome' | 'attempt' | 'actsNext'>, config: ProjectConfig): ActsNext {
  const isLast = isLastAttempt({ kind: report.outcome, attempt: report.attempt, config });
  return isLast && report.actsNext === 'nobody' ? 'author' : report.actsNext;
}

/** Lines to paste stand last. */
function withSentence(remedy: string, sentence: string): string {
  return remedy.includes('\n') ? `${sentence} ${remedy}` : `${remedy} ${sentence}`;
}

/** Returns the remedy of an outcome; after the last attempt it says that no other one follows by itself. */
export function remedyFor(report: Pick<RunReport, 'outcome' | 'attempt' | 'remedy'>, config: ProjectConfig): string {
  const last = isLastAttempt({ kind: report.outcome, attempt: report.attempt, config });
  return last
    ? withSentence(report.remedy, `This was attempt ${report.attempt} of ${config.maxAttempts}; ${NEXT_ATTEMPT}.`)
    : report.remedy;
}
