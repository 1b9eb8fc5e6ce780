import { expect } from 'chai';
import { expectEnding } from '../../../support/expect-ending.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

describe('a board that GitHub shows in part, late, or in pieces', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions = { build: ['true'] }) => {
    system = await createTestSystem(options);
  };
  afterEach(() => system.close());

  it('goes on when one look at the card finds nothing, in two ways, and the next is well', async () => {
    await open({});
    // Three looks belong to the poll that moves the card; the build's second one comes before its second task.
    const gone = { kind: 'partialData', path: ['node'], type: 'NOT_FOUND' } as const;
    system.github.faults.next({ operation: 'LocateCard', skip: 4 }, gone);
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /2 tasks implemented/,
    });
    expect(system.github.faults.waiting).to.equal(0);
    expect(view.columnOf(system)).to.equal('In Review');
  });

  it('goes on, and hands over, when somebody renames the column of running builds meanwhile', async () => {
    await open({});
    const { state, faults } = system.github;
    const run = () => state.renameColumn(system.project, { from: 'In Progress', to: 'Doing' });
    faults.next({ git: 'receive-pack', method: 'POST' }, { kind: 'before', run });
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /2 tasks implemented/,
    });
  });

  it('does the whole job for a branch whose name means something to shells, addresses and refs', async () => {
    await open({ pullRequestBody: null, tasks: '- [ ] 1. One task\n' });
    const branch = "o'neill/refs/heads/#42-größe+100%25&a=$(id);日本";
    system.github.state.moveCard(system.item, 'Backlog');
    const item = await system.addCard('Odd', { branch });
    await system.run();
    expect(await view.lockOf(system, branch)).to.include({ lastOutcome: 'completed' });
    expect(system.github.state.columnOf(item)).to.equal('In Review');
    expect(await view.tasksDone(system)).to.deep.equal([]);
    expect((await view.commitsOf(system, branch)).flatMap(({ task }) => task ?? [])).to.deep.equal(['1']);
    expect(view.pullRequestOf(system)).to.include({ headRef: branch, draft: false });
  });
});
