import type { DrillArea, Level } from '../area.ts';
import { keyOf, PAIRS } from './faults.ts';
import { findPlantedBugs } from './planted-bugs.ts';
import { performScenario } from './run.ts';
import { EVENTS, planScenario, type Scenario } from './scenario.ts';

/** Whole flows under faults: polls, builds and finalizers, until everything is explained and free. */
export async function flowsArea(level: Level): Promise<DrillArea> {
  if (level === 'processes') return (await import('./processes/area.ts')).processesArea();
  return {
    name: 'flows',
    shows: 'polls, builds and finalizers under faults of every service, with people and kills between them',
    strikes: [...PAIRS.map(keyOf), ...EVENTS],
    fullRuns: 300,
    plan: async ({ seed, runs }) =>
      Array.from({ length: runs }, (_, index) => {
        const scenario = planScenario(seed + index);
        return { seed: scenario.seed, name: nameOf(scenario), perform: () => performScenario(scenario) };
      }),
    selfTest: findPlantedBugs,
    close: async () => {},
  };
}

function nameOf({ faults, events }: Scenario): string {
  const planned = [
    ...faults.map((fault) => `${keyOf(fault)} from request ${fault.nth}`),
    ...events.map(({ kind }) => kind),
  ];
  return planned.join(', ');
}
