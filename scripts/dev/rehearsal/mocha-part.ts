import type { ChildProcess } from 'node:child_process';
import { type Counts, NO_TESTS } from '../counts.ts';
import { runMocha } from '../mocha-process.ts';
import type { Part } from './part.ts';
import { missingTools, type Tool } from './tools.ts';

interface MochaPart extends Pick<Part, 'name' | 'shows'> {
  readonly globs: readonly string[];
  readonly tools: readonly Tool[];
  /** Where its output goes, indented; our own standard output by default. */
  readonly output?: NodeJS.WritableStream;
}

/** Makes a part of test files, which run in a process group of their own. */
export function mochaPart({ name, shows, globs, tools, output = process.stdout }: MochaPart): Part {
  return { name, shows, missing: async () => missingTools(tools), run: () => runPart(globs, output) };
}

async function runPart(globs: readonly string[], output: NodeJS.WritableStream): Promise<Counts> {
  let stopListening = () => {};
  const { counts, exitCode, how } = await runMocha({
    files: globs,
    onOutput: createIndenter(output),
    ownGroup: true,
    onStart: (child) => {
      stopListening = endOnSignal(child);
    },
  }).finally(() => stopListening());
  if (counts !== null && (exitCode === 0 || counts.failed > 0 || isAllSkipped(counts))) return counts;
  output.write(`  ended with ${how}, ${counts === null ? 'before it could count' : 'having run nothing'}\n`);
  return { ...NO_TESTS, failed: 1 };
}

/** The runner is red then, but this is how a suite says that its tool is missing. */
function isAllSkipped({ passed, skipped }: Counts): boolean {
  return passed === 0 && skipped > 0;
}

/** Ends the child's whole group when this process gets a signal to end. Returns how to stop listening. */
function endOnSignal(child: ChildProcess): () => void {
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
function createIndenter(to: NodeJS.WritableStream): (text: string) => void {
  let atLineStart = true;
  return (text) => {
    const indented = text.replace(/\n(?=[^\n])/g, '\n  ');
    to.write(atLineStart && !indented.startsWith('\n') ? `  ${indented}` : indented);
    atLineStart = indented.endsWith('\n');
  };
}
