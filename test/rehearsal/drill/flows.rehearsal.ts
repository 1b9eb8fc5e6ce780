import { expect } from 'chai';
import { drillArea } from '../../drill/drill.ts';
import { flowsArea } from '../../drill/flows/area.ts';

describe('the drill of whole flows', function () {
  this.timeout(60 * 60_000);
  const report = () => {};

  it('finds every promise kept in a full drill on a virtual clock', async () => {
    const area = await flowsArea('in-process');
    expect((await drillArea(area, { seed: 1, runs: area.fullRuns, report })).violations).to.deep.equal([]);
  });

  it('notices every bug that is put in', async () => {
    const bugs = await (await flowsArea('in-process')).selfTest?.();
    expect(bugs).to.have.length(8);
    expect(bugs?.filter(({ caughtBy }) => caughtBy === null)).to.deep.equal([]);
  });

  it('finds every promise kept in 20 runs over processes', async () => {
    const area = await flowsArea('processes');
    expect((await drillArea(area, { seed: 1, runs: 20, report })).violations).to.deep.equal([]);
  });
});
