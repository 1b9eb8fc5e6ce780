import type { DrillArea } from './area.ts';

/** What a drill of one area came to. */
export interface DrillReport {
  readonly runs: number;
  /** Each violation with the seed that replays it. */
  readonly violations: readonly { readonly seed: number; readonly name: string; readonly violation: string }[];
  /** How often each key of `strikes` struck. */
  readonly strikes: ReadonlyMap<string, number>;
}

/** Runs the seeds of an area one after the other and gathers violations and strikes; what a run throws is a violation. */
export async function drillArea(
  area: DrillArea,
  options: { readonly seed: number; readonly runs: number; readonly report: (line: string) => void },
): Promise<DrillReport> {
  const runs = await area.plan(options);
  const strikes = new Map(area.strikes.map((key) => [key, 0]));
  const violations: DrillReport['violations'][number][] = [];
  for (const run of runs) {
    const result = await run
      .perform()
      .catch((error: unknown) => ({ violations: [`the run itself failed: ${String(error)}`], struck: [] }));
    for (const key of result.struck) strikes.set(key, (strikes.get(key) ?? 0) + 1);
    for (const violation of result.violations) {
      violations.push({ seed: run.seed, name: run.name, violation });
      options.report(`seed ${run.seed}, ${run.name}: ${violation}`);
    }
  }
  if (runs.length >= area.fullRuns) {
    for (const [key, count] of strikes) {
      if (count > 0) continue;
      violations.push({ seed: options.seed, name: key, violation: 'never struck' });
      options.report(`${key} never struck`);
    }
  }
  return { runs: runs.length, violations, strikes };
}
