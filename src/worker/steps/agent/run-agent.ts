import { leftOf, type RunLimits, runLimitsOf, type Use } from '../../../core/agent/limits.ts';
import { renderPrompt } from '../../../core/agent/prompt.ts';
import type { ProjectConfig } from '../../../core/config.ts';
import { createFinding, type Finding } from '../../../core/gates/finding.ts';
import type { Agent, AgentResult } from '../../../core/ports/agent.ts';
import type { Installation } from '../../../core/ports/installation.ts';
import type { Sandbox } from '../../../core/ports/process.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import { EXECUTABLE_CONFIGURATION } from '../../../core/repository/protected-paths.ts';
import { type SpecTask, unitText } from '../../../core/spec/tasks.ts';
import type { Progress, RunContext } from '../../run-context.ts';
import type { RunMonitor } from '../../run-monitor.ts';
import type { RunRecorder } from '../../run-record.ts';
import type { Prepared } from '../../run-states.ts';
import type { RunSettings } from '../../settings.ts';
import { protectedPatterns } from './agent-changes.ts';

export interface AgentContext {
  readonly settings: Pick<
    RunSettings,
    'branch' | 'specPath' | 'agentTimeoutMs' | 'agentSilenceMs' | 'agentCreditLimit'
  >;
  readonly config: Pick<ProjectConfig, 'repository' | 'agent'>;
  readonly agent: Agent;
  readonly repository: Pick<Repository, 'workspace' | 'discard' | 'restore' | 'resetWorkspaceGit'>;
  readonly sandbox: Pick<Sandbox, 'grant' | 'end'>;
  readonly installation: Pick<Installation, 'open'>;
  readonly monitor: Pick<RunMonitor, 'signal' | 'ended'>;
  readonly record: Pick<RunRecorder, 'current' | 'addUse' | 'addLog' | 'addFindings'>;
  readonly reportProgress: RunContext['reportProgress'];
}

/** One unit of the run's plan: the `n`-th of `m`, begun in this state. */
export interface UnitOfRun {
  readonly state: Prepared;
  readonly unit: SpecTask;
  readonly n: number;
  readonly m: number;
}

/** Lets the agent work on one unit. Records log and credits. */
export async function runAgent(context: AgentContext, of: UnitOfRun): Promise<AgentResult> {
  const { state, unit, n, m } = of;
  const log = `agent-${String(n).padStart(2, '0')}.log`;
  return instructAgent(context, {
    state,
    label: labelOf(unit),
    prompt: promptFor(context, of),
    log,
    progress: { n, m },
  });
}

/** What the agent is told to do, and in which state of the branch. */
export interface Instruction {
  readonly state: Pick<Prepared, 'rules' | 'commands'>;
  /** For people. */
  readonly label: string;
  readonly prompt: string;
  /** Name of its log among the run's files. */
  readonly log: string;
  readonly progress: Pick<Progress, 'n' | 'm'>;
}

/** Lets the agent follow a prompt, in the head's files and what install left, without anything that is not committed, and without
 *  configuration that programs execute. Records log and credits. */
export async function instructAgent(
  context: AgentContext,
  { state, label, prompt, log, progress }: Instruction,
): Promise<AgentResult> {
  const { agent, repository, sandbox, monitor, record } = context;
  const limits = limitsOfRun(context);
  const left = leftOf(limits, useOf(context));
  const say = (text: string) => context.reportProgress({ phase: 'implement', text, ...progress });
  say(label);
  await context.installation.open({ home: agent.homeFolders });
  // What an install changes in tracked files is not the agent's work, and the units before have moved the head.
  await repository.discard();
  await repository.restore(state.rules.commit, EXECUTABLE_CONFIGURATION);
  await repository.resetWorkspaceGit();
  await sandbox.grant(repository.workspace);
  const result = await agent.run({
    prompt,
    cwd: repository.workspace,
    ...(state.commands?.environment && { environment: state.commands.environment }),
    // The run's own time limit comes by its signal, and is reported as what it is.
    timeoutMs: Math.min(limits.taskMs, left.runMs ?? limits.taskMs),
    silenceMs: limits.silenceMs,
    creditLimit: left.credits,
    tokenLimit: left.tokens,
    signal: monitor.signal,
    onProgress: (text) => say(`${label}: ${text}`),
  });
  record.addUse(result);
  if (result.kind === 'finished') record.addFindings(result.rejections.map((asked) => refusalOf(label, asked)));
  record.addLog(log, result.transcript);
  await sandbox.end();
  return result;
}

function refusalOf(label: string, asked: string): Finding {
  return createFinding('agent/permission-refused', {
    message: `While working on ${label}, the agent was refused: ${asked}.`,
  });
}

/** Number and title of a task, for people. */
export function labelOf({ id, title }: SpecTask): string {
  return id === null ? title : `${id} ${title}`;
}

function promptFor({ config, settings }: AgentContext, { state, unit, n, m }: UnitOfRun): string {
  return renderPrompt({
    repository: config.repository,
    branch: settings.branch,
    specFolder: settings.specPath,
    specFiles: state.specFiles,
    task: unitText(state.tasks, unit),
    taskNumber: n,
    taskCount: m,
    testCommand: state.commands?.test ?? null,
    protectedPaths: protectedPatterns(state),
  });
}

type Counted = Pick<AgentContext, 'settings' | 'config' | 'record'>;

/** Returns what the agent may use in this build. */
export function limitsOfRun({ config, settings }: Pick<Counted, 'settings' | 'config'>): RunLimits {
  return runLimitsOf(config.agent, settings);
}

/** Returns what the agent has used in this build so far, as far as it said. */
export function useOf({ record }: Pick<Counted, 'record'>): Use {
  const { results, agentMs } = record.current();
  return { ms: agentMs, credits: results.agentCredits ?? 0, tokens: results.agentTokens ?? 0 };
}
