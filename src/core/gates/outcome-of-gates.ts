import type { OutcomeKind } from '../outcome.ts';
import { combineVerdicts, type Verdict } from './gate.ts';
import { CHANGE_GATES, type ChangeResults, COMMAND_GATES, type CommandGateName, type GateResults } from './results.ts';

/** How a run ends whose gates have not passed, by the gate that decides and its verdict. */
const ENDINGS = {
  tests: { failed: 'tests-failed', unknown: 'internal-error' },
  coverage: { failed: 'coverage-below', unknown: 'coverage-unknown' },
} as const satisfies Record<CommandGateName, Record<Exclude<Verdict, 'passed'>, OutcomeKind>>;

export interface GatesOutcome {
  /** `passed`, or how the run ends. */
  readonly kind: 'passed' | (typeof ENDINGS)[CommandGateName]['failed' | 'unknown'];
  /** What the deciding gate says, one sentence. */
  readonly detail: string;
}

/** Returns what tests and coverage come to: passed only when both were evaluated and have passed. The first failed gate
 *  decides, or else the first unknown one; a gate that was not evaluated is unknown. */
export function outcomeOfGates(results: Pick<GateResults, CommandGateName>): GatesOutcome {
  const evaluated = COMMAND_GATES.map((name) => results[name] ?? notEvaluated(name));
  const verdict = combineVerdicts(evaluated);
  const deciding = evaluated.find((result) => result.verdict === verdict);
  if (deciding === undefined) return { kind: 'internal-error', detail: 'There is no gate to pass.' };
  return { kind: verdict === 'passed' ? 'passed' : ENDINGS[deciding.gate][verdict], detail: deciding.detail };
}

function notEvaluated(gate: CommandGateName) {
  return { gate, verdict: 'unknown', detail: `The gate "${gate}" was not evaluated.` } as const;
}

/** Returns what the gates about the change that do not let it through say, for people; null where each does. */
export function refusalOfChange(results: ChangeResults): string | null {
  const refusing = CHANGE_GATES.flatMap((name) => {
    const result = results[name];
    return result === null || result.verdict === 'passed' ? [] : [`${name}: ${result.detail}`];
  });
  return refusing.length === 0 ? null : refusing.join('\n');
}
