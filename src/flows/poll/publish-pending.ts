import type { ProjectConfig } from '../../core/config.ts';
import { errorMessage, isWorkerError, type WorkerError } from '../../core/errors.ts';
import { holderOf, type LockRow, lockNotHeld } from '../../core/lock.ts';
import { PENDING_LIMIT_MS, type PendingSurfaces, type Surface } from '../../core/pending-surfaces.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { GitHub } from '../../core/ports/github.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { renderComment } from '../../core/report/comment.ts';
import { putSection } from '../../core/report/marked-section.ts';
import { parseSection } from '../../core/report/pull-request-section.ts';
import { emptyReport } from '../../core/report/run-report.ts';
import { keepsSection, noRoom } from './publish-outcome.ts';
import { type Publication, type SurfaceFailure, writeSurfaces } from './write-surfaces.ts';

interface Ports {
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly locks: Pick<LockStore, 'get' | 'listPending' | 'settle'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly telemetry: Telemetry;
}

/** Tries again to write what of ended runs' outcomes could not be written yet; uses no capacity. Gives a surface up once
 *  GitHub refuses it for good, and after a day. Throws LOCK_STORE_FAILED only. */
export async function publishPending(ports: Ports): Promise<void> {
  const noteDamage = (lockKey: string, { message }: WorkerError) =>
    ports.telemetry.warn('what is still to be written of an outcome cannot be read', { lockKey, error: message });
  for (const row of await ports.locks.listPending(noteDamage)) {
    if (row.pending === null) continue;
    try {
      await publishRow(ports, { row, pending: row.pending });
    } catch (error) {
      // A new build has taken the lock: it publishes an outcome of its own.
      if (!isWorkerError(error, 'FENCE_LOST')) throw error;
    }
  }
}

interface Pending {
  readonly row: LockRow;
  readonly pending: PendingSurfaces;
}

async function publishRow(ports: Ports, { row, pending }: Pending): Promise<void> {
  const assertLockHeld = async () => {
    const now = await ports.locks.get(row.lockKey);
    if (now?.fence !== row.fence || now.owner !== row.owner || now.pending === null) throw lockNotHeld(row);
  };
  const { failures, card } = await writeSurfaces({ ...ports, assertLockHeld }, publicationOf({ row, pending }));
  const left = remaining(pending, failures);
  const isGivenUp = left !== null && isOver(pending, { failures, nowMs: ports.clock.now() });
  const next = isGivenUp ? null : left;
  const cardOursUntilMs = card?.oursUntilMs ?? null;
  await ports.locks.settle({ ...holderOf(row), pending: next, nowMs: ports.clock.now(), cardOursUntilMs });
  report(ports.telemetry, { row, pending, failures, next, isGivenUp });
}

/** The comment is written again with the rest: it says what could not be written. */
function publicationOf({ row, pending }: Pending): Publication {
  const { ending, section, surfaces, subjectNumber, draft } = pending;
  const report = emptyReport(ending);
  return {
    ending,
    itemId: row.workItemId,
    subjectNumber,
    surfaces: surfaces.includes('comment') ? surfaces : [...surfaces, 'comment'],
    stoodIn: null,
    endedBeforeMs: row.cardOursUntilMs,
    known: null,
    draft,
    changeBody: (body) => putPending(body, { ending, section }),
    renderComment: (facts) => renderComment(report, facts),
  };
}

function putPending(body: string, { ending, section }: Pick<PendingSurfaces, 'ending' | 'section'>): string {
  if (section === null || keepsSection(body, ending)) return body;
  const next = putSection(body, section);
  if (next.length > BODY_LIMIT || parseSection(next) === null) throw noRoom();
  return next;
}

/** GitHub takes no longer body. */
const BODY_LIMIT = 65_536;

function remaining(pending: PendingSurfaces, failures: readonly SurfaceFailure[]): PendingSurfaces | null {
  const passing = new Set(failures.filter(({ isFinal }) => !isFinal).map(({ surface }) => surface));
  // A comment that was written before needs no further try.
  const surfaces = pending.surfaces.filter((surface) => passing.has(surface));
  if (surfaces.length === 0) return null;
  const has = (surface: Surface) => surfaces.includes(surface);
  return {
    ...pending,
    surfaces,
    section: has('section') ? pending.section : null,
    draft: has('pull-request') ? pending.draft : null,
  };
}

/** A token that is refused says nothing about the surface: that is tried again until there is a valid one. A time that lies
 *  further ahead was written by a clock that was wrong. */
function isOver(
  { sinceMs }: PendingSurfaces,
  { failures, nowMs }: { failures: readonly SurfaceFailure[]; nowMs: number },
): boolean {
  const isTokenRefused = failures.some(({ error }) => isWorkerError(error, 'SECRET_INVALID'));
  return !isTokenRefused && Math.abs(nowMs - sinceMs) > PENDING_LIMIT_MS;
}

function report(
  telemetry: Telemetry,
  outcome: Pending & { failures: readonly SurfaceFailure[]; next: PendingSurfaces | null; isGivenUp: boolean },
): void {
  const { row, pending, failures, next, isGivenUp } = outcome;
  const facts = { lockKey: row.lockKey, buildId: pending.ending.buildId, surfaces: pending.surfaces };
  const errors = failures.map(({ surface, error }) => `${surface}: ${errorMessage(error)}`);
  if (isGivenUp)
    telemetry.error('a part of an outcome could not be written for a day and is given up', { ...facts, errors });
  else if (next !== null)
    telemetry.warn('a part of an outcome still cannot be written', { ...facts, left: next.surfaces, errors });
  else telemetry.info('the rest of an outcome was settled', { ...facts, refused: errors });
}
