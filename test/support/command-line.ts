import { type ChildProcess, spawn } from 'node:child_process';
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
export const environmentIn = (home: string) => ({
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
