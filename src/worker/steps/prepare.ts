import type { Agent } from '../../core/ports/agent.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import type { Repository } from '../../core/ports/repository.ts';
import { openRequiredUnits } from '../../core/spec/tasks.ts';
import type { RunResult } from '../run-result.ts';
import type { Planned, Prepared } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { findLastingFault, type ServiceContext } from './agent/confirm-service.ts';
import { type ChooseContext, chooseTools } from './choose-tools.ts';
import { findCommands } from './find-commands.ts';
import { proveTools } from './prove-tools.ts';
import { type TryPushContext, tryPush } from './push.ts';
import { runInstall } from './test.ts';
import { type CommandsContext, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface PrepareContext extends ChooseContext, CommandsContext, TryPushContext, ServiceContext {
  readonly settings: Pick<RunSettings, 'branch' | 'coverageThresholdPct' | 'commandEnv' | 'agentSilenceMs'>;
  readonly telemetry: ServiceContext['telemetry'];
  readonly repository: CommandsContext['repository'] & TryPushContext['repository'] & Pick<Repository, 'keepInstalled'>;
  readonly monitor: CommandsContext['monitor'] & TryPushContext['monitor'];
  readonly agent: Pick<Agent, 'name' | 'prepare'> & ServiceContext['agent'];
  readonly installation: CommandsContext['installation'] & ServiceContext['installation'];
  readonly sandbox: Pick<Sandbox, 'run' | 'grant' | 'end' | 'home' | 'find'> & ServiceContext['sandbox'];
}

/** Finds the repository's commands. Where there are tasks for the agent, looks whether their tools and the agent start and whether its
 *  work could be pushed, and installs the repository for it, before any money is spent; what is tested later is installed anew. */
export async function prepareRepository(context: PrepareContext, from: Planned): Promise<Prepared | RunResult> {
  const { agent, settings, workspaceFiles: files } = context;
  const { repositoryFile } = from;
  const found = await findCommands({ files, repositoryFile, env: settings.commandEnv });
  const steps = openRequiredUnits(from.tasks).length;
  // First: where starts are paused, this build is to tell whether they may go on, whatever becomes of its card.
  const fault = steps === 0 ? null : await findLastingFault(context);
  if (fault !== null) return fault;
  const commands = await chooseTools(context, { commands: found, repositoryFile });
  if ('stage' in commands) return commands;
  const prepared: Prepared = { ...from, stage: 'prepared', commands };
  if (steps === 0) return prepared;
  const unusable = (await proveTools(context, commands)) ?? (await tryPush(context));
  if (unusable !== null) return unusable;
  context.reportProgress({ phase: 'agent', text: `Preparing ${agent.name}` });
  await agent.prepare();
  const failed = await runInstall(testRequest(context, { commands, repositoryFile }), { steps });
  if (failed === null) {
    await context.repository.keepInstalled();
    return prepared;
  }
  recordLogs(context, failed);
  return resultOfTests(context, failed);
}
