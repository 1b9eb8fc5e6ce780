import { expect } from 'chai';
import { runGit } from '../../src/fakes/github/git/command.ts';
import { RULE_REFUSALS, SERVER_REJECTIONS } from '../../src/fakes/github/git/refusals.ts';
import { expectEnding } from '../support/expect-ending.ts';
import { WORKER_FILE } from '../support/system/repository.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const TARGET = 'For Implementation';
const NEEDS_PERSON = 'Needs a person';
/** Says in a comment what git and the environment show it. */
const LOOKS_AROUND = `
  import { execFileSync } from 'node:child_process';
  export function work({ write }) {
    const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    write('src/a.js', 'export const a = 1;\\n');
    write('seen.md', [git('log', '--format=%s', '-p', 'origin/main'), process.env.REQUESTS_CA_BUNDLE].join('\\n'));
  }`;

describe('a run over a git server that is not always there', () => {
  let system: TestSystem;
  const usual = process.env.REQUESTS_CA_BUNDLE;
  afterEach(async () => {
    if (usual === undefined) delete process.env.REQUESTS_CA_BUNDLE;
    else process.env.REQUESTS_CA_BUNDLE = usual;
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

  it('ends by the rules of the base, with its work pushed once, whatever failed on the way', async () => {
    process.env.REQUESTS_CA_BUNDLE = '/etc/company-authority.pem';
    system = await createTestSystem({ tasks: TASKS, agentScript: LOOKS_AROUND });
    const { github, repository } = system;
    await github.moveBranch(repository, {
      branch: 'main',
      files: { '.kiro-worker.yml': `${WORKER_FILE}coverageThreshold: 100\nbaseline: allow-below-threshold\n` },
      message: 'Raise the gate\n',
    });
    for (const skip of [0, 2, 3]) github.faults.next({ git: 'upload-pack', skip }, { kind: 'status', status: 503 });
    github.faults.next({ git: 'receive-pack', method: 'GET' }, { kind: 'reset' });
    const push = { git: 'receive-pack', method: 'POST' } as const;
    github.faults.next(push, { kind: 'http502' });
    github.faults.next(push, { kind: 'secondaryLimit', retryAfterSeconds: 1 });
    github.faults.next(push, SERVER_REJECTIONS.internalErrorOfHook());
    await system.run();
    expect(github.faults.waiting).to.equal(0);
    await expectEnding(system, { kind: 'coverage-below', column: NEEDS_PERSON, tasks: ['1'], words: /100 %/ });
    const seen = await view.fileOn(system, 'seen.md');
    expect(seen).to.include('+coverageThreshold: 100').and.to.include('/etc/company-authority.pem');
  });

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
