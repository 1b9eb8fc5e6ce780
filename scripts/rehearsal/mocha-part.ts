import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Counts, Part } from './part.ts';
import { missingTools, type Tool } from './tools.ts';

interface MochaPart extends Pick<Part, 'name' | 'shows'> {
  readonly globs: readonly string[];
  readonly tools: readonly Tool[];
}

/** Makes a part of test files, which run in a process group of their own; its output is indented. */
export function mochaPart({ name, shows, globs, tools }: MochaPart): Part {
  return { name, shows, missing: async () => missingTools(tools), run: () => runMocha(globs) };
}

async function runMocha(globs: readonly string[]): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-counts-'));
  const file = join(folder, 'counts.json');
  const child = spawn(process.execPath, ['scripts/checks/mocha.ts', ...globs], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, COUNTS_FILE: file },
    detached: true,
  });
  const forget = endWithUs(child);
  try {
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    await Promise.all([indent(child.stdout, process.stdout), indent(child.stderr, process.stderr)]);
    const [code, signal] = await closed;
    const counts = await readCounts(file);
    if (code === 0 || counts.failed > 0) return counts;
    process.stdout.write(`  ended with ${signal ?? `exit code ${code}`}\n`);
    return { ...counts, failed: 1 };
  } finally {
    forget();
    await rm(folder, { recursive: true });
  }
}

/** What the tests left behind counts nothing: a runner that ended before it could count. */
async function readCounts(file: string): Promise<Counts> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Counts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** Ends the child's whole group when this process is told to end. */
function endWithUs(child: ChildProcess): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    process.exitCode = 1;
    process.stderr.write(`  ended by ${signal}\n`);
  };
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/** Passes output on, each line two columns further in, so that our own last line is the only one of its form. */
async function indent(from: Readable, to: NodeJS.WritableStream): Promise<void> {
  let atLineStart = true;
  for await (const chunk of from.setEncoding('utf8') as AsyncIterable<string>) {
    const text = chunk.replace(/\n(?=[^\n])/g, '\n  ');
    to.write(atLineStart && !text.startsWith('\n') ? `  ${text}` : text);
    atLineStart = text.endsWith('\n');
  }
}
