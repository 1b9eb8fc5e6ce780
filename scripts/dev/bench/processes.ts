import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median } from './row.ts';

const run = promisify(execFile);

/** Measures Node on several programs, which take turns on the machine; returns the median of a program's wall times in
 *  milliseconds. */
export async function measurePrograms<Name extends string>(
  programs: Readonly<Record<Name, readonly string[]>>,
  { runs, cwd }: { runs: number; cwd: string },
): Promise<(name: Name) => number> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < runs; round += 1) {
    for (const [name, args] of Object.entries<readonly string[]>(programs)) {
      const startedAt = performance.now();
      await run(process.execPath, [...args], { cwd });
      times.set(name, [...(times.get(name) ?? []), performance.now() - startedAt]);
    }
  }
  return (name) => median(times.get(name) ?? []);
}
