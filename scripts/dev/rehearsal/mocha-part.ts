import type { ChildProcess } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { addCounts, type Counts, NO_TESTS } from '../counts.ts';
import { runMocha } from '../mocha-process.ts';
import type { Part } from './part.ts';
import { missingTools, type Tool } from './tools.ts';

interface MochaPart extends Pick<Part, 'name' | 'shows'> {
  /** One list of globs, or several that run side by side. */
  readonly globs: readonly string[] | readonly (readonly string[])[];
  readonly tools: readonly Tool[];
  /** Where its output goes, indented; our own standard output by default. */
  readonly output?: NodeJS.WritableStream;
}

/** Makes a part of test files, which run in process groups of their own. */
export function mochaPart({ name, shows, globs, tools, output = process.stdout }: MochaPart): Part {
  const lanes = globs.filter((one) => typeof one !== 'string');
  const alone = globs.filter((one) => typeof one === 'string');
  const run = () => (lanes.length > 0 ? runLanes(lanes, output) : runFiles(alone, output));
  return { name, shows, missing: async () => missingTools(tools), run };
}

/** What a lane says is shown when it has ended. */
async function runLanes(lanes: readonly (readonly string[])[], output: NodeJS.WritableStream): Promise<Counts> {
  const ended = lanes.map(async (files) => {
    const held = new PassThrough();
    const said = text(held);
    const counts = await runFiles(files, held);
    held.end();
    output.write(await said);
    return counts;
  });
  return addCounts(await Promise.all(ended));
}

async function runFiles(files: readonly string[], output: NodeJS.WritableStream): Promise<Counts> {
  let stopListening = () => {};
  const { counts, exitCode, how } = await runMocha({
    files,
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
