import type { SourceTree } from '../../core/gates/coverage/source-key.ts';
import type { WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { MOST_PATHS } from '../../core/repository/file-tree.ts';

/** Returns where the source files lie that coverage reports of the commands may name. */
export async function sourceTree({
  files,
  workspace,
  commands,
}: {
  files: WorkspaceFiles;
  workspace: string;
  commands: Pick<Commands, 'folder'>;
}): Promise<SourceTree> {
  const listing = await files.look('.', (path) => (/(?:^|\/)go\.mod$/.test(path) ? 'whole' : 'none'));
  const isWhole = listing !== null && listing.paths.length < MOST_PATHS;
  return {
    root: workspace,
    realRoot: await files.realRoot(),
    folder: commands.folder,
    isFile: files.fileIn('.'),
    listing: isWhole ? listing : null,
  };
}
