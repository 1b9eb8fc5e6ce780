import type { LimitConfig } from '../../core/agent/limits.ts';
import { type AgentConfig, currencyOf } from '../../core/agent/settings.ts';
import { creditLimitIn, readBuildVariables, timeLimitMsIn } from '../../core/build-variables.ts';
import type { Cost } from '../../core/lifecycle/ending.ts';
import type { LockRow } from '../../core/lock.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import { outcomeOf } from '../../core/outcome.ts';
import type { Build } from '../../core/ports/builds.ts';
import { emptyReport, type RunReport } from '../../core/report/run-report.ts';

/** Outcome of a build whose worker published none. */
export function kindOf(build: Build | null): OutcomeKind {
  if (build?.status === 'STOPPED') return 'cancelled';
  if (build?.notRun) return build.notRun.by === 'service' ? 'service-unavailable' : 'setup-incomplete';
  if (build?.status === 'TIMED_OUT') return 'time-limit';
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
  const { remedy, actsNext } = outcomeOf(kind);
  const ended = build === null ? 'is not known to the build service any more' : `ended as ${build.status}`;
  const phase = build?.currentPhase ? ` (phase ${build.currentPhase})` : '';
  const when = isReported ? 'after the worker had written its report' : 'before the worker could report';
  return emptyReport({
    outcome: kind,
    detail: build?.notRun
      ? `Build ${build.id} ended before its commands ran. ${build.notRun.said}`
      : `Build ${build?.id ?? row.buildId} ${ended} ${when}${phase}. Everything it pushed is kept.`,
    remedy,
    actsNext,
    failedCommand: null,
    filesAt: null,
    branch: row.branch,
    specPath: startedWith(build).specPath ?? '',
    environment,
    buildId: build?.id ?? row.buildId ?? '',
    buildUrl: build?.logsUrl ?? null,
    attempt: attemptOf({ row, build }),
    startedAtMs: build?.startedAtMs ?? row.acquiredAtMs,
    finishedAtMs: build?.endedAtMs ?? nowMs,
  });
}

/** Returns what can be read of what the poll started a build with; nothing when the build is gone. */
export function startedWith(build: Build | null): ReturnType<typeof readBuildVariables> {
  return readBuildVariables(build?.variables ?? {});
}

/** Returns the number of the attempt that a build was. */
export function attemptOf({ row, build }: { row: LockRow; build: Build | null }): number {
  return startedWith(build).attempt ?? Math.max(1, row.attempts);
}

/** Returns what a build cost whose worker cannot say it: its own times, up to now where it is gone; what its agent used is
 *  unknown. */
export function costOf(ended: {
  readonly row: LockRow;
  readonly build: Build | null;
  readonly agent: Pick<AgentConfig, 'kind' | 'tokensPerRun'> & {
    readonly limits: Pick<LimitConfig, 'creditsPerRun'>;
  };
  readonly nowMs: number;
}): Cost {
  const { row, build, agent, nowMs } = ended;
  const currency = currencyOf(agent);
  const startedAtMs = build?.startedAtMs || row.acquiredAtMs;
  const endedAtMs = build?.endedAtMs ?? Math.min(nowMs, row.leaseExpiresAtMs);
  return {
    // Whatever is longer was measured by a clock that was set.
    durationMs: build?.neverBegan ? 0 : Math.min(endedAtMs - startedAtMs, timeLimitMsIn(build?.variables ?? {})),
    ...{ credits: 0, tokens: 0, currency },
    isUncertain: !build?.neverBegan,
    limit:
      currency === 'tokens'
        ? agent.tokensPerRun
        : (creditLimitIn(build?.variables ?? {}) ?? agent.limits.creditsPerRun),
  };
}
