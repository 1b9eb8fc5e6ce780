import type { Stack } from '../../../src/core/ports/stacks.ts';
import { columnsOf, widthOf, wrapWords } from '../../terminal/text-width.ts';
import type { PublishedWorker, Warning } from './after-deployment.ts';

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Returns the outputs of stacks by their names. */
export function outputsOf(stacks: readonly Stack[]): Outputs {
  return Object.fromEntries(
    stacks.map(({ name, outputs }) => [name, Object.fromEntries(outputs.map(({ key, value }) => [key, value]))]),
  );
}

/** Returns for people what a deployment has done, and what to type next. */
export function formatEnding(ending: {
  readonly changed: readonly string[];
  readonly outputs: Outputs;
  readonly worker: PublishedWorker | null;
  readonly warnings: readonly Warning[];
  readonly next: string;
}): string {
  const { changed, outputs, worker, warnings, next } = ending;
  const done = changed.length === 0 ? 'Nothing changed in the stacks.' : `Deployed ${changed.join(', ')}.`;
  const width = columnsOf(process.stdout);
  const lines = Object.entries(outputs).flatMap(([stack, values]) => [
    '',
    `Outputs of ${stack}:`,
    ...Object.entries(values).map(([key, value]) => formatOutput({ key, value, width })),
  ]);
  return [
    wrapWords(done, { width }),
    ...lines,
    '',
    ...workerLines(worker),
    ...warnings.map(({ what, command }) => `${wrapWords(`! ${what}`, { width, indent: '  ' })}\n  ${command}`),
    `Next: ${next}`,
    '',
  ].join('\n');
}

/** Values are copied, so that none is broken. */
function formatOutput({ key, value, width }: { key: string; value: string; width: number }): string {
  const line = `  ${key}: ${value}`;
  return widthOf(line) <= width ? line : `  ${key}:\n    ${value}`;
}

function workerLines(worker: PublishedWorker | null): string[] {
  if (worker === null) return [];
  const { hash, previous, record } = worker;
  return [
    previous === hash
      ? `New builds run the worker ${hash.slice(0, 12)}, as before.`
      : `The next build runs the worker ${hash.slice(0, 12)}.`,
    `Recorded as ${record}.`,
  ];
}
