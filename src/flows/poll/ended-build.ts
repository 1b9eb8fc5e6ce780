import { type BuildVariables, parseBuildVariables } from '../../core/build-variables.ts';
import type { LockRow } from '../../core/lock.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import { outcomeOf } from '../../core/outcome.ts';
import type { Build } from '../../core/ports/builds.ts';
import { emptyReport, type RunReport } from '../../core/report/run-report.ts';

/** Outcome of a build whose worker published none. */
export function kindOf(build: Build | null): OutcomeKind {
  if (build?.status === 'TIMED_OUT') return 'time-limit';
  if (build?.status === 'STOPPED') return 'cancelled';
  return 'internal-error';
}

/** What is known of the run of a build whose worker cannot report it any more. */
export function reportOf(request: {
  row: LockRow;
  build: Build | null;
  environment: string;
  kind: OutcomeKind;
  isReported: boolean;
  nowMs: number;
}): RunReport {
  const { row, build, environment, kind, isReported, nowMs } = request;
  const { remedy } = outcomeOf(kind);
  const ended = build === null ? 'is not known to the build service any more' : `ended as ${build.status}`;
  const phase = build?.currentPhase ? ` (phase ${build.currentPhase})` : '';
  const when = isReported ? 'after the worker had written its report' : 'before the worker could report';
  return emptyReport({
    outcome: kind,
    detail: `Build ${build?.id ?? row.buildId} ${ended} ${when}${phase}. Everything it pushed is kept.`,
    remedy,
    branch: row.branch,
    specPath: startedWith(build)?.specPath ?? '',
    environment,
    buildId: build?.id ?? row.buildId ?? '',
    buildUrl: build?.logsUrl ?? null,
    attempt: Math.max(1, row.attempts),
    startedAtMs: build?.startedAtMs ?? row.acquiredAtMs,
    finishedAtMs: build?.endedAtMs ?? nowMs,
  });
}

/** Returns what the poll started a build with, null when the build is gone or was not started by a poll. */
export function startedWith(build: Build | null): BuildVariables | null {
  const parsed = parseBuildVariables(build?.variables ?? {});
  return 'values' in parsed ? parsed.values : null;
}
