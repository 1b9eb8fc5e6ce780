import { METRICS, type Metric } from '../../core/names.ts';
import { type OutcomeKind, outcomeOf } from '../../core/outcome.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';

/** Counts what is not zero: CloudWatch bills each metric for every hour in which it has data, so an idle environment sends none. */
export function countMetrics(telemetry: Telemetry, counts: Partial<Readonly<Record<Metric, number>>>): void {
  for (const [metric, count] of entriesOf(counts)) {
    if (count > 0) telemetry.count(metric, count);
  }
}

/** Counts a run as completed or failed, where it is one of the two. Whoever releases the run's lock counts it, so that each run
 *  counts once, also one whose worker was killed. */
export function countRun(telemetry: Pick<Telemetry, 'count'>, kind: OutcomeKind): void {
  const { countsAs } = outcomeOf(kind);
  if (countsAs !== 'neither') telemetry.count(countsAs === 'failed' ? METRICS.runsFailed : METRICS.runsCompleted, 1);
}

function entriesOf(counts: Partial<Readonly<Record<Metric, number>>>): Array<[Metric, number]> {
  const isMetric = (name: string): name is Metric => Object.hasOwn(counts, name);
  return Object.keys(counts).flatMap((name) => (isMetric(name) ? [[name, counts[name] ?? 0] as [Metric, number]] : []));
}
