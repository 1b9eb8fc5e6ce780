import type { EvidenceGateResult } from '../evidence/gate.ts';
import type { CoverageGateResult } from './coverage/gate.ts';
import type { ChangedLinesResult } from './coverage/lines/gate.ts';
import type { Finding } from './finding.ts';
import type { GateResult } from './gate.ts';
import type { TestsGateResult } from './tests.ts';

/** Gates about what the repository's commands leave, in the order in which they decide. */
export const COMMAND_GATES = ['tests', 'coverage'] as const;

/** Gates about what the run changed, evaluated once those before have passed; in the order in which they are shown. */
export const CHANGE_GATES = ['test-integrity', 'changed-lines', 'secrets', 'dependencies', 'evidence'] as const;

/** Every gate that a change must pass. */
export const GATE_NAMES = [...COMMAND_GATES, ...CHANGE_GATES] as const;

export type CommandGateName = (typeof COMMAND_GATES)[number];
type ChangeGateName = (typeof CHANGE_GATES)[number];
type GateName = CommandGateName | ChangeGateName;

interface Results extends Record<GateName, GateResult> {
  readonly tests: TestsGateResult;
  readonly coverage: CoverageGateResult;
  readonly 'test-integrity': GateResult<'test-integrity'>;
  readonly 'changed-lines': ChangedLinesResult;
  readonly secrets: GateResult<'secrets'>;
  readonly dependencies: GateResult<'dependencies'>;
  readonly evidence: EvidenceGateResult;
}

/** What each gate decided in a run; null where it was not evaluated. */
export type GateResults = { readonly [Name in GateName]: Results[Name] | null };

/** What the gates about the change decided. */
export type ChangeResults = Pick<GateResults, ChangeGateName>;

/** No gate about the change was evaluated. */
export const NO_CHANGE_RESULTS: ChangeResults = {
  'test-integrity': null,
  'changed-lines': null,
  secrets: null,
  dependencies: null,
  evidence: null,
};

/** The results of a run that ended before its gates. */
export const NO_GATE_RESULTS: GateResults = { tests: null, coverage: null, ...NO_CHANGE_RESULTS };

/** Returns the findings of all gates. */
export function findingsOf(results: GateResults): Finding[] {
  return GATE_NAMES.flatMap((name) => results[name]?.findings ?? []);
}
