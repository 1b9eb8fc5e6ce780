import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Holder } from '../../src/core/lock.ts';
import type { Contenders } from './lock-contention.ts';

const PROGRAM = fileURLToPath(new URL('./lock-contender.ts', import.meta.url));

/** Returns a process of its own with `clients` contenders on a lock file, once it is ready. */
export async function contendersInProcess(file: string, clients: number): Promise<Contenders> {
  const child = fork(PROGRAM, [file, String(clients)], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  /** The next message; an early end of the process is an error, not a silence. */
  const message = () =>
    Promise.race([
      once(child, 'message').then(([value]) => value),
      ended.then(([code, signal]) => {
        throw new Error(`The contenders' process ended with ${code ?? signal}.`);
      }),
    ]);
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
