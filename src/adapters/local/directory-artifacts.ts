import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import { checkArtifactPath } from '../../core/report/artifact-path.ts';

/** Stores a run's files in a folder of this machine; `prefix` is `{environment}/{build id}`. */
export function createDirectoryArtifacts(request: { directory: string; prefix: string }): ArtifactStore {
  const location = path.join(request.directory, ...request.prefix.split('/'));
  return {
    location,
    async put(name, content) {
      const file = path.join(location, ...checkArtifactPath(name).split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
  };
}
