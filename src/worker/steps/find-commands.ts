import { REPOSITORY_FILE } from '../../core/names.ts';
import type { WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import { hasNoManifest, hasNoTests } from '../../core/repository/baseline/greenfield.ts';
import { type Commands, CommandsNotDetected, selectCommands } from '../../core/repository/commands.ts';
import { wantedText } from '../../core/repository/ecosystems/detect.ts';
import { withFolder } from '../../core/repository/file-tree.ts';
import { missingFolder } from '../../core/repository/missing-folder.ts';
import type { RepositorySettings } from '../../core/repository/repository-file.ts';

export interface CommandsRequest {
  readonly files: Pick<WorkspaceFiles, 'look'>;
  readonly repositoryFile: RepositorySettings | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Returns how the checked-out repository is installed, tested and measured. Throws COMMANDS_NOT_DETECTED,
 *  REPOSITORY_FILE_INVALID (its folder is not there) and CONFIG_INVALID (a command variable is unreadable). */
export async function findCommands(request: CommandsRequest): Promise<Commands> {
  const { files, repositoryFile, env } = request;
  const folder = repositoryFile?.folder ?? '.';
  const root = await files.look('.', wantedText);
  const inside = folder === '.' ? root : await files.look(folder, wantedText);
  if (root === null || inside === null) {
    throw missingFolder({ source: repositoryFile?.source ?? REPOSITORY_FILE, folder });
  }
  return selectCommands({ repositoryFile, env, tree: folder === '.' ? root : withFolder(root, { folder, inside }) });
}

/** Returns the same; null where a commit with these paths has nothing to test yet, so that a task may bring it. Throws as
 *  `findCommands` where there are tests, or tool chains, that it cannot make out. */
export async function commandsOrNothing(request: CommandsRequest, paths: readonly string[]): Promise<Commands | null> {
  try {
    return await findCommands(request);
  } catch (error) {
    if (!(error instanceof CommandsNotDetected)) throw error;
    if ((error.isUntested && hasNoTests(paths)) || hasNoManifest(paths)) return null;
    throw error;
  }
}
