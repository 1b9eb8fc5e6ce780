import { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import { isWorkerError } from '../../../src/core/errors.ts';
import { type Commands, suggestRepositoryFile } from '../../../src/core/repository/commands.ts';
import { wantedText } from '../../../src/core/repository/ecosystems/detect.ts';
import { parseRepositoryFile } from '../../../src/core/repository/repository-file.ts';
import { findCommands } from '../../../src/worker/steps/find-commands.ts';

/** The commands of a repository, or what to write where there are none. */
export type CheckResult =
  | { readonly commands: Commands }
  | { readonly commands: null; readonly problems: readonly string[]; readonly suggestion: string | null };

/** Looks for the commands of a folder's files, as the worker does; `pasted` is its `.kiro-worker.yml`, null when it has none. */
export async function checkRepository(folder: string, pasted: string | null): Promise<CheckResult> {
  const files = createWorkspaceFiles(folder);
  const repositoryFile = pasted === null ? null : parseRepositoryFile(pasted, 'the suggestion');
  try {
    return { commands: await findCommands({ files, repositoryFile, env: {} }) };
  } catch (error) {
    if (!isWorkerError(error, 'COMMANDS_NOT_DETECTED')) throw error;
    const tree = await files.look('.', wantedText);
    if (tree === null) throw error;
    const suggestion = suggestRepositoryFile({ repositoryFile, env: {}, tree });
    return { commands: null, problems: error.problems, suggestion };
  }
}
