import path from 'node:path';
import { makeCaptures, writeCaptures } from '../../test/rehearsal/terminal/captures.ts';

/** Makes the text captures of the documents anew, in terminals of tmux against an emulator (docs/captures). */
process.env.REHEARSAL_FOLDER ??= path.resolve('.rehearsal');
const captures = await makeCaptures((text) => process.stderr.write(`${text}\n`));
await writeCaptures(path.resolve(import.meta.dirname, '../../docs/captures'), captures);
