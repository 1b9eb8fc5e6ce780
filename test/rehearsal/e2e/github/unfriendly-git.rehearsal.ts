import { expect } from 'chai';
import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { RULE_REFUSALS } from '../../../../src/fakes/github/git/refusals.ts';
import { expectEnding } from '../../../support/expect-ending.ts';
import type { TestSystem } from '../../../support/system/test-system.ts';
import { createTestSystem } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const TARGET = 'For Implementation';
const NEEDS_PERSON = 'Needs a person';

describe('a run over a git server that is not always there', () => {
  let system: TestSystem;
  afterEach(async () => {
    await system.close();
  });

  const agentRuns = async () => {
    const builds = await view.buildsOf(system);
    const logs = await Promise.all(builds.map(({ id }) => view.logOf(system, id)));
    return logs.join('\n').match(/"phase":"implement"/g)?.length ?? 0;
  };
  const commentText = () =>
    (view.commentsOf(system)[0]?.body ?? '')
      .replaceAll('&#8203;', '')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

  it('starts no agent with a token that may not write contents, and leaves the card where it is', async () => {
    system = await createTestSystem({ tasks: TASKS });
    system.github.state.rights.contents = 'read';
    await system.run();
    const words = /Write access to repository not granted/;
    await expectEnding(system, { kind: 'setup-incomplete', column: TARGET, tasks: [], words });
    expect(await agentRuns()).to.equal(0);
  });

  // Names that sort before and after `refs/`: a server lists the twin after the branch, or before it.
  for (const branch of ['feature/login', 'spec/login']) {
    it(`starts no agent beside a twin of ${branch}, says what to delete, and goes on once it is gone`, async () => {
      system = await createTestSystem({ tasks: TASKS });
      const { github, repository } = system;
      github.state.moveCard(system.item, 'Backlog');
      const item = await system.addCard('Login', { branch });
      const twin = `refs/heads/${branch}`;
      await github.moveBranch(repository, { branch: twin, files: { 'by-mistake.txt': 'x\n' } });
      for (let n = 0; n < 3; n += 1) await system.run();
      expect(await view.buildsOf(system)).to.have.length(1);
      expect(await agentRuns()).to.equal(0);
      expect(github.state.columnOf(item)).to.equal(NEEDS_PERSON);
      expect(commentText()).to.include(`git push origin --delete refs/heads/${twin}`);
      await runGit(repository.directory, ['update-ref', '-d', `refs/heads/${twin}`]);
      github.state.moveCard(item, TARGET);
      await system.run();
      expect(github.state.columnOf(item)).to.equal('In Review');
    });
  }

  it('names the new name of a repository that was renamed meanwhile', async () => {
    system = await createTestSystem({ tasks: TASKS });
    const { faults, state } = system.github;
    const run = () => state.renameRepository(system.repository, 'slugs-new');
    faults.next({ git: 'receive-pack' }, { kind: 'before', run });
    await system.run();
    const words = /acme\/slugs-new.*Correct "repository" in the project configuration/s;
    await expectEnding(system, { kind: 'setup-incomplete', column: TARGET, tasks: [], words });
    expect(await agentRuns()).to.equal(0);
  });

  it('tells all that a rule says: in the log, the files, the comment and the pull request', async () => {
    system = await createTestSystem({ tasks: TASKS });
    system.github.faults.next({ git: 'receive-pack', method: 'POST' }, RULE_REFUSALS.pushProtection(3));
    await system.run();
    await expectEnding(system, { kind: 'push-refused', column: NEEDS_PERSON, tasks: [], words: /GH013/ });
    const [build] = await view.buildsOf(system);
    const log = await view.logOf(system, build?.id ?? '');
    const whole = await view.artifactOf(system, build?.id ?? '', 'logs/push.log');
    for (const words of [
      'GH013',
      'PUSH PROTECTION',
      'number 1',
      'config-1.js:34',
      'unblock-secret/1',
      'unblock-secret/3',
    ]) {
      for (const text of [log, whole, commentText()]) expect(text).to.include(words);
    }
    expect(commentText()).to.include('Take each secret out of the branch');
    expect(await view.artifactOf(system, build?.id ?? '', 'diffs/changes.diff')).to.include('diff --git');
  });
});
