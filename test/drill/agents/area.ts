import type { DrillArea, DrillRun } from '../area.ts';
import { BEHAVIOURS, PROTOCOLS } from './behaviours.ts';
import { FIXTURES } from './fixture-run.ts';
import { findPlantedBugs } from './planted-bugs.ts';
import { DISTURBANCES, performPlay } from './whole-run.ts';

/** So often each behaviour is played in a full drill: first alone, then beside faults, kills and people. */
const ROUNDS = 5;

/** Agents that end in every way that there is: in whole flows over memory, whose faults a seed chooses, and as real programs. */
export async function agentsArea(): Promise<DrillArea> {
  // From here on this process reaches loopback only, and has no credentials of a real machine in its environment.
  await import('../../guard.ts');
  const cells = BEHAVIOURS.flatMap((behaviour) =>
    PROTOCOLS.filter((protocol) => (behaviour.only ?? protocol) === protocol).map((protocol) => ({
      behaviour,
      protocol,
    })),
  );
  const fullRuns = cells.length * ROUNDS + FIXTURES.length;
  const runOf = (seed: number): DrillRun => {
    const at = seed % fullRuns;
    const fixture = FIXTURES[at - cells.length * ROUNDS];
    if (fixture !== undefined) return { seed, name: fixture.key, perform: () => fixture.perform(seed) };
    const cell = cells[at % cells.length];
    if (cell === undefined) throw new Error('There is no such agent.');
    const round = Math.floor(at / cells.length);
    const disturbance = round === 0 ? null : at % DISTURBANCES.length;
    const name = `${cell.behaviour.name}: ${cell.protocol}, ${DISTURBANCES[disturbance ?? -1] ?? 'nothing beside it'}`;
    return { seed, name, perform: () => performPlay({ seed, ...cell, disturbance }) };
  };
  return {
    name: 'agents',
    shows:
      'agents that finish, fail, lie, hang, spend and spoil: no tick without a pushed change, no verdict on a bad ending',
    strikes: [
      ...cells.map(({ behaviour, protocol }) => `${behaviour.name}: ${protocol}`),
      ...FIXTURES.map(({ key }) => key),
      ...DISTURBANCES,
    ],
    fullRuns,
    plan: async ({ seed, runs }) => Array.from({ length: runs }, (_, index) => runOf(seed + index)),
    selfTest: findPlantedBugs,
    close: async () => {},
  };
}
