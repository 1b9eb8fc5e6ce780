import { text } from 'node:stream/consumers';
import { WorkerError } from '../../../src/core/errors.ts';
import { askSecret, mayAsk } from '../../terminal/ask.ts';
import { readNamedFile } from '../named-files.ts';

/** Returns what somebody enters for a secret, and where it came from: a file, a prompt without echo, or standard input; never the command
 *  line, which the shell's history and the list of processes show. Throws ARGUMENT_INVALID where none of them is there. */
export async function readSecret(
  label: string,
  { file, input }: { file?: string | undefined; input?: boolean | undefined },
): Promise<{ text: string; source: string }> {
  if (file !== undefined) return { text: await readNamedFile(file), source: `the file ${file}` };
  if (mayAsk(input)) return { text: await askSecret(`${label}:`), source: 'the prompt' };
  if (process.stdin.isTTY !== true) return { text: await text(process.stdin), source: 'standard input' };
  throw new WorkerError({
    code: 'ARGUMENT_INVALID',
    what: `There is nobody to ask for ${label}.`,
    remedy: 'Give it by --file FILE or on standard input, or leave out --no-input.',
  });
}
