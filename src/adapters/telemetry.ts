import { Logger as StructuredLogger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { errorMessage } from '../core/errors.ts';
import type { Metric } from '../core/names.ts';
import { METRIC_NAMESPACE } from '../core/names.ts';
import type { Logger, Telemetry } from '../core/ports/telemetry.ts';

export interface TelemetryOptions {
  readonly service: string;
  readonly environment: string;
  /** Applied to every text that is logged. */
  readonly redact: (text: string) => string;
}

/** Returns structured JSON logs and CloudWatch metrics (embedded metric format), both on stdout. */
export function createTelemetry({ service, environment, redact }: TelemetryOptions): Telemetry {
  const logger = new StructuredLogger({
    serviceName: service,
    persistentKeys: { environment },
    jsonReplacerFn: (_, value: unknown) => (typeof value === 'string' ? redact(value) : value),
  });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Alarms and dashboard know the one dimension Environment; the library would add "service" of its own.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ Environment: environment });
  let waiting = false;
  const logAt =
    (level: keyof Logger): Logger['info'] =>
    (message, fields = {}) => {
      try {
        logger[level](message, { ...fields });
      } catch (error) {
        logger[level](message, { unreadableFields: errorMessage(error) });
      }
    };
  return {
    debug: logAt('debug'),
    info: logAt('info'),
    warn: logAt('warn'),
    error: logAt('error'),
    count(metric, value) {
      waiting = true;
      metrics.addMetric(metric, unitOf(metric), value);
    },
    flush() {
      if (waiting) metrics.publishStoredMetrics();
      waiting = false;
    },
  };
}

function unitOf(metric: Metric) {
  if (metric.endsWith('Ms')) return MetricUnit.Milliseconds;
  if (metric.endsWith('Pct')) return MetricUnit.Percent;
  return MetricUnit.Count;
}
