import { mkdir, writeFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { WorkerError } from '../../core/errors.ts';
import {
  ASKPASS,
  argumentsOf,
  askpassOf,
  environmentOf,
  type GitProcessOptions,
  isRemote,
  networkEnvironment,
  TRACE_DESCRIPTOR,
} from './git-environment.ts';
import { type HttpAnswer, lastAnswerOf } from './server/http-trace.ts';

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The server's last answer to a command that talks to it, null when there was none. */
  readonly http: HttpAnswer | null;
}

export interface GitOptions {
  readonly input?: Uint8Array | string;
  readonly timeoutMs?: number;
  /** Index file instead of the git folder's own. */
  readonly index?: string;
  /** A private folder that no other user has ever written to: git may run whatever a repository in there configures. */
  readonly workTree?: string;
}

/** A git process whose input and output are streamed. */
export interface GitStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when git has ended well. Throws GIT_FAILED. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** Git in the worker's own git folder. Without `workTree` no command of it can touch a work tree. */
export interface Git {
  /** Resolves with any exit code. Throws TOOL_MISSING without git; on a time-out GIT_FAILED, unless the command talks to the
   *  server. */
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /** Like `run`; throws GIT_FAILED also when git does not exit with 0. */
  must(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  start(args: readonly string[], options?: GitOptions): GitStream;
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 600_000;
/** For a large history over a slow line; a connection that stalls ends long before. */
const REMOTE_TIMEOUT_MS = 3_600_000;
/** Stands for the exit code of a git that a signal has ended. */
const KILLED = 128;

/** Returns git for one git folder. Credentials reach the commands that talk to the server, through askpass alone. */
export async function createGit(options: GitProcessOptions): Promise<Git> {
  await mkdir(options.privateDirectory, { recursive: true, mode: 0o700 });
  await writeFile(askpassOf(options), ASKPASS, { mode: 0o700 });
  const run: Git['run'] = (args, more = {}) => runGit(options, { ...more, args });
  return {
    run,
    async must(args, more) {
      const answer = await run(args, more);
      if (answer.exitCode !== 0) throw gitFailed(args, answer.stderr);
      return answer;
    },
    start: (args, more = {}) => startGit(options, { ...more, args }),
  };
}

interface Command extends GitOptions {
  readonly args: readonly string[];
}

async function runGit(options: GitProcessOptions, command: Command): Promise<GitAnswer> {
  const talks = isRemote(command.args);
  const { args, input, timeoutMs = talks ? REMOTE_TIMEOUT_MS : TIMEOUT_MS } = command;
  const result = await execa('git', argumentsOf(options, command), {
    cwd: command.workTree ?? options.privateDirectory,
    reject: false,
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    timeout: timeoutMs,
    maxBuffer: MAX_OUTPUT_BYTES,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(talks ? (['pipe'] as const) : [])],
    ...(input === undefined ? {} : { input }),
    env: { ...environmentOf(options, command), ...(talks && (await networkEnvironment(options))) },
  });
  if (result.code === 'ENOENT') throw gitMissing(result);
  const why = result.timedOut ? `it took longer than ${timeoutMs} ms` : String(result.shortMessage);
  // A connection that hangs is one of the faults of a network.
  if ((result.exitCode === undefined && !talks) || result.isMaxBuffer) throw gitFailed(args, why);
  return {
    exitCode: result.exitCode ?? KILLED,
    stdout: Buffer.from(result.stdout),
    stderr: `${Buffer.from(result.stderr).toString('utf8')}${result.exitCode === undefined ? why : ''}`,
    http: talks ? lastAnswerOf(Buffer.from(result.stdio[TRACE_DESCRIPTOR] ?? []).toString('latin1')) : null,
  };
}

function startGit(options: GitProcessOptions, command: Command): GitStream {
  const child = execa('git', argumentsOf(options, command), {
    cwd: command.workTree ?? options.privateDirectory,
    reject: false,
    extendEnv: false,
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    timeout: command.timeoutMs ?? TIMEOUT_MS,
    env: environmentOf(options, command),
  });
  // What a process that has ended no longer reads shows in `ended`.
  child.stdin.on('error', () => {});
  const ended = child.then((result) => {
    if (result.code === 'ENOENT') throw gitMissing(result);
    if (result.exitCode === 0) return;
    const why = result.timedOut ? 'it took too long' : (result.stderr ?? String(result.shortMessage));
    throw gitFailed(command.args, why);
  });
  ended.catch(() => {});
  return { stdin: child.stdin, stdout: child.stdout, ended, stop: () => child.kill('SIGKILL') };
}

/** Builds the GIT_FAILED error of a git command; `why` is git's own message. */
export function gitFailed(args: readonly string[], why: string): WorkerError {
  return new WorkerError({
    code: 'GIT_FAILED',
    what: `git ${args[0]} failed.`,
    why: why.trim().slice(-2000),
    remedy: 'Check that the repository can be reached and that the token may read and write its contents.',
  });
}

function gitMissing(cause: unknown): WorkerError {
  return new WorkerError({
    code: 'TOOL_MISSING',
    what: 'git is not installed.',
    remedy: 'Install git 2.30 or newer.',
    cause,
  });
}
