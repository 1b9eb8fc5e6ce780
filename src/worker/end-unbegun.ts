import { defaultLimits } from '../core/config.ts';
import { endingOf } from '../core/lifecycle/ending.ts';
import { isHeldBy } from '../core/lock.ts';
import { outcomeOf } from '../core/outcome.ts';
import { PENDING_SECTION_LIMIT, type PendingSurfaces } from '../core/pending-surfaces.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { renderSection } from '../core/report/pull-request-section.ts';
import { emptyReport, startAndEndingOf } from '../core/report/run-report.ts';
import { countRun } from '../flows/poll/count-metrics.ts';
import { type RunResult, resultOfError } from './run-result.ts';
import type { RunSettings } from './settings.ts';

export interface UnbegunContext {
  readonly settings: RunSettings;
  readonly locks: Pick<LockStore, 'get' | 'release'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly telemetry: Telemetry;
  readonly redact: (text: string) => string;
}

/** Ends a run that could not begin, since a part of the worker could not be made: releases the lock with the outcome, and leaves
 *  section, comment and card to the next poll, which has what this run lacks. Returns the result. Throws LOCK_STORE_FAILED. */
export async function endUnbegun(context: UnbegunContext, error: unknown): Promise<RunResult> {
  const { settings, locks, clock, telemetry, redact } = context;
  const result = resultOfError(error);
  telemetry.error('the run could not begin', { outcome: result.kind, error: redact(result.detail) });
  const row = await locks.get(settings.holder.lockKey);
  if (row === null || !isHeldBy(row, settings.holder)) return result;
  const nowMs = clock.now();
  const { kind } = result;
  const cost = { durationMs: 0, credits: 0, tokens: 0, currency: 'credits', isUncertain: false, limit: null } as const;
  const ended = { row, kind, attempt: settings.attempt, hasProgress: false, head: settings.head, cost, nowMs };
  const isReleased = await locks.release({
    ...settings.holder,
    ...endingOf({ ...ended, config: defaultLimits() }),
    pending: pendingOf(context, { result, nowMs }),
  });
  if (isReleased) countRun(telemetry, kind);
  return result;
}

function pendingOf(
  { settings, redact }: UnbegunContext,
  { result, nowMs }: { result: RunResult; nowMs: number },
): PendingSurfaces {
  const report = emptyReport({
    outcome: result.kind,
    detail: redact(result.detail),
    remedy: redact(result.remedy ?? outcomeOf(result.kind).remedy),
    actsNext: result.actsNext ?? outcomeOf(result.kind).actsNext,
    failedCommand: null,
    filesAt: null,
    branch: settings.branch,
    specPath: settings.specPath,
    environment: settings.environment,
    buildId: settings.buildId,
    buildUrl: settings.buildUrl,
    attempt: settings.attempt,
    startedAtMs: nowMs,
    finishedAtMs: nowMs,
  });
  return {
    sinceMs: nowMs,
    surfaces: ['section', 'comment', 'card'],
    subjectNumber: settings.subjectNumber,
    ending: startAndEndingOf(report),
    section: renderSection(report, PENDING_SECTION_LIMIT),
    draft: null,
  };
}
