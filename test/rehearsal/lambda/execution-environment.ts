import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { isJsonObject, textIn } from '../../../src/fakes/github/json-object.ts';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

/** Time that AWS gives to everything before the first event. */
const INIT_LIMIT_MS = 10_000;
const VERSION = '2018-06-01';

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

export type Answer =
  | { readonly kind: 'response'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

export interface ExecutionEnvironment {
  readonly state: 'idle' | 'busy' | 'ended';
  /** From the start of the process to its first request for an event; null until then. */
  readonly initMs: number | null;
  invoke(event: unknown): Promise<Answer>;
  /** Ends the process at once. */
  end(): Promise<void>;
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly answer: (answer: Answer) => void;
}

/** Starts one process of a function with a Runtime API of its own, so that a late answer of an old process is never
 *  taken for one of the next. Handles one event at a time; ended by time-out or exit, it is not used again. */
export async function startEnvironment(
  options: FunctionOptions,
  onLine: (line: string) => void,
): Promise<ExecutionEnvironment> {
  const startedAt = performance.now();
  let state: ExecutionEnvironment['state'] = 'idle';
  let initMs: number | null = null;
  let current: Invocation | null = null;
  let initError: Answer | null = null;
  let listener: ServerResponse | null = null;
  let timer: NodeJS.Timeout | undefined;

  const finish = (answer: Answer) => {
    clearTimeout(timer);
    current?.answer(answer);
    current = null;
    if (state === 'busy') state = 'idle';
  };
  const expire = (limitMs: number, id: string) => {
    state = 'ended';
    child.kill('SIGKILL');
    finish(
      failure(
        'Sandbox.Timedout',
        `RequestId: ${id} Error: Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`,
      ),
    );
  };
  const deliver = () => {
    if (listener === null || current === null) return;
    const { id, event } = current;
    clearTimeout(timer);
    timer = setTimeout(() => expire(options.timeoutMs, id), options.timeoutMs);
    listener.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + options.timeoutMs),
      'Lambda-Runtime-Invoked-Function-Arn': `arn:aws:lambda:us-east-1:123456789012:function:${options.name}`,
      'Lambda-Runtime-Trace-Id': `Root=1-${id.slice(0, 8)}-${id.replaceAll('-', '').slice(8)};Parent=0123456789abcdef;Sampled=0`,
    });
    listener.end(JSON.stringify(event));
    listener = null;
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(`/${VERSION}/runtime`, '');
    if (request.method === 'GET' && path === '/invocation/next') {
      initMs ??= performance.now() - startedAt;
      listener = response;
      return deliver();
    }
    const text = await readText(request);
    const body: unknown = text === '' ? null : JSON.parse(text);
    const [, id, verb] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === '/init/error') initError = errorOf(body);
    else if (id !== undefined && id === current?.id)
      finish(verb === 'error' ? errorOf(body) : { kind: 'response', payload: body });
    else return void response.writeHead(id === undefined ? 404 : 400).end();
    response.writeHead(202).end('{}');
  });
  const runtimeApi = await listenOnLoopback(server);
  const child = startProcess(options, new URL(runtimeApi.url).host);
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', onLine);
  const closed = once(child, 'close').then(async ([code, signal]) => {
    state = 'ended';
    const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
    finish(
      initError ?? failure('Runtime.ExitError', `RequestId: ${current?.id} Error: Runtime exited with error: ${how}`),
    );
    await runtimeApi.close();
  });

  return {
    get state() {
      return state;
    },
    get initMs() {
      return initMs;
    },
    invoke(event) {
      if (state !== 'idle') throw new Error(`This environment is ${state}.`);
      state = 'busy';
      return new Promise((answer) => {
        current = { id: randomUUID(), event, answer };
        const { id } = current;
        if (listener === null) timer = setTimeout(() => expire(INIT_LIMIT_MS, id), INIT_LIMIT_MS);
        deliver();
      });
    },
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

function errorOf(body: unknown): Answer {
  const error = isJsonObject(body) ? body : {};
  return failure(textIn(error, 'errorType') ?? 'Unknown', textIn(error, 'errorMessage') ?? '');
}

function failure(errorType: string, errorMessage: string): Answer {
  return { kind: 'error', errorType, errorMessage };
}
