import type { BaselineVerdict } from '../../../core/lifecycle/baseline-record.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import { describeBaselineFailure, remedyOfBaseline } from '../../../core/report/baseline-failure.ts';
import { passingFailure } from '../../../core/repository/command-failure.ts';
import { redactTexts } from '../../../core/secrets/redact-texts.ts';
import type { RunContext } from '../../run-context.ts';
import { endRun, type RunResult } from '../../run-result.ts';
import type { TestsResult } from '../test.ts';
import type { Baseline } from './measure-baseline.ts';

type Redacting = Pick<RunContext, 'redact'>;

/** Returns how a run ends that came to no verdict on the base line, null where there is one. */
export function endOf(
  context: Redacting,
  { kind, detail, result }: Pick<Baseline, 'kind' | 'detail' | 'result'>,
): RunResult | null {
  if (kind === 'unavailable' || kind === 'setup-failed') return endOfInstall(context, result);
  return kind === 'aborted' ? endRun({ kind: 'internal-error', detail }) : null;
}

/** Returns how a run ends for a command that did not do its work, by its own fault or by that of a network or a registry. */
export function endOfInstall(
  { redact }: Redacting,
  { detail, logs, failure }: Pick<TestsResult, 'detail' | 'logs' | 'failure'>,
): RunResult {
  const last = logs.at(-1);
  // Before lines are drawn over: that may leave a part of a secret.
  const sign = last === undefined ? null : passingFailure({ ...last, output: redact(last.output) });
  if (sign === null) return endRun({ kind: 'setup-failed', detail, failure });
  const told = `A network or a registry failed before the agent started: ${sign}`;
  return endRun({ kind: 'service-unavailable', detail: told, failure });
}

/** Returns the verdict on a commit, without secrets. */
export function verdictOf(
  { redact, clock }: Redacting & { clock: Pick<Clock, 'now'> },
  { baseline, commit, basis }: { baseline: Baseline; commit: string; basis: string },
): BaselineVerdict {
  const { kind, detail, result, isAllowable } = baseline;
  const { failures, failure, unnamed } = redactTexts(
    { failures: baseline.failures, failure: baseline.failure, unnamed: baseline.unnamed },
    redact,
  );
  const { counts = null } = result.gates.tests ?? {};
  const { lineTotals = [] } = result.gates.coverage ?? {};
  const verdict = {
    commit,
    basis,
    failures: [...failures],
    counts,
    lineTotals: [...lineTotals],
    failure: null,
    atMs: clock.now(),
  };
  if (kind === 'passed' || kind === 'no-tests') return { ...verdict, kind, detail: redact(detail), remedy: '' };
  const failed = { kind: result.kind, commit, detail, failures, unnamed, isAllowable, failure };
  return {
    ...verdict,
    ...{ kind: 'failed', failure },
    detail: redact(describeBaselineFailure(failed)),
    remedy: redact(remedyOfBaseline(failed)),
  };
}
