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
  /** Where its output goes, indented; our own standard output by default. */
  readonly output?: NodeJS.WritableStream;
}

/** Makes a part of test files, which run in a process group of their own. */
export function mochaPart({ name, shows, globs, tools, output = process.stdout }: MochaPart): Part {
  return { name, shows, missing: async () => missingTools(tools), run: () => runMocha(globs, output) };
}

async function runMocha(globs: readonly string[], output: NodeJS.WritableStream): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-counts-'));
  const file = join(folder, 'counts.json');
  const child = spawn(process.execPath, ['scripts/dev/checks/mocha.ts', ...globs], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, COUNTS_FILE: file },
    detached: true,
  });
  const forget = endWithUs(child);
  try {
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    await Promise.all([indent(child.stdout, output), indent(child.stderr, output)]);
    const [code, signal] = await closed;
    const counts = await readCounts(file);
    // Red with nothing passed and something skipped is how a suite says that its tool is missing.
    if (counts !== null && (code === 0 || counts.failed > 0 || (counts.passed === 0 && counts.skipped > 0)))
      return counts;
    output.write(
      `  ended with ${signal ?? `exit code ${code}`}, ${counts === null ? 'before it could count' : 'having run nothing'}\n`,
    );
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    forget();
    await rm(folder, { recursive: true });
  }
}

/** Returns null when the runner ended before it could count. */
async function readCounts(file: string): Promise<Counts | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Counts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
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
