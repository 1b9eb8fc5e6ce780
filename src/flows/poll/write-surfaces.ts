import type { ProjectConfig } from '../../core/config.ts';
import { errorMessage, isWorkerError } from '../../core/errors.ts';
import { MARKERS } from '../../core/names.ts';
import { type PendingSurfaces, type Surface, surfaceName } from '../../core/pending-surfaces.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { GitHub, PullRequest, PullRequests } from '../../core/ports/github.ts';
import { type MovedCard, moveCard } from './move-card.ts';

/** What is to be written, and where. */
export interface Publication {
  readonly ending: PendingSurfaces['ending'];
  readonly itemId: string;
  readonly subjectNumber: number | null;
  readonly surfaces: readonly Surface[];
  /** Column in which the run last saw the card, null where nobody knows. */
  readonly stoodIn: string | null;
  /** As for `moveCard`. */
  readonly endedBeforeMs?: number | null;
  /** Open a moment ago: looked up by its number where GitHub does not list it. */
  readonly known: PullRequest | null;
  /** Opened when the branch has no pull request and "pull-request" is among the surfaces. */
  readonly draft: PendingSurfaces['draft'];
  /** Throws GITHUB_REFUSED when the body has no room for the section. */
  readonly changeBody: (body: string) => string;
  readonly renderComment: (facts: { pullRequestUrl: string | null; problems: readonly string[] }) => string;
}

/** A surface that could not be written. */
export interface SurfaceFailure {
  readonly surface: Surface;
  readonly error: unknown;
  /** Another try would end alike. */
  readonly isFinal: boolean;
  /** One sentence for people. */
  readonly message: string;
}

export interface WrittenSurfaces {
  readonly pullRequest: PullRequest | null;
  readonly commentUrl: string | null;
  /** The card afterwards; null when it could not be written. */
  readonly card: MovedCard | null;
  readonly failures: readonly SurfaceFailure[];
}

interface Ports {
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Called before each write; throws when the run has lost the right to write. */
  readonly assertLockHeld: () => Promise<void>;
}

/** Writes each surface on its own: what fails is returned, and the rest goes on. The card comes last, so that a moved card
 *  means that everything else was tried. Throws only FENCE_LOST and LOCK_STORE_FAILED. */
export async function writeSurfaces(ports: Ports, publication: Publication): Promise<WrittenSurfaces> {
  return new SurfaceWriter(ports, publication).write();
}

const OF_PULL_REQUEST: readonly Surface[] = ['pull-request', 'section', 'ready'];

class SurfaceWriter {
  readonly #ports: Ports;
  readonly #publication: Publication;
  readonly #failures: SurfaceFailure[] = [];

  constructor(ports: Ports, publication: Publication) {
    this.#ports = ports;
    this.#publication = publication;
  }

  async write(): Promise<WrittenSurfaces> {
    const { pullRequests } = this.#ports.github;
    const { changeBody, ending, itemId, stoodIn, endedBeforeMs = null } = this.#publication;
    const pullRequest = await this.#pullRequest();
    if (pullRequest !== null) {
      const { number } = pullRequest;
      await this.#try('section', () => pullRequests.updateBody(number, changeBody));
      if (pullRequest.isDraft) await this.#try('ready', () => pullRequests.setDraft(number, false));
    }
    const commentUrl = await this.#try('comment', () => this.#comment(pullRequest));
    const said = this.#failures.length;
    const { outcome, attempt } = ending;
    const card = await this.#try('card', () =>
      moveCard({ ...this.#ports, itemId, outcome, attempt, stoodIn, endedBeforeMs }),
    );
    // Whoever waits for the card reads there why it stays.
    if (this.#failures.length > said && commentUrl !== null)
      await this.#try('comment', () => this.#comment(pullRequest));
    return { pullRequest, commentUrl, card, failures: this.#failures };
  }

  async #comment(pullRequest: PullRequest | null): Promise<string | null> {
    const { subjectNumber, renderComment } = this.#publication;
    const number = subjectNumber ?? pullRequest?.number ?? null;
    if (number === null) return null;
    const problems = this.#failures.map(({ message }) => message);
    const body = renderComment({ pullRequestUrl: pullRequest?.url ?? null, problems });
    return this.#ports.github.comments.upsert({ number, marker: MARKERS.comment, body });
  }

  /** A pull request that cannot be looked up or opened takes its section and its ready mark with it. */
  async #pullRequest(): Promise<PullRequest | null> {
    const { ending, known, draft, surfaces } = this.#publication;
    const { pullRequests } = this.#ports.github;
    const wanted = OF_PULL_REQUEST.filter((surface) => surfaces.includes(surface));
    if (wanted.length === 0 && !surfaces.includes('comment')) return null;
    try {
      const found = await findPullRequest(pullRequests, { branch: ending.branch, known });
      if (found !== null || draft === null || !surfaces.includes('pull-request')) return found;
      await this.#ports.assertLockHeld();
      return await pullRequests.createDraft(draft);
    } catch (error) {
      if (isOfLock(error)) throw error;
      // One sentence is enough for all of them.
      for (const [index, surface] of wanted.entries())
        this.#failures.push({ ...failureOf(surface, error), ...(index > 0 && { message: '' }) });
      return null;
    }
  }

  async #try<T>(surface: Surface, write: () => Promise<T>): Promise<T | null> {
    if (!this.#publication.surfaces.includes(surface)) return null;
    await this.#ports.assertLockHeld();
    try {
      return await write();
    } catch (error) {
      if (isOfLock(error)) throw error;
      this.#failures.push(failureOf(surface, error));
      return null;
    }
  }
}

function isOfLock(error: unknown): boolean {
  return isWorkerError(error, 'FENCE_LOST') || isWorkerError(error, 'LOCK_STORE_FAILED');
}

/** Returns what a failed write means: one that GitHub refuses for good is not tried again. */
export function failureOf(surface: Surface, error: unknown): SurfaceFailure {
  const isFinal = isWorkerError(error, 'GITHUB_REFUSED') || isWorkerError(error, 'PULL_REQUEST_AMBIGUOUS');
  const said = isWorkerError(error)
    ? [error.what, ...error.problems, error.why].filter(Boolean).join(' ')
    : errorMessage(error);
  const isForPeople = isFinal || isWorkerError(error, 'BOARD_COLUMN_MISSING');
  const advice = isForPeople && isWorkerError(error) ? ` ${error.remedy}` : '';
  const when = isFinal ? 'could not be written' : 'could not be written yet';
  return { surface, error, isFinal, message: `The ${surfaceName(surface)} ${when}: ${said}${advice}` };
}

/** Returns the open pull request of a branch; one that is known is looked up by its number where the list does not show it. */
export async function findPullRequest(
  pullRequests: Pick<PullRequests, 'find' | 'get'>,
  { branch, known }: { branch: string; known: PullRequest | null },
): Promise<PullRequest | null> {
  return (await pullRequests.find(branch)) ?? (known === null ? null : await pullRequests.get(known.number));
}
