import { createHash } from 'node:crypto';
import { usedUp } from '../../../core/agent/limits.ts';
import { evidenceOf, type FailedGates, failuresOf } from '../../../core/agent/repair-evidence.ts';
import { DEFAULT_ROUNDS, decideRound, type RepairRound } from '../../../core/lifecycle/repair-rounds.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunRecorder } from '../../run-record.ts';
import { isEnded, type RunResult } from '../../run-result.ts';
import type { Implemented } from '../../run-states.ts';
import { agentFailed } from '../agent/implement.ts';
import { limitsOfRun, useOf } from '../agent/run-agent.ts';
import { installForAgent } from '../baseline/judge-baseline.ts';
import { type PrepareContext, prepareForRepair } from '../prepare.ts';
import { commandsOf } from '../verify.ts';
import { commitRepair, instructRepair, type RepairAgentContext } from './repair-round.ts';
import { giveBackRound, noteRound, type RoundsContext, roundsSoFar } from './rounds.ts';

export type RepairContext = PrepareContext &
  RepairAgentContext &
  RoundsContext & {
    readonly repository: Pick<Repository, 'objects' | 'renew'>;
    readonly monitor: Pick<RunContext['monitor'], 'checkCard' | 'ended'>;
    readonly record: Pick<RunRecorder, 'current' | 'addRepair' | 'reach'>;
    readonly repositoryUrl: string;
  };

/** A head that does not pass. */
interface Failed {
  readonly state: Implemented;
  readonly verdict: RunResult;
  /** The agent is known to start, and the base line to pass. */
  readonly wasPrepared: boolean;
}

/** What became of a round; `ended`: there is none, or it ends the run. */
type Repaired =
  | { readonly kind: 'ended'; readonly result: RunResult }
  | { readonly kind: 'unchanged' | 'committed'; readonly state: Implemented };

/** Lets the agent repair a head once, if that may be repaired and a round is left for it: from a fresh installation of the head, within
 *  what is left of the run's time and credits. The repair is a commit of its own, and ticks nothing. */
export async function repair(context: RepairContext, failed: Failed): Promise<Repaired> {
  const { verdict } = failed;
  const gates = gatesOf(context, failed);
  if (!isRepairable(failed)) return { kind: 'ended', result: verdict };
  const round = await nextRound(context, { failed, gates });
  if (typeof round === 'string') return endWith(verdict, round);
  await context.monitor.checkCard();
  const state = context.monitor.ended() ?? (await makeReady(context, failed));
  if (isEnded(state)) {
    if (state.kind !== 'baseline-failed') return { kind: 'ended', result: state };
    return endWith(verdict, 'The base line fails as well, which is not repaired.');
  }
  await noteRound(context, round.begun);
  return runRound(context, { state, round, gates });
}

interface Round {
  readonly begun: RepairRound;
  /** From 1. */
  readonly number: number;
  readonly most: number;
}

async function runRound(
  context: RepairContext,
  { state, round, gates }: { state: Implemented; round: Round; gates: FailedGates },
): Promise<Repaired> {
  const { monitor, record, redact } = context;
  const { number } = round;
  const label = `repair ${number}`;
  // The names and messages come from files that programs of the branch wrote.
  const evidence = redact(evidenceOf(gates));
  const result = await instructRepair(context, { state, label, evidence, round: number, rounds: round.most });
  const report = { round: number, because: gates.detail, credits: result.credits };
  const unchanged = (): Repaired => {
    record.addRepair({ ...report, commit: null, commitUrl: null });
    return { kind: 'unchanged', state };
  };
  const ended = monitor.ended();
  if (ended !== null) return { kind: 'ended', result: ended };
  if (result.kind !== 'finished') {
    const how = await agentFailed(context, { label, result });
    if (how.kind === 'agent-failed') return unchanged();
    await giveBackRound(context, round.begun);
    return { kind: 'ended', result: how };
  }
  const committed = await commitRepair(context, { state, label, round: number, because: gates.kind });
  if (committed === null) return unchanged();
  if (isEnded(committed)) return { kind: 'ended', result: committed };
  const { head: commit } = committed;
  record.addRepair({ ...report, commit, commitUrl: `${context.repositoryUrl}/commit/${commit}` });
  return { kind: 'committed', state: committed };
}

/** Red tests and what gates block, of what this worker made. What failed before it is not repaired, nor is a machine. */
function isRepairable({ state, verdict: { kind } }: Failed): boolean {
  if (state.head === state.baseline.commit) return false;
  // The base line had a figure: the change took it away.
  if (kind === 'coverage-unknown') return state.baseline.verdict?.kind === 'passed';
  return kind === 'tests-failed' || kind === 'coverage-below' || kind === 'gate-failed';
}

function gatesOf({ record }: RepairContext, { state, verdict }: Failed): FailedGates {
  const { kind, detail, failure = null } = verdict;
  return { kind, detail, failure, gates: record.current().results.gates, tolerated: state.tolerated };
}

/** Returns the next round, or why there is none, one sentence that is empty where rules want none. */
async function nextRound(
  context: RepairContext,
  { failed: { state }, gates }: { failed: Failed; gates: FailedGates },
): Promise<Round | string> {
  const most = state.repositoryFile?.repairRounds ?? DEFAULT_ROUNDS;
  if (most === 0) return '';
  const tree = await context.repository.objects.treeOf(state.head);
  const failures = createHash('sha256')
    .update(JSON.stringify(failuresOf(gates)))
    .digest('hex');
  const rounds = await roundsSoFar(context);
  const decision = decideRound(rounds, { head: { tree, failures }, most });
  if (decision === 'no-progress') return 'The last two repair rounds changed nothing about it.';
  // A row that cannot be read any more knows of none.
  const inThisRun = context.record.current().results.repairs.length;
  if (decision === 'used-up' || inThisRun >= most) return `None of ${most} repair rounds is left.`;
  const limit = usedUp(limitsOfRun(context), useOf(context));
  if (limit !== null) return `No repair round was begun: ${limit} is used up.`;
  return { begun: { tree, failures, atMs: context.clock.now() }, number: rounds.length + 1, most };
}

/** Puts a fresh installation of the head in place for one step of the agent. Where no task was open, tools, agent and base line are looked
 *  at first. */
async function makeReady(context: RepairContext, { state, wasPrepared }: Failed): Promise<Implemented | RunResult> {
  await context.repository.renew();
  if (!wasPrepared) {
    const prepared = await prepareForRepair(context, state);
    return isEnded(prepared) ? prepared : { ...prepared, stage: 'implemented' };
  }
  const commands = state.looksAgain ? await commandsOf(context, state) : state.commands;
  if (commands !== null && 'stage' in commands) return commands;
  return (await installForAgent(context, { from: state, commands, steps: 1 })) ?? state;
}

function endWith(verdict: RunResult, why: string): Repaired {
  return { kind: 'ended', result: { ...verdict, detail: `${verdict.detail} ${why}`.trim() } };
}
