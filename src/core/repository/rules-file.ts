import { WorkerError } from '../errors.ts';
import { parseRepositoryFile, type RepositorySettings } from './repository-file.ts';

/** What stands at the path of the rules, wherever it was read. */
export interface RulesFile {
  readonly kind: 'file' | 'folder' | 'link' | 'submodule';
  /** In bytes; 0 for what is no file. */
  readonly size: number;
  /** Null for what is no file of text. */
  readonly text: string | null;
}

const SIZE_LIMIT_BYTES = 64 * 1024;

/** Returns the settings in the file of the rules. Throws REPOSITORY_FILE_INVALID with every problem; `source` names the file for
 *  people. */
export function readRulesFile({ kind, size, text }: RulesFile, source: string): RepositorySettings {
  if (kind !== 'file') throw unusable(`${source} is a ${kind}, no file.`, 'Make it a regular file.');
  if (size > SIZE_LIMIT_BYTES) throw unusable(`${source} has ${size} bytes.`, 'Keep it below 64 KiB.');
  if (text === null) throw unusable(`${source} is no text.`, 'Write it as YAML in UTF-8.');
  return parseRepositoryFile(text, source);
}

function unusable(what: string, remedy: string): WorkerError {
  return new WorkerError({ code: 'REPOSITORY_FILE_INVALID', what, remedy });
}
