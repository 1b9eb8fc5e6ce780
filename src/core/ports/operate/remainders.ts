/** A bucket of an environment that no stack owns any more. */
export interface LeftBucket {
  readonly name: string;
  /** Nothing is in it, no earlier version either. */
  readonly isEmpty: boolean;
  /** Key that its objects are encrypted with; null where it names none. */
  readonly keyArn: string | null;
}

/** What belongs to an environment and to no stack. Every method throws AWS_REQUEST_FAILED. */
export interface Remainders {
  /** Names of the parameters that commands have written: release, pause, claim. */
  parameters(): Promise<string[]>;
  /** Nothing when there is none. */
  removeParameter(name: string): Promise<void>;
  /** The artifacts buckets that bear the tags of the environment, whether a stack owns them or not. */
  buckets(): Promise<LeftBucket[]>;
  /** Removes every version of every object; returns how many those were. */
  emptyBucket(name: string, onStep: (removed: number) => void): Promise<number>;
}

/** Protection of tables and log groups themselves, which CloudFormation cannot delete while it is on. Every method throws
 *  AWS_REQUEST_FAILED. */
export interface DataProtection {
  /** Names of those that are protected. */
  list(): Promise<string[]>;
  /** Lifts the protection of all of them. */
  lift(): Promise<void>;
}
