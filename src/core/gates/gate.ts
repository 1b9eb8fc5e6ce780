import type { Finding } from './finding.ts';

/** What a gate decides: `unknown` means that it saw too little to judge, and is not passed. */
export type Verdict = 'passed' | 'failed' | 'unknown';

/** The one decision of a gate; pull request, comment, artifacts and exit code read it and decide nothing again. */
export interface GateResult<Name extends string = string> {
  readonly gate: Name;
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly detail: string;
  /** A verdict other than passed has at least one, of severity error. */
  readonly findings: readonly Finding[];
}

/** A check that a change must pass before it is handed over. */
export interface Gate<Input, Result extends GateResult> {
  readonly name: Result['gate'];
  evaluate(input: Input): Result;
}

/** Returns the verdict of all gates together: passed only when there is at least one and each has passed. */
export function combineVerdicts(results: ReadonlyArray<Pick<GateResult, 'verdict'>>): Verdict {
  if (results.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return results.length > 0 && results.every(({ verdict }) => verdict === 'passed') ? 'passed' : 'unknown';
}
