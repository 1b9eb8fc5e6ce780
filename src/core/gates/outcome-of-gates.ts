import type { OutcomeKind } from '../outcome.ts';
import { combineVerdicts, type Verdict } from './gate.ts';
import { GATE_NAMES, type GateName, type GateResults } from './results.ts';

/** How a run ends whose gates have not passed, by the gate that decides and its verdict. */
const ENDINGS = {
  tests: { failed: 'tests-failed', unknown: 'internal-error' },
  coverage: { failed: 'coverage-below', unknown: 'coverage-unknown' },
} as const satisfies Record<GateName, Record<Exclude<Verdict, 'passed'>, OutcomeKind>>;

export interface GatesOutcome {
  /** `passed`, or how the run ends. */
  readonly kind: 'passed' | (typeof ENDINGS)[GateName]['failed' | 'unknown'];
  /** What the deciding gate says, one sentence. */
  readonly detail: string;
}

/** Returns what the gates of a run come to: passed only when every gate was evaluated and has passed. The first failed gate
 *  decides, or else the first unknown one; a gate that was not evaluated is unknown. */
export function outcomeOfGates(results: GateResults): GatesOutcome {
  const evaluated = GATE_NAMES.map((name) => results[name] ?? notEvaluated(name));
  const verdict = combineVerdicts(evaluated);
  const deciding = evaluated.find((result) => result.verdict === verdict);
  if (deciding === undefined) return { kind: 'internal-error', detail: 'There is no gate to pass.' };
  return { kind: verdict === 'passed' ? 'passed' : ENDINGS[deciding.gate][verdict], detail: deciding.detail };
}

function notEvaluated(gate: GateName) {
  return { gate, verdict: 'unknown', detail: `The gate "${gate}" was not evaluated.` } as const;
}
