import { WorkerError } from '../errors.ts';
import { REPOSITORY_FILE } from '../names.ts';

/** Returns REPOSITORY_FILE_INVALID for a `folder` of the rules that the branch does not have; `source` names their file for people. */
export function missingFolder({ source, folder }: { source: string; folder: string }): WorkerError {
  return new WorkerError({
    code: 'REPOSITORY_FILE_INVALID',
    what: `${source} names the folder ${JSON.stringify(folder)}, which the branch does not have.`,
    why: 'It is missing, a file, or reached through a link.',
    remedy: `Correct "folder" in ${REPOSITORY_FILE} on the default branch, or add the folder to the branch.`,
  });
}
