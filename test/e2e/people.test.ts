import { expect } from 'chai';
import { expectEnding } from '../support/expect-ending.ts';
import { onceLogged } from '../support/live-build.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';
import { PLACE } from '../support/world-repository.ts';
import * as see from '../support/world-view.ts';

const COLLEAGUE = { name: 'Robin Example', email: 'robin@example.com' };

describe('people who step in while a build runs', () => {
  let world: World;
  afterEach(() => world.close());

  it('overwrites no push of a person, says whose it was, and goes on from it with the next build', async () => {
    world = await createWorld();
    const { faults } = world.github;
    let pushed = '';
    const push = async () => {
      const files = { 'NOTES.md': 'In between.\n' };
      pushed = await world.github.moveBranch(world.repository, { branch: PLACE.branch, files, author: COLLEAGUE });
    };
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, { kind: 'before', run: push });
    await world.run();
    const words = /Robin Example.*nothing was overwritten/s;
    await expectEnding(world, { kind: 'branch-moved', column: 'For Implementation', tasks: ['1'], words });
    expect(await see.headOf(world)).to.equal(pushed);

    await world.run();
    await expectEnding(world, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
    expect(await see.fileOn(world, 'NOTES.md')).to.equal('In between.\n');
    expect((await see.commitsOf(world)).map(({ author }) => author)).to.include(COLLEAGUE.name);
  });

  it('starts no further task once a person has moved the card away, and goes on when it is moved back', async () => {
    world = await createWorld();
    const { state } = world.github;
    const moved = onceLogged(world, {
      wanted: ({ phase }) => phase === 'implement',
      act: () => state.moveCard(world.item, 'Backlog'),
    });
    await world.run();
    await moved.happened;
    await expectEnding(world, { kind: 'cancelled', column: 'Backlog', tasks: ['1'], words: /"Backlog"/ });
    expect((await world.poll()).outcome).to.equal('nothing-ready');

    state.moveCard(world.item, 'For Implementation');
    await world.run();
    await expectEnding(world, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
  });
});
