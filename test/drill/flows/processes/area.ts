import type { DrillArea } from '../../area.ts';
import { performProcesses } from './run.ts';
import { keyOf, planProcessScenario, STRIKES } from './scenario.ts';

/** Whole flows over real processes: git, workers, builds, sandbox and the local GitHub as they are. */
export function processesArea(): DrillArea {
  return {
    name: 'flows over processes',
    shows: 'the same with real git, workers and builds: passing faults of GitHub and git, people, kills',
    strikes: STRIKES,
    fullRuns: 100,
    plan: async ({ seed, runs }) =>
      Array.from({ length: runs }, (_, index) => {
        const scenario = planProcessScenario(seed + index);
        const planned = [...scenario.faults.map(keyOf), ...(scenario.event === null ? [] : [scenario.event.kind])];
        return { seed: scenario.seed, name: planned.join(', '), perform: () => performProcesses(scenario) };
      }),
    close: async () => {},
  };
}
