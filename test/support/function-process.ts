import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DRIVER = fileURLToPath(new URL('../fixtures/function-driver.mjs', import.meta.url));

export interface FunctionProcess {
  /** Calls `handler(event)`; rejects with what it threw, all of its fields included. */
  invoke(event: unknown): Promise<unknown>;
  /** What it printed so far. */
  output(): string;
  end(): Promise<void>;
}

/** Starts a process of plain Node that imports the bundle of a function and calls its handler. */
export function startFunction(bundleFile: string, env: Readonly<Record<string, string>>): FunctionProcess {
  const child = fork(DRIVER, [bundleFile], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, ...env },
    execArgv: [],
  });
  const ended = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    output: () => output,
    async invoke(event) {
      child.send({ event });
      const early = ended.then(() => {
        throw new Error(`The function's process ended: ${output}`);
      });
      const [answer] = await Promise.race([once(child, 'message'), early]);
      const { result, error } = answer as { result?: unknown; error?: { message: string } };
      if (error) throw Object.assign(new Error(error.message), error);
      return result;
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
