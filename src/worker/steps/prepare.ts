import { baselineCommit, lastVerdict } from '../../core/lifecycle/baseline-record.ts';
import type { Agent } from '../../core/ports/agent.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import { openRequiredUnits } from '../../core/spec/tasks.ts';
import type { RunResult } from '../run-result.ts';
import type { Plan, Planned, Prepared } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { findLastingFault, type ServiceContext } from './agent/confirm-service.ts';
import { type BaselineContext, judgeBaseline } from './baseline/judge-baseline.ts';
import { commandsOrNothing } from './find-commands.ts';
import { type TryPushContext, tryPush } from './push.ts';
import { type ChooseContext, chooseTools } from './tools/choose-tools.ts';
import { proveTools } from './tools/prove-tools.ts';

export interface PrepareContext extends BaselineContext, ChooseContext, TryPushContext, ServiceContext {
  readonly settings: BaselineContext['settings'] & Pick<RunSettings, 'branch' | 'agentSilenceMs'>;
  readonly telemetry: ServiceContext['telemetry'];
  readonly repository: BaselineContext['repository'] & TryPushContext['repository'];
  readonly locks: BaselineContext['locks'] & ServiceContext['locks'];
  readonly record: BaselineContext['record'] & TryPushContext['record'];
  readonly clock: BaselineContext['clock'] & ServiceContext['clock'];
  readonly monitor: BaselineContext['monitor'] & TryPushContext['monitor'];
  readonly agent: Pick<Agent, 'name' | 'prepare'> & ServiceContext['agent'];
  readonly installation: BaselineContext['installation'] & ServiceContext['installation'];
  readonly sandbox: Pick<Sandbox, 'run' | 'grant' | 'end' | 'home' | 'find'> & ServiceContext['sandbox'];
}

/** Finds the repository's commands. Where there are tasks for the agent, looks whether their tools and the agent start, whether its
 *  work could be pushed, and whether the branch passes as it is, before any money is spent; then it is installed for the agent.
 *  Without such tasks nothing is spent, and only known failures are worth a look. */
export function prepareRepository(context: PrepareContext, from: Planned): Promise<Prepared | RunResult> {
  // Tests after a task start from the same installation as the agent.
  const stepsOfUnit = from.repositoryFile?.verifyEachTask ? 2 : 1;
  return prepareSteps(context, { from, steps: stepsOfUnit * openRequiredUnits(from.tasks).length });
}

/** The same for one step of an agent that is to repair a head whose tasks are all done; its files lie in the workspace. */
export function prepareForRepair(context: PrepareContext, from: Plan): Promise<Prepared | RunResult> {
  return prepareSteps(context, { from: { ...from, stage: 'planned' }, steps: 1 });
}

async function prepareSteps(
  context: PrepareContext,
  { from, steps }: { from: Planned; steps: number },
): Promise<Prepared | RunResult> {
  const { agent, settings, workspaceFiles: files, repository } = context;
  const { repositoryFile } = from;
  const request = { files, repositoryFile, env: settings.commandEnv };
  const found = await commandsOrNothing(request, await repository.paths(from.head));
  // First: where starts are paused, this build is to tell whether they may go on, whatever becomes of its card.
  const fault = steps === 0 ? null : await findLastingFault(context);
  if (fault !== null) return fault;
  const commands = found === null ? null : await chooseTools(context, { commands: found, repositoryFile });
  if (commands !== null && 'stage' in commands) return commands;
  if (steps === 0 && !mayTolerate(from)) {
    const known = await context.locks.getBaseline(settings.holder.lockKey);
    const commit = baselineCommit(known, from.head);
    const baseline = { commit, verdict: lastVerdict(known, commit) };
    return { ...from, stage: 'prepared', commands, tolerated: new Map(), baseline, looksAgain: commands === null };
  }
  const tools: string[] = [];
  const noteVersion = (text: string) => void tools.push(text);
  const missing = commands === null ? null : await proveTools({ ...context, noteVersion }, commands);
  if (missing !== null) return missing;
  const refused = steps === 0 ? null : await tryPush(context);
  if (refused !== null) return refused;
  if (steps > 0) {
    context.reportProgress({ phase: 'agent', text: `Preparing ${agent.name}` });
    await agent.prepare();
  }
  return judgeBaseline(context, { from, commands, tools, steps });
}

function mayTolerate({ repositoryFile }: Planned): boolean {
  const { allowFailures = [], allowKnownFailures = false } = repositoryFile?.baseline ?? {};
  return allowKnownFailures || allowFailures.length > 0;
}
