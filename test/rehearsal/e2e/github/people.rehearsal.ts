import { expect } from 'chai';
import { expectEnding } from '../../../support/expect-ending.ts';
import { PLACE } from '../../../support/system/repository.ts';
import type { TestSystem } from '../../../support/system/test-system.ts';
import { createTestSystem } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

const COLLEAGUE = { name: 'Robin Example', email: 'robin@example.com' };

describe('people who step in while a build runs', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  /** Lets a person push these files while the worker pushes the second task; returns the head that this makes. */
  function pushBetween(files: Readonly<Record<string, string>>): () => string {
    let pushed = '';
    const push = async () => {
      pushed = await system.github.moveBranch(system.repository, { branch: PLACE.branch, files, author: COLLEAGUE });
    };
    system.github.faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, { kind: 'before', run: push });
    return () => pushed;
  }

  it('overwrites no push of a person, says whose it was, and goes on from it with the next build', async () => {
    system = await createTestSystem();
    const spec = `${PLACE.specFolder}/design.md`;
    const pushed = pushBetween({ [spec]: '# Design\n\nAnother one.\n' });
    await system.run();
    const words = /Robin Example.*nothing was overwritten.*the spec has changed/s;
    await expectEnding(system, { kind: 'branch-moved', column: 'For Implementation', tasks: ['1'], words });
    expect(await view.headOf(system)).to.equal(pushed());

    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
    expect(await view.fileOn(system, spec)).to.include('Another one.');
    expect((await view.commitsOf(system)).map(({ author }) => author)).to.include(COLLEAGUE.name);
  });

  it('does no task that a person ticks meanwhile, and hands over nothing while one is opened again', async () => {
    system = await createTestSystem({ tasks: '- [ ] 1. One\n- [ ] 2. Two\n- [ ] 3. Three\n- [x] 4. Four\n' });
    const ticks = '- [x] 1. One\n- [ ] 2. Two\n- [x] 3. Three\n- [ ] 4. Four\n';
    pushBetween({ [`${PLACE.specFolder}/tasks.md`]: ticks });
    await system.run();
    const words = /opened a task again during the run: 4 Four/;
    await expectEnding(system, { kind: 'partial', column: 'For Implementation', tasks: ['1', '2'], words });
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2', '4'],
      words: /1 task implemented/,
    });
  });
});
