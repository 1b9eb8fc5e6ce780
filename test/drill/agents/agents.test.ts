import { expect } from 'chai';
import { itInRehearsal } from '../../left-to-rehearsal.ts';
import { drillArea } from '../drill.ts';
import { agentsArea } from './area.ts';
import { findPlantedBugs } from './planted-bugs.ts';

describe('the drill of agents', () => {
  it('finds every promise kept by the first six agents', async () => {
    const area = await agentsArea();
    const { runs, violations, strikes } = await drillArea(area, { seed: 0, runs: 6, report: () => {} });
    expect(violations).to.deep.equal([]);
    expect(runs).to.equal(6);
    expect([...strikes.values()].filter((count) => count > 0)).to.have.length(6);
  });

  itInRehearsal('notices each bug that is put in', async () => {
    for (const { name, caughtBy } of await findPlantedBugs()) expect(caughtBy, name).to.match(/\S/);
  });
});
