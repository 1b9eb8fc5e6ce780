export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Logs and metrics. No method throws, whatever the fields are: what cannot be written is dropped. */
export interface Telemetry {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Adds to one of core/names.ts METRICS. */
  count(metric: string, value: number): void;
  /** Sends buffered metrics; called once at the end of a poll or run. */
  flush(): void;
}
