import { readFile } from 'node:fs/promises';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { fields } from '../../core/json-lines.ts';
import type { ReadProjectConfig } from '../../core/ports/settings.ts';

/** Reads the project configuration from a file; null when there is none. Throws CONFIG_INVALID when it cannot be read. */
export function createReadProjectConfigFile(file: string): ReadProjectConfig {
  return async () => {
    try {
      return { text: await readFile(file, 'utf8'), source: file };
    } catch (error) {
      if (fields(error).code === 'ENOENT') return null;
      throw new WorkerError({
        code: 'CONFIG_INVALID',
        what: `The configuration file ${file} cannot be read.`,
        why: errorMessage(error),
        remedy: 'Make it a file that you may read, or name another one with --config.',
        cause: error,
      });
    }
  };
}
