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
  return {
    lines,
    counts,
    log: (level, message, fields = {}) => void lines.push({ level, message, fields }),
    count: (metric, value) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    flush: () => undefined,
  };
}
