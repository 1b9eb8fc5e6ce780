import { expect } from 'chai';
import { expectEnding } from '../support/expect-ending.ts';
import { killWorkers } from '../support/live-build.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';
import * as see from '../support/world-view.ts';

describe('a killed worker', () => {
  let world: World;
  afterEach(() => world.close());

  it('leaves what it pushed; the next poll finishes the rest and does no task twice', async () => {
    world = await createWorld();
    let killed = 0;
    const kill = () => {
      killed += killWorkers(world);
    };
    // Each push asks twice (the first time without its credential) before it sends anything: the second task is committed,
    // but not pushed.
    world.github.faults.next({ git: 'receive-pack', method: 'GET', skip: 2 }, { kind: 'before', run: kill });
    await world.run();
    expect(killed).to.equal(1);
    expect(await see.tasksDone(world)).to.deep.equal(['1']);
    expect(await see.lockOf(world)).to.include({ status: 'held' });
    const [first] = await see.commitsOf(world);

    const polled = await world.run();
    expect(polled.reconciled).to.deep.include.members([
      {
        lockKey: (await see.lockOf(world)).lockKey,
        buildId: (await see.buildsOf(world))[0]?.id,
        action: 'closed',
        outcome: 'internal-error',
      },
    ]);
    // A task was pushed: that is progress, so attempts start over.
    expect(polled.started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    await expectEnding(world, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
    expect((await see.commitsOf(world)).map(({ id }) => id)).to.include(first?.id);
    expect(see.overlapping(await see.buildsOf(world))).to.deep.equal([]);
  });
});
