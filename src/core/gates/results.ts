import type { CoverageGateResult } from './coverage/gate.ts';
import type { Finding } from './finding.ts';
import type { TestsGateResult } from './tests.ts';

/** Every gate that a change must pass, in the order in which they decide. */
export const GATE_NAMES = ['tests', 'coverage'] as const;

export type GateName = (typeof GATE_NAMES)[number];

interface Results {
  readonly tests: TestsGateResult;
  readonly coverage: CoverageGateResult;
}

/** What each gate decided in a run; null where the run ended before it. */
export type GateResults = { readonly [Name in GateName]: Results[Name] | null };

/** The results of a run that ended before its gates. */
export const NO_GATE_RESULTS: GateResults = { tests: null, coverage: null };

/** Returns the findings of all gates. */
export function findingsOf(results: GateResults): Finding[] {
  return GATE_NAMES.flatMap((name) => results[name]?.findings ?? []);
}
