import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import { checkArtifactPath } from '../../core/report/artifact-path.ts';

/** Stores a run's files in a folder of this machine; `prefix` is `{environment}/{build id}`. */
export function createDirectoryArtifacts(request: { directory: string; prefix: string }): ArtifactStore {
  const location = path.join(request.directory, ...request.prefix.split('/'));
  return {
    location,
    async put(name, content) {
      const file = path.join(location, ...checkArtifactPath(name).split('/'));
      try {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(file, content, { mode: 0o600 });
      } catch (error) {
        throw new WorkerError({
          code: 'ARTIFACT_NOT_STORED',
          what: `${file} could not be stored.`,
          why: errorMessage(error),
          remedy: 'Make sure that the folder is yours and that its disk has free space.',
          cause: error,
        });
      }
      return file;
    },
  };
}
