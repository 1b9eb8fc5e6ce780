import { NO_GATE_RESULTS } from '../../core/gates/results.ts';
import type { LockRow } from '../../core/lock.ts';
import { ENV } from '../../core/names.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import { outcomeOf } from '../../core/outcome.ts';
import type { Build } from '../../core/ports/builds.ts';
import type { RunReport } from '../../core/report/run-report.ts';

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
  return {
    outcome: kind,
    detail: `Build ${build?.id ?? row.buildId} ${ended} ${when}${phase}. Everything it pushed is kept.`,
    remedy,
    branch: row.branch,
    specPath: build?.variables[ENV.specPath] ?? '',
    environment,
    buildId: build?.id ?? row.buildId ?? '',
    buildUrl: build?.logsUrl ?? null,
    attempt: Math.max(1, row.attempts),
    startedAtMs: build?.startedAtMs ?? row.acquiredAtMs,
    finishedAtMs: build?.endedAtMs ?? nowMs,
    head: null,
    tasks: [],
    gates: NO_GATE_RESULTS,
    findings: [],
    agentCredits: null,
    changedFiles: [],
  };
}

/** Parses a number that the poll passed to the build. */
export function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
