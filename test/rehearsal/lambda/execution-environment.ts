import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Invocations } from './invocations.ts';
import { type Answer, serveRuntimeApi } from './runtime-api.ts';

export interface FunctionOptions {
  /** Program of the runtime client. */
  readonly client: string;
  /** Folder with the code, as Lambda unpacks it. */
  readonly folder: string;
  /** `file.export`. */
  readonly handler: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** The function's own variables. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ExecutionEnvironment {
  readonly state: Invocations['state'];
  /** From the start of the process to its first request for an event; null until then. */
  readonly initMs: number | null;
  invoke(event: unknown): Promise<Answer>;
  /** Ends the process at once. */
  end(): Promise<void>;
}

/** Starts one process of a function with a Runtime API of its own, so that a late answer of an old process is never
 *  taken for one of the next. Handles one event at a time; ended by time-out or exit, it is not used again. */
export async function startEnvironment(
  options: FunctionOptions,
  onLine: (line: string) => void,
): Promise<ExecutionEnvironment> {
  const { name: functionName, timeoutMs } = options;
  const invocations = new Invocations({ functionName, timeoutMs, kill: () => void child.kill('SIGKILL') });
  const runtimeApi = await serveRuntimeApi(invocations);
  const child = startProcess(options, new URL(runtimeApi.url).host);
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', onLine);
  const closed = once(child, 'close').then(async ([code, signal]) => {
    invocations.end(signal === null ? `exit status ${code}` : `signal: ${signal}`);
    await runtimeApi.close();
  });

  return {
    get state() {
      return invocations.state;
    },
    get initMs() {
      return invocations.initMs;
    },
    invoke: (event) => invocations.invoke(event),
    async end() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function startProcess(options: FunctionOptions, runtimeApi: string): ChildProcess {
  const { client, folder, handler, name, memoryMb, env } = options;
  return spawn(process.execPath, [client, handler], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // What Lambda sets, and nothing of ours; the mark lets the rehearsal find what was left behind.
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_LAMBDA_RUNTIME_API: runtimeApi,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: handler,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `2030/01/01/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'INFO',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      ...(process.env.REHEARSAL_RUN ? { REHEARSAL_RUN: process.env.REHEARSAL_RUN } : {}),
      ...env,
    },
  });
}
