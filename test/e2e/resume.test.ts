import { expect } from 'chai';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectEnding } from '../support/expect-ending.ts';
import { killWorkers } from '../support/live-build.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

describe('a killed worker', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  itInRehearsal('leaves what it pushed; the next poll finishes the rest and does no task twice', async () => {
    system = await createTestSystem();
    let killed = 0;
    const kill = () => {
      killed += killWorkers(system);
    };
    // The trial and each push ask twice (the first time without a credential) before anything is sent: the second task is
    // committed, but not pushed.
    system.github.faults.next({ git: 'receive-pack', method: 'GET', skip: 4 }, { kind: 'before', run: kill });
    await system.run();
    expect(killed).to.equal(1);
    expect(await view.tasksDone(system)).to.deep.equal(['1']);
    expect(await view.lockOf(system)).to.include({ status: 'held' });
    const [first] = await view.commitsOf(system);

    const polled = await system.run();
    expect(polled.reconciled).to.deep.include.members([
      {
        lockKey: (await view.lockOf(system)).lockKey,
        buildId: (await view.buildsOf(system))[0]?.id,
        action: 'closed',
        outcome: 'internal-error',
      },
    ]);
    // A task was pushed: that is progress, so attempts start over.
    expect(polled.started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /1 task implemented/,
    });
    expect((await view.commitsOf(system)).map(({ id }) => id)).to.include(first?.id);
    expect(view.overlapping(await view.buildsOf(system))).to.deep.equal([]);
  });
});
