import type { Metric } from '../names.ts';

/** Says in a few constant words what happened; what differs from time to time stands in the fields. */
type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** No method throws, whatever the fields are: what cannot be written is dropped. */
export interface Logger {
  readonly debug: Log;
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
}

/** Logs and metrics. */
export interface Telemetry extends Logger {
  count(metric: Metric, value: number): void;
  /** Sends buffered metrics; called once at the end of a poll or run. */
  flush(): void;
}
