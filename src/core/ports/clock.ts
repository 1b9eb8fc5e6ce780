/** Time of day, time that passes, and waiting. */
export interface Clock {
  /** Milliseconds since the epoch, for points in time that are stored; may jump when somebody sets the clock. */
  now(): number;
  /** Milliseconds since some moment, for limits and durations; never jumps. */
  monotonicMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
