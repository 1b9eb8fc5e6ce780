export interface StackState {
  readonly name: string;
  /** CloudFormation's word, null where there is no such stack. */
  readonly status: string | null;
  readonly changedAtMs: number | null;
}

export interface AlarmState {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly sinceMs: number | null;
}

/** What AWS says of a deployed environment. Every method throws AWS_REQUEST_FAILED. */
export interface EnvironmentState {
  stack(name: string): Promise<StackState>;
  /** Content hash of the release that new builds run, null when none was chosen. Throws RELEASE_INVALID for another text. */
  release(): Promise<string | null>;
  /** Messages in a queue, about; null where there is no queue. */
  waiting(queueName: string): Promise<number | null>;
  /** Those of the named alarms that there are. */
  alarms(names: readonly string[]): Promise<AlarmState[]>;
  /** Lowest value of one of our metrics since a moment; null without data. */
  lowest(metric: string, sinceMs: number): Promise<number | null>;
}
