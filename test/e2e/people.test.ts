import { expect } from 'chai';
import { expectEnding } from '../support/expect-ending.ts';
import { onceLogged } from '../support/live-build.ts';
import { PLACE } from '../support/system/repository.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const COLLEAGUE = { name: 'Robin Example', email: 'robin@example.com' };

describe('people who step in while a build runs', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('overwrites no push of a person, says whose it was, and goes on from it with the next build', async () => {
    system = await createTestSystem();
    const { faults } = system.github;
    let pushed = '';
    const push = async () => {
      const files = { 'NOTES.md': 'In between.\n' };
      pushed = await system.github.moveBranch(system.repository, { branch: PLACE.branch, files, author: COLLEAGUE });
    };
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, { kind: 'before', run: push });
    await system.run();
    const words = /Robin Example.*nothing was overwritten/s;
    await expectEnding(system, { kind: 'branch-moved', column: 'For Implementation', tasks: ['1'], words });
    expect(await view.headOf(system)).to.equal(pushed);

    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
    expect(await view.fileOn(system, 'NOTES.md')).to.equal('In between.\n');
    expect((await view.commitsOf(system)).map(({ author }) => author)).to.include(COLLEAGUE.name);
  });

  it('starts no further task once a person has moved the card away, and goes on when it is moved back', async () => {
    system = await createTestSystem();
    const { state } = system.github;
    const moved = onceLogged(system, {
      wanted: ({ phase }) => phase === 'implement',
      act: () => state.moveCard(system.item, 'Backlog'),
    });
    await system.run();
    await moved.happened;
    await expectEnding(system, { kind: 'cancelled', column: 'Backlog', tasks: ['1'], words: /"Backlog"/ });
    expect((await system.poll()).outcome).to.equal('nothing-ready');

    state.moveCard(system.item, 'For Implementation');
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
  });
});
