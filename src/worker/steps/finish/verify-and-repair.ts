import { isEnded, type RunResult } from '../../run-result.ts';
import type { Implemented, Verified } from '../../run-states.ts';
import { type VerifyContext, verify } from '../verify.ts';
import { type RepairContext, repair } from './repair.ts';
import { forgetRounds } from './rounds.ts';

type FinishContext = VerifyContext & RepairContext;

/** Verifies the head; while it does not pass, and a repair round is left, lets the agent repair it and verifies again. Returns the verdict
 *  on the last head. */
export async function verifyAndRepair(context: FinishContext, from: Implemented): Promise<Verified | RunResult> {
  const { record } = context;
  let state = from;
  let verdict = await verify(context, state);
  // Otherwise this run has never looked whether the agent could start, nor at the base line.
  let wasPrepared = record.current().finishedTasks > 0 && state.baseline.verdict !== null;
  while (isEnded(verdict)) {
    const repaired = await repair(context, { state, verdict, wasPrepared });
    if (repaired.kind === 'ended') return repaired.result;
    state = repaired.state;
    wasPrepared = true;
    // What changed nothing would be judged alike.
    if (repaired.kind === 'unchanged') continue;
    record.reach(state);
    verdict = await verify(context, state);
  }
  await forgetRounds(context);
  return verdict;
}
