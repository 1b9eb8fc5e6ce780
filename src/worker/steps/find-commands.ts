import { WorkerError } from '../../core/errors.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import type { WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import { type Commands, selectCommands } from '../../core/repository/commands.ts';
import { DETECTION_FILES } from '../../core/repository/ecosystems/detect.ts';
import type { RepositorySettings } from '../../core/repository/repository-file.ts';

/** Returns how the checked-out repository is installed, tested and measured. Throws COMMANDS_NOT_DETECTED,
 *  REPOSITORY_FILE_INVALID (its folder is not there) and CONFIG_INVALID (a command variable is unreadable). */
export async function findCommands(request: {
  readonly files: WorkspaceFiles;
  readonly repositoryFile: RepositorySettings | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<Commands> {
  const { files, repositoryFile, env } = request;
  const folder = repositoryFile?.folder ?? '.';
  const content = await files.look(folder, DETECTION_FILES);
  if (content === null) {
    throw new WorkerError({
      code: 'REPOSITORY_FILE_INVALID',
      what: `${repositoryFile?.source ?? REPOSITORY_FILE} names the folder ${JSON.stringify(folder)}, which the branch does not have.`,
      why: 'It is missing, a file, or reached through a link.',
      remedy: `Correct "folder" in ${REPOSITORY_FILE} on the default branch, or add the folder to the branch.`,
    });
  }
  return selectCommands({ repositoryFile, env, files: content.names, texts: content.texts });
}
