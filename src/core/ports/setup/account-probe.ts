/** Tries out what only an account can tell. Every method throws AWS_REQUEST_FAILED. */
export interface AccountProbe {
  /** Starts a build of the project that has no source and runs a shell script; returns its id. */
  startScript(script: string): Promise<string>;
  /** Lets an alarm ring as if its metric did; it falls silent by itself. */
  ring(alarmName: string): Promise<void>;
  /** AWS's words about what the alarm has done since then. */
  actionsOf(alarmName: string, sinceMs: number): Promise<string[]>;
  /** First value of FILL(m, 0) over a metric that was never written, null where there is none. */
  fillOfNothing(): Promise<number | null>;
}
