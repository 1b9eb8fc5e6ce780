import type { Telemetry } from '../../src/core/ports/telemetry.ts';

export interface RecordingTelemetry extends Telemetry {
  readonly lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[];
  /** Sums by metric. */
  readonly counts: Map<string, number>;
}

/** Telemetry that records everything, for tests to look at. */
export function createRecordingTelemetry(): RecordingTelemetry {
  const lines: RecordingTelemetry['lines'] = [];
  const counts = new Map<string, number>();
  const recordAt =
    (level: string): Telemetry['info'] =>
    (message, fields = {}) =>
      void lines.push({ level, message, fields });
  return {
    lines,
    counts,
    debug: recordAt('debug'),
    info: recordAt('info'),
    warn: recordAt('warn'),
    error: recordAt('error'),
    count: (metric, value) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    flush: () => undefined,
  };
}
