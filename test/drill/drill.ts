import type { DrillArea, DrillResult } from './area.ts';

/** What one run of a drill came to. */
export interface DrilledRun extends DrillResult {
  readonly seed: number;
  readonly name: string;
}

/** What a drill of one area came to. */
export interface DrillReport {
  readonly runs: number;
  /** Each violation with the seed that replays it. */
  readonly violations: readonly { readonly seed: number; readonly name: string; readonly violation: string }[];
  /** How often each key of `strikes` struck. */
  readonly strikes: ReadonlyMap<string, number>;
}

interface DrillOptions {
  readonly seed: number;
  readonly runs: number;
  readonly report: (line: string) => void;
  /** Runs of an earlier drill: they count, and their seeds are not run again. */
  readonly known?: readonly DrilledRun[];
  /** Told of each new run as soon as it is over. */
  readonly keep?: (run: DrilledRun) => void;
}

/** Runs the seeds of an area one after the other and gathers violations and strikes; what a run throws is a violation. */
export async function drillArea(area: DrillArea, options: DrillOptions): Promise<DrillReport> {
  const { known = [], keep, report } = options;
  const isKnown = new Set(known.map(({ seed }) => seed));
  const drilled = [...known];
  for (const run of await area.plan(options)) {
    if (isKnown.has(run.seed)) continue;
    const { violations, struck } = await run
      .perform()
      .catch((error: unknown) => ({ violations: [`the run itself failed: ${String(error)}`], struck: [] }));
    const result = { seed: run.seed, name: run.name, violations, struck };
    keep?.(result);
    drilled.push(result);
    for (const violation of violations) report(`seed ${run.seed}, ${run.name}: ${violation}`);
  }
  const gathered = gather(area, drilled);
  if (drilled.length < area.fullRuns) return gathered;
  const unstruck = [...gathered.strikes].filter(([, count]) => count === 0).map(([key]) => key);
  for (const key of unstruck) report(`${key} never struck`);
  const missing = unstruck.map((key) => ({ seed: options.seed, name: key, violation: 'never struck' }));
  return { ...gathered, violations: [...gathered.violations, ...missing] };
}

function gather(area: DrillArea, drilled: readonly DrilledRun[]): DrillReport {
  const strikes = new Map(area.strikes.map((key) => [key, 0]));
  for (const key of drilled.flatMap(({ struck }) => struck)) strikes.set(key, (strikes.get(key) ?? 0) + 1);
  const violations = drilled.flatMap(({ seed, name, violations }) =>
    violations.map((violation) => ({ seed, name, violation })),
  );
  return { runs: drilled.length, violations, strikes };
}
