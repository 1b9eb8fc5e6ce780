import { expect } from 'chai';
import { itInRehearsal } from '../../left-to-rehearsal.ts';
import { drillArea } from '../drill.ts';
import { flowsArea } from './area.ts';
import type { Fault } from './faults.ts';
import { performScenario } from './run.ts';
import { planScenario } from './scenario.ts';

describe('the drill of whole flows', () => {
  it('finds every promise kept in 20 runs', async () => {
    const area = await flowsArea('in-process');
    const { runs, violations, strikes } = await drillArea(area, { seed: 1, runs: 20, report: () => {} });
    expect(violations).to.deep.equal([]);
    expect(runs).to.equal(20);
    expect([...strikes.values()].filter((count) => count > 0)).to.have.length.above(20);
  });

  it('lets a late move of a started card not outlast the end of a short run', async () => {
    const card = planScenario(1).cards[0];
    if (card === undefined) throw new Error('The scenario has no card.');
    const plan = { ...card, quality: 'good', agentMinutes: 2, hasTwin: false } as const;
    // GitHub asks the poll to wait for half a minute; meanwhile the run ends, since it cannot read a file.
    const faults: Fault[] = [
      { surface: 'card move', kind: 'once', nth: 1, flavour: 3 },
      { surface: 'git read', kind: 'for ever', nth: 1, flavour: 0 },
    ];
    const scenario = { seed: 1, cards: [plan], isStrict: false, capacity: 1, faults, events: [] };
    const { struck, violations } = await performScenario(scenario);
    expect(struck).to.have.members(['card move: once', 'git read: for ever']);
    expect(violations.filter((violation) => violation.includes('"In Progress"'))).to.deep.equal([]);
  });

  itInRehearsal('replays a seed exactly', async () => {
    const run = async () => {
      const { world } = await performScenario(planScenario(7));
      return world.logs.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{12,40}/g, '…'));
    };
    const first = await run();
    expect(first).to.have.length.above(5);
    expect(await run()).to.deep.equal(first);
  });
});
