import type { RunResult } from '../run-result.ts';
import type { Planned, Prepared } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { findCommands } from './find-commands.ts';
import { runInstall } from './test.ts';
import { type CommandsContext, inSandbox, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface PrepareContext extends CommandsContext {
  readonly settings: Pick<RunSettings, 'coverageThresholdPct' | 'commandEnv'>;
}

/** Finds the repository's commands and installs it, before any money is spent on the agent. */
export async function prepareRepository(context: PrepareContext, from: Planned): Promise<Prepared | RunResult> {
  const { repositoryFile } = from;
  const commands = await findCommands({
    files: context.workspaceFiles,
    repositoryFile,
    env: context.settings.commandEnv,
  });
  const request = testRequest(context, { commands, repositoryFile });
  const failed = await inSandbox(context, () => runInstall(request));
  if (failed !== null) {
    recordLogs(context, failed);
    return resultOfTests(context, failed);
  }
  // What an install changes in tracked files is not the agent's work.
  await context.repository.discard();
  return { ...from, stage: 'prepared', commands };
}
