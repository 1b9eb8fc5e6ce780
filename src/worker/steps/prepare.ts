import type { Agent } from '../../core/ports/agent.ts';
import { openRequiredUnits } from '../../core/spec/tasks.ts';
import type { RunResult } from '../run-result.ts';
import type { Planned, Prepared } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { findLastingFault, type ServiceContext } from './confirm-service.ts';
import { findCommands } from './find-commands.ts';
import { runInstall } from './test.ts';
import { type CommandsContext, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface PrepareContext extends CommandsContext, ServiceContext {
  readonly settings: Pick<RunSettings, 'coverageThresholdPct' | 'commandEnv' | 'agentSilenceMs'>;
  readonly agent: Pick<Agent, 'name' | 'prepare'> & ServiceContext['agent'];
  readonly installation: CommandsContext['installation'] & ServiceContext['installation'];
  readonly sandbox: CommandsContext['sandbox'] & ServiceContext['sandbox'];
}

/** Finds the repository's commands. Where there are tasks for the agent, looks whether it starts, and installs the repository for it,
 *  before any money is spent; what is tested later is installed anew. */
export async function prepareRepository(context: PrepareContext, from: Planned): Promise<Prepared | RunResult> {
  const { agent, settings, workspaceFiles: files } = context;
  const { repositoryFile } = from;
  const commands = await findCommands({ files, repositoryFile, env: settings.commandEnv });
  const prepared: Prepared = { ...from, stage: 'prepared', commands };
  const steps = openRequiredUnits(from.tasks).length;
  if (steps === 0) return prepared;
  context.reportProgress({ phase: 'agent', text: `Preparing ${agent.name}` });
  await agent.prepare();
  const fault = await findLastingFault(context);
  if (fault !== null) return fault;
  const failed = await runInstall(testRequest(context, { commands, repositoryFile }), { steps });
  if (failed === null) return prepared;
  recordLogs(context, failed);
  return resultOfTests(context, failed);
}
