import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import type { Holder } from '../../../src/core/lock.ts';
import { compileCacheOfRun } from '../../support/compile-cache.ts';
import type { Contenders, ContentionReport } from './contention.ts';
import { contend } from './contention.ts';

const PROGRAM = fileURLToPath(new URL('./contender.ts', import.meta.url));

/** Contention on the embedded store: `processes` processes of `clientsEach` clients on one new file in `folder`. */
export async function contendAcrossProcesses({
  folder,
  processes,
  clientsEach,
  rounds,
}: {
  folder: string;
  processes: number;
  clientsEach: number;
  rounds: number;
}): Promise<ContentionReport> {
  const file = join(folder, 'contended-locks.sqlite');
  const groups = await Promise.all(Array.from({ length: processes }, () => contendersInProcess(file, clientsEach)));
  const store = createSqliteLockStore({ file });
  try {
    return await contend(store, { groups, rounds });
  } finally {
    store.close();
    await Promise.all(groups.map((group) => group.close()));
  }
}

/** Returns a process of its own with `clients` contenders on a lock file, once it is ready. */
async function contendersInProcess(file: string, clients: number): Promise<Contenders> {
  const child = fork(PROGRAM, [file, String(clients)], {
    stdio: 'inherit',
    env: { ...process.env, ...compileCacheOfRun() },
  });
  const ended = once(child, 'exit');
  const gone = new AbortController();
  child.once('exit', (code, signal) => gone.abort(new Error(`The contenders' process ended with ${code ?? signal}.`)));
  /** The next message; an early end of the process is an error, not a silence. */
  const message = async () => (await once(child, 'message', { signal: gone.signal }))[0];
  await message();
  return {
    clients,
    async compete(round) {
      child.send(round);
      return (await message()) as Holder[];
    },
    async close() {
      child.disconnect();
      await ended;
    },
  };
}
