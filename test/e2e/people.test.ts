import { expect } from 'chai';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectEnding } from '../support/expect-ending.ts';
import { PLACE } from '../support/system/repository.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const COLLEAGUE = { name: 'Robin Example', email: 'robin@example.com' };

describe('people who step in while a build runs', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  itInRehearsal('puts a finished task onto what a person has pushed meanwhile, and tests both together', async () => {
    system = await createTestSystem();
    const { faults } = system.github;
    let pushed = '';
    const run = async () => {
      const files = { 'NOTES.md': 'In between.\n' };
      pushed = await system.github.moveBranch(system.repository, { branch: PLACE.branch, files, author: COLLEAGUE });
    };
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, { kind: 'before', run });
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /2 tasks implemented/,
    });
    const [, , theirs, last] = await view.commitsOf(system);
    expect([theirs?.id, theirs?.author, last?.task]).to.deep.equal([pushed, COLLEAGUE.name, '2']);
    expect(await view.fileOn(system, 'NOTES.md')).to.equal('In between.\n');
    expect(view.sectionOf(system)).to.include({ head: await view.headOf(system) });
    expect(view.pullRequestOf(system).body).to.include(`and put onto ${pushed.slice(0, 12)}`);
  });

  itInRehearsal(
    'starts no further task once a person has moved the card away, and goes on when it is moved back',
    async () => {
      system = await createTestSystem();
      const { faults, state } = system.github;
      const run = () => state.moveCard(system.item, 'Backlog');
      faults.next({ git: 'receive-pack', method: 'POST' }, { kind: 'before', run });
      await system.run();
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
    },
  );
});
