/** Opens files that nobody has opened yet, each at the moment at which its siblings open it, and sends what went wrong.
 *  Usage: fork('lock-opener.ts', [folder]); then send { startMs, files }. */
import { join } from 'node:path';
import { createSqliteLockStore } from '../../src/local/sqlite-lock-store.ts';

const [folder = ''] = process.argv.slice(2);

process.once('message', ({ startMs, files }: { startMs: number; files: number }) => {
  const problems: string[] = [];
  for (let file = 0; file < files; file += 1) {
    while (Date.now() < startMs + file * 6);
    try {
      createSqliteLockStore({ file: join(folder, `${file}.sqlite`) }).close();
    } catch (error) {
      problems.push(String(error));
    }
  }
  process.send?.(problems);
  process.disconnect();
});
process.send?.('ready');
