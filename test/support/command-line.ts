import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileCacheOfRun } from './compile-cache.ts';

const DEAD_ENDPOINT = 'http://127.0.0.1:9';
const CLI = fileURLToPath(new URL('../../scripts/cli.ts', import.meta.url));

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly result: Promise<CommandResult>;
  /** Resolves when stderr holds the text. */
  untilStderr(text: string): Promise<void>;
}

/** What every command gets; AWS is not there unless a test starts it. */
const environmentIn = (home: string) => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  AWS_ENDPOINT_URL: DEAD_ENDPOINT,
  ...compileCacheOfRun(),
});

/** Starts `kiro-worker …` as a person does, with this environment and nothing else but PATH and HOME. No request that a test
 *  does not answer reaches AWS. */
export function startCommand(args: readonly string[], options: CommandOptions): RunningCommand {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd,
    env: { ...environmentIn(options.cwd), ...options.env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined).end(options.stdin);
  let stdout = '';
  let stderr = '';
  const waiting: { text: string; resolve: () => void }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const { text: wanted, resolve } of waiting) if (stderr.includes(wanted)) resolve();
  });
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return {
    process: child,
    result,
    untilStderr: (text) =>
      new Promise((resolve, reject) => {
        if (stderr.includes(text)) resolve();
        waiting.push({ text, resolve });
        result.then(() => reject(new Error(`It ended without saying "${text}":\n${stderr}`)));
      }),
  };
}

/** Commands share what belongs to the process, so that each waits for the one before it. */
let previous: Promise<unknown> = Promise.resolve();

/** Runs `kiro-worker …` to its end with this environment and nothing else but PATH and HOME. `npm test` (`TEST_RUN_FOLDER`) runs it
 *  in this process, as starting one takes more CPU time than most tests; the rehearsal's part `variations`, which runs every file
 *  that imports this module, and mocha by itself run it as a person does. */
export function runCommand(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  if (process.env.TEST_RUN_FOLDER === undefined) return startCommand(args, options).result;
  const result = previous.then(() => runHere(args, options));
  previous = result.catch(() => undefined);
  return result;
}

async function runHere(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { runCommandLine } = await import('../../scripts/command-line.ts');
  const { exitCode } = process;
  const restore = [enterPlace(options), replaceInput(options.stdin)];
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  try {
    process.exitCode = 0;
    await runCommandLine(args);
    return { exitCode: Number(process.exitCode), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const undo of [stderr.end, stdout.end, ...restore]) undo();
    process.exitCode = exitCode;
  }
}

/** Gives this process another folder and environment. Returns what undoes it. */
function enterPlace({ cwd, env }: CommandOptions): () => void {
  const [folder, own] = [process.cwd(), { ...process.env }];
  process.chdir(cwd);
  replaceEnvironment({ ...environmentIn(cwd), ...env });
  return () => {
    process.chdir(folder);
    replaceEnvironment(own);
  };
}

function replaceEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
}

function replaceInput(text = ''): () => void {
  const own = Object.getOwnPropertyDescriptor(process, 'stdin');
  if (!own) throw new Error('This process has no standard input.');
  const input = Readable.from([Buffer.from(text)]);
  Object.defineProperty(process, 'stdin', { ...own, get: () => input });
  return () => Object.defineProperty(process, 'stdin', own);
}

/** Takes what is written to the stream. */
function capture(stream: NodeJS.WriteStream): { text(): string; end(): void } {
  const own = stream.write;
  const pieces: Buffer[] = [];
  stream.write = (piece: string | Uint8Array, ...rest: unknown[]) => {
    pieces.push(Buffer.from(piece));
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  };
  return {
    text: () => Buffer.concat(pieces).toString(),
    end: () => {
      stream.write = own;
    },
  };
}
