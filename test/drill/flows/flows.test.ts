import { expect } from 'chai';
import { drillArea } from '../drill.ts';
import { flowsArea } from './area.ts';
import { performScenario } from './run.ts';
import { planScenario } from './scenario.ts';

describe('the drill of whole flows', () => {
  it('finds every promise kept in its first runs', async () => {
    const area = await flowsArea('in-process');
    const { runs, violations, strikes } = await drillArea(area, { seed: 1, runs: 20, report: () => {} });
    expect(violations).to.deep.equal([]);
    expect(runs).to.equal(20);
    expect([...strikes.values()].filter((count) => count > 0)).to.have.length.above(20);
  });

  it('replays a seed exactly', async () => {
    const run = async () => {
      const { world } = await performScenario(planScenario(7));
      return world.logs.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{12,40}/g, '…'));
    };
    const first = await run();
    expect(first).to.have.length.above(5);
    expect(await run()).to.deep.equal(first);
  });
});
