import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, WorkerError } from '../../src/core/errors.ts';
import { isSystemError } from '../../src/core/system-error.ts';

/** Returns the text of a file that somebody named. Throws ARGUMENT_INVALID where it cannot be read. */
export async function readNamedFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new WorkerError({
      code: 'ARGUMENT_INVALID',
      what: `The file ${file} cannot be read.`,
      why: errorMessage(error),
      remedy: 'Name a file that you may read.',
      cause: error,
    });
  }
}

/** Throws ARGUMENT_INVALID for a file that could not be written when the work is done: asked before it begins. */
export async function refuseUnwritable(files: ReadonlyArray<string | undefined>): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    try {
      await checkWritable(file);
    } catch (error) {
      throw new WorkerError({
        code: 'ARGUMENT_INVALID',
        what: `The file ${file} cannot be written, so nothing was begun.`,
        why: errorMessage(error),
        remedy: 'Name a file in a folder that exists and that you may write to.',
        cause: error,
      });
    }
  }
}

async function checkWritable(file: string): Promise<void> {
  await access(path.dirname(path.resolve(file)), constants.W_OK);
  const found = await stat(file).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  });
  if (found === null) return;
  if (found.isDirectory()) throw new Error('it is a folder');
  await access(file, constants.W_OK);
}
