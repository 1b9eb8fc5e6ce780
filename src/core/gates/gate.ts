/** What a gate says: `unknown` means that it saw too little to judge, and is not passed. */
export type Verdict = 'passed' | 'failed' | 'unknown';

/** `error` can fail a gate; `warning` and `notice` inform the reviewer. */
export type Severity = 'error' | 'warning' | 'notice';

/** One thing that a person should know, wherever it was found. */
export interface Finding {
  /** Permanent name of the rule, such as `coverage/below-threshold`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Path from the repository's root. */
  readonly path?: string;
  /** From 1. */
  readonly line?: number;
  readonly message: string;
  readonly remedy: string;
}

/** The one decision of a gate; pull request, comment, artifacts and exit code read it and decide nothing again. */
export interface GateResult<Name extends string = string> {
  readonly gate: Name;
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly detail: string;
  readonly findings: readonly Finding[];
}

/** A check that a change must pass before it is handed over. */
export interface Gate<Input, Name extends string = string> {
  readonly name: Name;
  evaluate(input: Input): GateResult<Name>;
}

/** Returns the verdict of all gates together: passed only when there is at least one and each has passed. */
export function combineVerdicts(results: readonly GateResult[]): Verdict {
  if (results.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return results.length > 0 && results.every(({ verdict }) => verdict === 'passed') ? 'passed' : 'unknown';
}
