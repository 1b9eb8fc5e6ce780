/** What is known of one action. `unknown`: the answer hangs on what nobody can say beforehand, or nobody mentions the action. */
export type AccessVerdict =
  | { readonly action: string; readonly state: 'allowed' }
  | { readonly action: string; readonly state: 'denied' | 'unknown'; readonly why: string };

export interface AccessQuestion {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition key => value. */
  readonly context: Readonly<Record<string, string>>;
}

/** Asks IAM what somebody may do; nothing is done. */
export interface AccessSimulator {
  /** Returns one verdict per action, the worst over all resources. Throws AWS_REQUEST_FAILED, also when the caller may not ask. */
  simulate(question: AccessQuestion): Promise<AccessVerdict[]>;
}

/** Tries what the caller may do by calls that change nothing, where IAM does not say. */
export interface AccessTrials {
  /** Returns one verdict per action, the worst over all resources; patterns stay as they are. Unknown for what no such call shows. */
  attempt(question: AccessQuestion): Promise<AccessVerdict[]>;
}
