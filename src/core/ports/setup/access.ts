/** What IAM says of one action. `unknown`: the answer hangs on what nobody can say beforehand, or does not mention the action. */
export type AccessVerdict =
  | { readonly action: string; readonly state: 'allowed' }
  | { readonly action: string; readonly state: 'denied' | 'unknown'; readonly why: string };

/** Asks IAM what somebody may do; nothing is done. */
export interface AccessSimulator {
  /** Returns one verdict per action, the worst over all resources. Throws AWS_REQUEST_FAILED, also when the caller may not ask. */
  simulate(request: {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    /** Condition key => value. */
    readonly context: Readonly<Record<string, string>>;
  }): Promise<AccessVerdict[]>;
}
