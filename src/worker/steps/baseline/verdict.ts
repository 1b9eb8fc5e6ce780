import type { BaselineVerdict } from '../../../core/lifecycle/baseline-record.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import { describeBaselineFailure, remedyOfBaseline } from '../../../core/report/baseline-failure.ts';
import { passingFailure } from '../../../core/repository/command-failure.ts';
import type { RunContext } from '../../run-context.ts';
import { endRun, type RunResult } from '../../run-result.ts';
import type { TestsResult } from '../test.ts';
import type { Baseline } from './measure-baseline.ts';

/** Returns how a run ends that came to no verdict on the base line, null where there is one. */
export function endOf({ kind, detail, result }: Pick<Baseline, 'kind' | 'detail' | 'result'>): RunResult | null {
  if (kind === 'unavailable' || kind === 'setup-failed') return endOfInstall(result);
  return kind === 'aborted' ? endRun({ kind: 'internal-error', detail }) : null;
}

/** Returns how a run ends for a command that did not do its work, by its own fault or by that of a network or a registry. */
export function endOfInstall({ detail, logs, failure }: Pick<TestsResult, 'detail' | 'logs' | 'failure'>): RunResult {
  const last = logs.at(-1);
  const sign = last === undefined ? null : passingFailure(last);
  if (sign === null) return endRun({ kind: 'setup-failed', detail, failure });
  const told = `A network or a registry failed before the agent started: ${sign}`;
  return endRun({ kind: 'service-unavailable', detail: told, failure });
}

/** As many as a report's reader keeps. */
const MOST_FAILURES = 200;

/** Returns the verdict on a commit, without secrets. */
export function verdictOf(
  { redact, clock }: { redact: RunContext['redact']; clock: Pick<Clock, 'now'> },
  { baseline, commit, basis }: { baseline: Baseline; commit: string; basis: string },
): BaselineVerdict {
  const { kind, detail, result, failure, isAllowable } = baseline;
  const failures = baseline.failures.slice(0, MOST_FAILURES).map(({ name, count }) => ({ name: redact(name), count }));
  const verdict = { commit, basis, failures, failure: null, atMs: clock.now() };
  if (kind === 'passed' || kind === 'no-tests') return { ...verdict, kind, detail: redact(detail), remedy: '' };
  const failed = { kind: result.kind, commit, detail, failures, isAllowable, failure };
  return {
    ...verdict,
    ...{ kind: 'failed', failure },
    detail: redact(describeBaselineFailure(failed)),
    remedy: redact(remedyOfBaseline(failed)),
  };
}
