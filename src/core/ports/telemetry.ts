import type { Metric } from '../names.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Logs and metrics. No method throws, whatever the fields are: what cannot be written is dropped. */
export interface Telemetry {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  count(metric: Metric, value: number): void;
  /** Sends buffered metrics; called once at the end of a poll or run. */
  flush(): void;
}
