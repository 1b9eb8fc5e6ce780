import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ProcessInput, ProcessRequest, ProcessResult } from '../../core/ports/process.ts';
import { createOutputLines, type OutputLines } from './output-lines.ts';

const DEFAULT_GRACE_MS = 5_000;
const DRAIN_MS = 250;
/** Timers of more than 31 bits fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a process needs beyond the port's request; all optional. */
export interface SubprocessRequest extends ProcessRequest {
  /** From SIGTERM to SIGKILL. */
  readonly graceMs?: number;
  readonly identity?: { readonly uid: number; readonly gid: number };
  /** Called with the process id, which is also the id of the process group. */
  readonly onStart?: (pid: number) => void;
}

/** Runs one process in a process group of its own and returns how it ended. Never throws for what the child does:
 *  `endedBy` says why it ended. Whatever is left of the group is killed once the child has exited. Rethrows what a line callback
 *  threw, after the child is gone. */
export function runSubprocess(request: SubprocessRequest): Promise<ProcessResult> {
  if (request.signal?.aborted) return Promise.resolve(notStarted('abort', 'Stopped before it was started.'));
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let child: ChildProcess;
    try {
      child = start(request);
    } catch (error) {
      resolve(notStarted('spawn-failure', (error as Error).message));
      return;
    }
    const stop = createStop(child, request);
    const guarded = guardLines(stop, { stdout: request.onStdoutLine, stderr: request.onStderrLine });
    const stdout = createOutputLines(guarded.stdout, request.lineCharacters);
    const stderr = createOutputLines(guarded.stderr, request.lineCharacters);
    const heard = (bytes: number) => {
      stop.heard();
      request.onOutput?.(bytes);
    };
    collect(child.stdout, { lines: stdout, heard });
    collect(child.stderr, { lines: stderr, heard });
    if (child.pid !== undefined) request.onStart?.(child.pid);
    request.onStdin?.(inputOf(child));

    let settled = false;
    const settle = (result: Pick<ProcessResult, 'exitCode' | 'signal' | 'endedBy'>, note = '') => {
      if (settled) return;
      settled = true;
      stop.dispose();
      stdout.end();
      stderr.end();
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      if (guarded.failure()) reject(guarded.failure()?.error);
      else {
        const durationMs = Math.round(performance.now() - startedAt);
        resolve({ ...result, stdoutTail: stdout.tail(), stderrTail: stderr.tail() + note, durationMs });
      }
    };
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      const why = existsSync(request.cwd) ? error.message : `The folder ${request.cwd} does not exist.`;
      settle({ exitCode: null, signal: null, endedBy: 'spawn-failure' }, why);
    });
    // Grandchildren may hold the pipes open after the child has gone: wait for the streams' end only briefly.
    child.once('exit', (exitCode, signal) => {
      killGroup(child.pid, 'SIGKILL');
      const finish = () => settle({ exitCode, signal, endedBy: stop.reason() ?? 'exit' });
      const drain = setTimeout(finish, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drain);
        finish();
      });
    });
  });
}

/** Sends a signal to a whole process group, which may be gone already. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined || pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone: nothing to do.
  }
}

type StopReason = 'timeout' | 'silence' | 'abort';

function start({ command, cwd, env, stdin, onStdin, identity }: SubprocessRequest): ChildProcess {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: [stdin === undefined && onStdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...identity,
  });
  // A child may end, or close its input, without having read everything.
  child.stdin?.on('error', () => {});
  if (onStdin === undefined) child.stdin?.end(stdin);
  return child;
}

function inputOf({ stdin }: ChildProcess): ProcessInput {
  return {
    write(text) {
      if (!stdin?.writable) return 0;
      stdin.write(text);
      return stdin.writableLength;
    },
    end: () => void stdin?.end(),
  };
}

function collect(
  stream: Readable | null,
  { lines, heard }: { lines: OutputLines; heard: (bytes: number) => void },
): void {
  stream?.on('error', () => {});
  stream?.on('data', (chunk: Buffer) => {
    heard(chunk.length);
    lines.push(chunk);
  });
}

function createStop(child: ChildProcess, request: SubprocessRequest) {
  const { timeoutMs, silenceMs, signal, graceMs = DEFAULT_GRACE_MS } = request;
  let reason: StopReason | undefined;
  let kill: NodeJS.Timeout | undefined;
  const stop = (why: StopReason) => {
    if (reason) return;
    reason = why;
    killGroup(child.pid, 'SIGTERM');
    kill = setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceMs);
  };
  const onAbort = () => stop('abort');
  signal?.addEventListener('abort', onAbort, { once: true });
  const limit = (ms: number, why: StopReason) => setTimeout(() => stop(why), Math.min(ms, LONGEST_TIMER_MS));
  const total = limit(timeoutMs, 'timeout');
  const silence = silenceMs === undefined ? undefined : limit(silenceMs, 'silence');
  return {
    stop,
    heard: () => silence?.refresh(),
    reason: () => reason,
    dispose() {
      signal?.removeEventListener('abort', onAbort);
      for (const timer of [total, silence, kill]) clearTimeout(timer);
    },
  };
}

type OnLine = ((line: string) => void) | undefined;

function guardLines(stop: { stop(why: StopReason): void }, { stdout, stderr }: { stdout: OnLine; stderr: OnLine }) {
  let failure: { error: unknown } | undefined;
  const guard = (onLine: OnLine): OnLine =>
    onLine &&
    ((line) => {
      if (failure) return;
      try {
        onLine(line);
      } catch (error) {
        failure = { error };
        stop.stop('abort');
      }
    });
  return { stdout: guard(stdout), stderr: guard(stderr), failure: () => failure };
}

function notStarted(endedBy: ProcessResult['endedBy'], why: string): ProcessResult {
  return { exitCode: null, signal: null, endedBy, stdoutTail: '', stderrTail: why, durationMs: 0 };
}
