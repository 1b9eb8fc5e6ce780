export interface ConfigureOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  readonly local?: boolean;
  /** Configuration file of this machine. */
  readonly config: string;
  readonly file?: string;
  readonly board?: string;
  readonly repository?: string;
  readonly column?: string;
  readonly email?: string;
  readonly input?: boolean;
  readonly json?: boolean;
}

/** What a command found and did, for programs and for people. */
export interface Report {
  readonly facts: object;
  readonly text: string;
  readonly exitCode: number;
}
