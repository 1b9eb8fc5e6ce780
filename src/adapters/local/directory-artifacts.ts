import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import { checkArtifactPath } from '../../core/report/artifact-path.ts';

/** Stores a run's files in a folder of this machine; `prefix` is `{environment}/{build id}`. A file is there as a whole or not
 *  at all, on a full disk too. */
export function createDirectoryArtifacts(request: { directory: string; prefix: string }): ArtifactStore {
  const location = path.join(request.directory, ...request.prefix.split('/'));
  return {
    location,
    async put(name, content) {
      const file = path.join(location, ...checkArtifactPath(name).split('/'));
      try {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        await writeWhole(file, content);
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

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, content, { mode: 0o600 });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
