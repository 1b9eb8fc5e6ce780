export interface StackOutputs {
  readonly status: string;
  readonly outputs: ReadonlyMap<string, string>;
}

/** What of an environment there is in its account. Null where AWS says that there is no such thing; every method throws AWS_REQUEST_FAILED. */
export interface DeployedParts {
  stack(name: string): Promise<StackOutputs | null>;
  bucketExists(name: string): Promise<boolean>;
  /** AWS's word, such as ACTIVE. */
  tableStatus(name: string): Promise<string | null>;
  /** AWS's word, such as Active, of a function that the caller may invoke: a DryRun, which runs nothing, has shown it. */
  functionState(name: string): Promise<string | null>;
  /** Runs a function with an event, and returns its answer as text; `isFailure` where the function threw. */
  invoke(name: string, event: object): Promise<{ readonly text: string; readonly isFailure: boolean }>;
  projectExists(name: string): Promise<boolean>;
  /** Whether a build of the project was ever started (AWS keeps them a year). */
  wasEverBuilt(project: string): Promise<boolean>;
  /** AWS's word, such as ENABLED. */
  ruleState(name: string): Promise<string | null>;
}
