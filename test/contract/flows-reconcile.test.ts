import { expect } from 'chai';
import { METRICS } from '../../src/core/names.ts';
import type { Clock } from '../../src/core/ports.ts';
import { createLocalBuilds } from '../../src/local/builds/local-builds.ts';
import { expectError } from '../support/expect-error.ts';
import { releaseOf } from '../support/releases.ts';
import { createWorld, type World, type WorldOptions } from '../support/world.ts';
import { PLACE } from '../support/world-repository.ts';
import * as see from '../support/world-view.ts';

const ENDLESS = ['sleep 600'];
const minutesLater = (minutes: number): Clock => ({
  now: () => Date.now() + minutes * 60_000,
  sleep: async () => undefined,
});

describe('reconciling over real parts', () => {
  let world: World;
  const open = async (options: WorldOptions) => {
    world = await createWorld(options);
    return world;
  };
  afterEach(() => world.close());

  it('tells the ending of a build that could not do so itself, once', async () => {
    await open({ build: ['exit 1'], config: { maxAttempts: 1 } });
    const [started] = (await world.run()).started;
    const first = await world.poll();
    expect(first.reconciled.map(({ action, outcome }) => [action, outcome])).to.deep.equal([
      ['closed', 'internal-error'],
    ]);
    const head = await see.headOf(world);
    expect(await see.lockOf(world)).to.include({ status: 'released', lastOutcome: 'internal-error', lastHead: head });
    expect(see.columnOf(world)).to.equal('Needs a person');
    expect(see.sectionOf(world)).to.deep.equal({ outcome: 'internal-error', head, buildId: started?.buildId });
    expect((await world.poll()).reconciled).to.deep.equal([]);
    const [comment, ...others] = see.commentsOf(world);
    expect(others).to.deep.equal([]);
    expect(comment?.body)
      .to.match(/ended as FAILED/)
      .and.to.match(/attempt 1 of 1; no further one follows/);
  });

  it('takes a build that a person stopped for cancelled', async () => {
    await open({ build: ENDLESS });
    const [stopped] = (await world.poll()).started;
    await world.machine.builds.stop(stopped?.buildId ?? '');
    expect((await world.poll()).reconciled.map(({ outcome }) => outcome)).to.deep.equal(['cancelled']);
    expect(see.columnOf(world)).to.equal('In Progress');
    expect(see.commentsOf(world)[0]?.body).to.include('Move the card back to go on from there');
  });

  it('tells of a build that ran out of time as such', async () => {
    await open({ build: ENDLESS });
    const builds = createLocalBuilds({
      root: `${world.dataDirectory}/hasty`,
      releaseZip: releaseOf(ENDLESS).zip,
      projectVariables: {},
      concurrentBuildLimit: 1,
      buildTimeoutMs: 100,
      stopGraceMs: 10,
    });
    try {
      await world.poll({ builds });
      await builds.waitForAll();
      const { reconciled } = await world.poll({ builds });
      expect(reconciled.map(({ outcome }) => outcome)).to.deep.equal(['time-limit']);
      expect(see.commentsOf(world)[0]?.body).to.include('ended as TIMED_OUT');
    } finally {
      await builds.close();
    }
  });

  it('touches no build that runs, however late it is; a lease that has passed is only counted', async () => {
    await open({ build: ENDLESS });
    await world.poll();
    const before = await see.lockOf(world);
    expect((await world.poll()).reconciled).to.deep.equal([]);
    const late = await world.poll({ clock: minutesLater(60) });
    expect(late.reconciled.map(({ action }) => action)).to.deep.equal(['beyond-lease']);
    expect(late.started).to.deep.equal([]);
    expect(world.telemetry.counts.get(METRICS.locksBeyondLease)).to.equal(1);
    expect(await see.lockOf(world)).to.deep.equal(before);
    expect(await see.buildsOf(world)).to.have.length(1);
  });

  it('closes the lock of a build that the service does not know any more, once its lease has passed', async () => {
    await open({ build: ENDLESS });
    await world.poll();
    const { builds } = world.machine;
    const forgetful = { ...builds, get: async () => [] };
    expect((await world.poll({ builds: forgetful })).reconciled).to.deep.equal([]);
    const { reconciled } = await world.poll({ builds: forgetful, clock: minutesLater(16) });
    expect(reconciled.map(({ action, outcome }) => [action, outcome])).to.deep.equal([['closed', 'internal-error']]);
    expect(see.commentsOf(world)[0]?.body).to.include('is not known to the build service any more');
  });

  it('lets no ending that cannot be told keep other cards from their turn', async () => {
    await open({ build: ['exit 1'] });
    await world.run();
    await world.addCard('Other');
    const { faults } = world.github;
    faults.next({ operation: 'FindComments' }, { kind: 'partialData', path: ['repository'] });
    await expectError(world.poll(), 'GITHUB_FAILED');
    expect(await see.lockOf(world)).to.include({ status: 'held' });
    expect((await see.lockOf(world, 'feature/other')).attempts).to.equal(1);

    faults.clear();
    await world.machine.builds.waitForAll();
    const { reconciled } = await world.poll();
    expect(reconciled.map(({ outcome }) => outcome)).to.deep.equal(['internal-error', 'internal-error']);
    expect(see.commentsOf(world).map(({ thread }) => thread.title)).to.have.members([PLACE.card, 'Other']);
  });

  it('leaves a card where a person has put it', async () => {
    await open({ build: ['exit 1'] });
    await world.run();
    world.github.state.moveCard(world.item, 'Done');
    await world.poll();
    expect(see.columnOf(world)).to.equal('Done');
    expect(await see.lockOf(world)).to.include({ status: 'released' });
  });
});
