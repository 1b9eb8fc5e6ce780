import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { DrilledRun } from '../../test/drill/drill.ts';

/** One line of a file of results. */
const ResultLine = z.object({
  area: z.string(),
  seed: z.number(),
  name: z.string(),
  violations: z.array(z.string()),
  struck: z.array(z.string()),
});

/** Returns the runs of an area that a file of results has, one JSON line each; none when there is no such file. Throws when
 *  a line is something else. */
export function readResults(file: string, area: string): DrilledRun[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const runs = lines.map((line) => ResultLine.parse(JSON.parse(line))).filter((run) => run.area === area);
  // Two drills may have run the same seed at the same time.
  return [...new Map(runs.map(({ area: _, ...run }) => [run.seed, run])).values()].sort((a, b) => a.seed - b.seed);
}

/** Adds one run to a file of results in one write, so that several drills may share the file. */
export function addResult(file: string, { area, run }: { readonly area: string; readonly run: DrilledRun }): void {
  appendFileSync(file, `${JSON.stringify({ area, ...run })}\n`);
}
