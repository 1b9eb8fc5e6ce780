import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median } from './row.ts';

const run = promisify(execFile);

/** Wall times (median, milliseconds) of Node on several programs, which take turns on the machine. */
export async function medianWallMs<Name extends string>(
  programs: Readonly<Record<Name, readonly string[]>>,
  { runs, cwd }: { runs: number; cwd: string },
): Promise<Record<Name, number>> {
  const names = Object.keys(programs) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = 0; turn < runs; turn += 1) {
    for (const name of names) {
      const startedAt = performance.now();
      await run(process.execPath, [...programs[name]], { cwd });
      times[name].push(performance.now() - startedAt);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}
