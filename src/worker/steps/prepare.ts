import type { Agent } from '../../core/ports/agent.ts';
import type { Repository } from '../../core/ports/repository.ts';
import { openRequiredUnits } from '../../core/spec/tasks.ts';
import type { RunResult } from '../run-result.ts';
import type { Planned, Prepared } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { findCommands } from './find-commands.ts';
import { runInstall } from './test.ts';
import { type CommandsContext, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface PrepareContext extends CommandsContext {
  readonly settings: Pick<RunSettings, 'coverageThresholdPct' | 'commandEnv'>;
  readonly agent: Pick<Agent, 'name' | 'prepare'>;
  readonly repository: CommandsContext['repository'] & Pick<Repository, 'keepInstalled'>;
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
  const failed = await runInstall(testRequest(context, { commands, repositoryFile }), { steps });
  if (failed === null) {
    await context.repository.keepInstalled();
    return prepared;
  }
  recordLogs(context, failed);
  return resultOfTests(context, failed);
}
