import type { Repository } from '../../../core/ports/repository.ts';
import type { WorkspaceFiles } from '../../../core/ports/workspace-files.ts';
import { decodeManifest } from '../../../core/repository/ecosystems/manifest-text.ts';
import type { WantedText } from '../../../core/repository/file-tree.ts';

/** As much as is looked at in a workspace. */
const LIMITS = { paths: 20_000, fileBytes: 1024 * 1024, startBytes: 16 * 1024, manifests: 500, starts: 300 };

/** Returns the files of a commit as `findCommands` looks at them, without a check-out. */
export function filesOfCommit(
  repository: Pick<Repository, 'paths' | 'read'>,
  commit: string,
): Pick<WorkspaceFiles, 'look'> {
  return {
    async look(folder, wanted) {
      const prefix = folder === '.' ? '' : `${folder}/`;
      const inside = (await repository.paths(commit)).filter((path) => path.startsWith(prefix));
      if (inside.length === 0) return null;
      const paths = shallowFirst(inside.map((path) => path.slice(prefix.length))).slice(0, LIMITS.paths);
      const of = (kind: WantedText) => paths.filter((path) => wanted(path) === kind);
      const texts: Record<string, string> = {};
      const keep = async (path: string, kind: WantedText) => {
        const bytes = await repository.read(commit, `${prefix}${path}`);
        if (bytes === null || (kind === 'whole' && bytes.length > LIMITS.fileBytes)) return;
        texts[path] = decodeManifest(path, kind === 'whole' ? bytes : bytes.subarray(0, LIMITS.startBytes));
      };
      for (const path of of('whole').slice(0, LIMITS.manifests)) await keep(path, 'whole');
      for (const path of of('start').slice(0, LIMITS.starts)) await keep(path, 'start');
      return { paths, texts };
    },
  };
}

function shallowFirst(paths: readonly string[]): string[] {
  const depthOf = (path: string) => path.split('/').length;
  return paths.toSorted((one, other) => depthOf(one) - depthOf(other));
}
