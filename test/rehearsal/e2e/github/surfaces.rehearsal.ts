import { rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { expectCompleted } from '../../../support/expect-ending.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

describe('an outcome where GitHub refuses a part of it', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions = {}) => {
    system = await createTestSystem({ tasks: '- [ ] 1. One task\n', ...options });
    return system.github;
  };
  afterEach(() => system.close());

  it('waits for the limit on creating content, and is complete at once', async () => {
    const { faults } = await open({ pullRequestBody: null, config: { labels: ['kiro'] } });
    faults.next({ operation: 'AddComment', times: 2 }, { kind: 'refusal', name: 'too-quickly' });
    faults.next({ operation: 'FindComments' }, { kind: 'rateLimited', resetInSeconds: 1, wording: 'RATE_LIMIT' });
    faults.next({ method: 'POST', path: /\/pulls$/ }, { kind: 'refusal', name: 'too-quickly' });
    faults.next({ method: 'POST', path: /\/pulls$/ }, { kind: 'refusal', name: 'head-not-known' });
    system.github.state.lag.pullRequests = 1;
    system.github.state.lag.comments = 1;
    await system.run();
    await expectCompleted(system);
    expect(view.columnOf(system)).to.equal('In Review');
    expect(view.pullRequestOf(system)).to.include({ draft: false });
    expect([...view.pullRequestOf(system).labels]).to.deep.equal(['kiro']);
    expect(view.commentsOf(system)).to.have.length(1);
    expect(await view.buildsOf(system)).to.have.length(1);
  });

  it('is written by later polls, which a hanging one does not stop', async () => {
    const { faults } = await open({ pullRequestBody: null });
    faults.next({ method: 'POST', path: /\/pulls$/, times: 50 }, { kind: 'http502' });
    faults.next({ operation: 'FindComments', times: 50 }, { kind: 'http502' });
    await system.run();
    expect(await view.lastExitCodeOf(system)).to.equal(0);
    expect(view.columnOf(system)).to.equal('In Review');
    const row = await view.lockOf(system);
    expect(row).to.include({ status: 'released', lastOutcome: 'completed' });
    expect(row.pending?.surfaces).to.have.members(['pull-request', 'section', 'ready', 'comment']);

    faults.clear();
    await system.poll();
    expect(view.sectionOf(system)).to.include({ outcome: 'completed', buildId: row.buildId });
    expect(view.pullRequestOf(system).draft).to.equal(false);
    const [comment, ...others] = view.commentsOf(system);
    expect(others).to.deep.equal([]);
    expect(comment?.body)
      .to.include(`/pull/${view.pullRequestOf(system).number}`)
      .and.not.include('could not be');
    expect((await view.lockOf(system)).pending).to.equal(null);
    expect(await view.buildsOf(system)).to.have.length(1);
  });

  it('counts a card that was archived in between as gone, and says where artifacts could not be stored', async () => {
    const { faults } = await open();
    const run = () => {
      system.item.archived = true;
    };
    faults.next({ operation: 'MoveCard', skip: 1 }, { kind: 'before', run });
    const artifacts = system.machine.artifactsDirectory;
    rmSync(artifacts, { recursive: true, force: true });
    writeFileSync(artifacts, 'a file in the way');
    await system.run();
    await expectCompleted(system);
    expect(view.pullRequestOf(system).body).to.include('could not be stored');
    expect(view.commentsOf(system)).to.have.length(1);
    expect(view.commentsOf(system)[0]?.body).to.not.include('could not be written');
    expect((await view.lockOf(system)).pending).to.equal(null);
  });
});

describe('a completed card that shows in the target column again', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('keeps tests and coverage in the section, and commits belong to the account of the token', async () => {
    system = await createTestSystem();
    await system.run();
    const { body } = view.pullRequestOf(system);
    system.github.state.moveCard(system.item, 'For Implementation');
    await system.run();
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'nothing-to-do' });
    expect(view.columnOf(system)).to.equal('In Review');
    expect(view.pullRequestOf(system).body).to.equal(body).and.to.include('94.1');
    expect(view.commentsOf(system)[0]?.body).to.include('no open required task');

    const { state } = system.github;
    const account = state.owner(state.viewer);
    const authors = await runGit(system.repository.directory, ['log', '--format=%ae', `main..${PLACE.branch}`]);
    expect(authors).to.include(`${account?.databaseId}+${account?.login}@users.noreply.github.com`);
  });
});
