import type { Repository } from '../../../core/ports/repository.ts';
import type { WorkspaceFiles } from '../../../core/ports/workspace-files.ts';

/** Returns the files of a commit as `findCommands` looks at them, without a check-out. */
export function filesOfCommit(
  repository: Pick<Repository, 'list' | 'read'>,
  commit: string,
): Pick<WorkspaceFiles, 'look'> {
  return {
    async look(folder, wanted) {
      const names = await repository.list(commit, folder);
      if (names === null) return null;
      const texts: Record<string, string> = {};
      for (const name of names.filter((one) => wanted.includes(one))) {
        const bytes = await repository.read(commit, folder === '.' ? name : `${folder}/${name}`);
        if (bytes !== null && bytes.length <= SIZE_LIMIT) texts[name] = new TextDecoder().decode(bytes);
      }
      return { names, texts };
    },
  };
}

/** As much as is read of a file in the workspace. */
const SIZE_LIMIT = 1024 * 1024;
