import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { createRecordingLogger } from '../../../test/support/recording-logger.ts';
import type { GitHubScene } from '../../../test/support/scenes/github.ts';
import { openGitHubScene } from '../../../test/support/scenes/github.ts';
import { startScriptedServer } from '../../../test/support/servers/scripted.ts';
import type { Repository } from '../../fakes/github/model.ts';
import { createGitHubClient } from './client.ts';
import { createGitHubPullRequests } from './pull-requests.ts';

const CREATE = 'POST /repos/acme/shop/pulls';
const LIST = 'GET /repos/acme/shop/pulls';

describe('GitHub pull requests', () => {
  let scene: GitHubScene;
  let repository: Repository;
  let branch: string;
  let number = 0;

  before(async () => {
    scene = await openGitHubScene();
    repository = await scene.github.createRepository({ owner: 'acme', name: 'shop', files: { 'README.md': 'x' } });
  });
  after(() => scene.close());
  beforeEach(async () => {
    number += 1;
    branch = `feature/n-${number}`;
    await scene.github.moveBranch(repository, { branch, files: { [`file-${number}`]: 'x' } });
    scene.github.requests.length = 0;
    scene.github.faults.clear();
    Object.assign(scene.github.state.lag, { pullRequests: 0, bodies: 0 });
  });

  const pullRequests = (more = {}) =>
    createGitHubPullRequests({ client: scene.client, repository: 'acme/shop', ...more });
  const openOf = (headRef: string) =>
    scene.github.state.pullRequests(repository).filter((pr) => pr.headRef === headRef);
  const draft = () => ({ branch, base: 'main', title: 'Do it', body: 'Why\r\n' });

  describe('find', () => {
    it("finds the branch's own one, never a fork's or another branch's", async () => {
      const { state } = scene.github;
      const fork = state.addRepository({ ...repository, owner: 'robin', isFork: true, protectedBranches: [] });
      state.addPullRequest({ repository, title: 'Fork', headRef: branch, headRepository: fork });
      state.addPullRequest({ repository, title: 'Gone', headRef: branch, headRepository: null });
      state.addPullRequest({ repository, title: 'Other', headRef: `${branch}-2` });
      state.addPullRequest({ repository, title: 'Closed', headRef: branch, state: 'CLOSED' });
      expect(await pullRequests().find(branch)).to.equal(null);
      const own = state.addPullRequest({ repository, title: 'Own', body: 'B', headRef: branch, draft: true });
      expect(await pullRequests().find(branch)).to.deep.include({
        id: own.id,
        number: own.number,
        isDraft: true,
        headRef: branch,
        headRepository: 'acme/shop',
        baseRef: 'main',
        title: 'Own',
        body: 'B',
      });
    });

    it('refuses to choose among several', async () => {
      const { state } = scene.github;
      const first = state.addPullRequest({ repository, title: 'A', headRef: branch });
      const second = state.addPullRequest({ repository, title: 'B', headRef: branch, baseRef: 'other' });
      const error = await expectError(pullRequests().find(branch), 'PULL_REQUEST_AMBIGUOUS');
      expect(error.what).to.include(`#${second.number} and #${first.number}`);
    });

    it('does not take a failure for "none"', async () => {
      scene.github.faults.next({ method: 'GET' }, { kind: 'unauthorized' });
      await expectError(pullRequests().find(branch), 'SECRET_INVALID');
    });
  });

  describe('createDraft', () => {
    it('opens a draft with the body as it is', async () => {
      const created = await pullRequests().createDraft(draft());
      expect(created).to.deep.include({
        isDraft: true,
        headRef: branch,
        baseRef: 'main',
        title: 'Do it',
        body: 'Why\r\n',
      });
      expect(scene.calls()).to.deep.equal([CREATE]);
    });

    it('opens none twice when the answer gets lost', async () => {
      scene.github.faults.next({ method: 'POST', path: /pulls$/ }, { kind: 'dropAfterEffect' });
      const created = await pullRequests().createDraft(draft());
      expect(openOf(branch).map((pr) => pr.number)).to.deep.equal([created.number]);
      expect(scene.calls()).to.deep.equal([CREATE, LIST]);
    });

    it('tries again when the lost request had no effect', async () => {
      scene.github.faults.next({ method: 'POST', path: /pulls$/ }, { kind: 'http502' });
      await pullRequests().createDraft(draft());
      expect(openOf(branch)).to.have.length(1);
      expect(scene.calls()).to.deep.equal([CREATE, LIST, LIST, LIST, CREATE]);
    });

    it('opens none twice when the answer breaks off in the middle, or the new one is not visible yet', async () => {
      scene.github.state.lag.pullRequests = 2;
      scene.github.faults.next({ method: 'POST', path: /pulls$/ }, { kind: 'dropInBody' });
      const created = await pullRequests().createDraft(draft());
      expect(openOf(branch).map((pr) => pr.number)).to.deep.equal([created.number]);

      scene.github.state.lag.pullRequests = 3;
      branch = `${branch}-too`;
      await scene.github.moveBranch(repository, { branch, files: { [branch]: 'x' } });
      const run = () => void scene.github.state.addPullRequest({ repository, title: 'Quick', headRef: branch });
      scene.github.faults.next({ method: 'POST', path: /pulls$/ }, { kind: 'before', run });
      const refused = await expectError(pullRequests().createDraft(draft()), 'GITHUB_FAILED');
      expect(refused.why).to.include('already exists');
      expect((await pullRequests().createDraft(draft())).title).to.equal('Quick');
    });

    it('waits until the API knows the branch that was pushed, and while it is too quick', async () => {
      for (const name of ['head-not-known', 'too-quickly'] as const)
        scene.github.faults.next({ method: 'POST', path: /pulls$/, times: 2 }, { kind: 'refusal', name });
      await pullRequests().createDraft(draft());
      expect(openOf(branch)).to.have.length(1);
      expect(scene.count(CREATE)).to.equal(5);
      scene.github.faults.next(
        { method: 'POST', path: /pulls$/, times: 9 },
        { kind: 'refusal', name: 'head-not-known' },
      );
      const error = await expectError(pullRequests().createDraft(draft()), 'GITHUB_FAILED');
      expect(error.what).to.equal('GitHub does not open the pull request yet.');
      expect(scene.count(CREATE)).to.equal(10);
    });

    it('says that a missing right is a refusal for good', async () => {
      scene.github.state.rights.pullRequests = 'read';
      try {
        await expectError(pullRequests().createDraft(draft()), 'GITHUB_REFUSED');
        expect(scene.count(CREATE)).to.equal(1);
      } finally {
        scene.github.state.rights.pullRequests = 'write';
      }
    });

    it('takes the one that somebody opened at the same time', async () => {
      const run = () => void scene.github.state.addPullRequest({ repository, title: 'Quick', headRef: branch });
      scene.github.faults.next({ method: 'POST', path: /pulls$/ }, { kind: 'before', run });
      expect((await pullRequests().createDraft(draft())).title).to.equal('Quick');
      expect(openOf(branch)).to.have.length(1);
    });

    it('gives up after three lost answers, and reports a refusal at once', async () => {
      scene.github.faults.next({ method: 'POST', path: /pulls$/, times: 3 }, { kind: 'http502' });
      await expectError(pullRequests().createDraft(draft()), 'GITHUB_FAILED');
      expect(scene.count(CREATE)).to.equal(3);
      const error = await expectError(pullRequests().createDraft({ ...draft(), base: 'nowhere' }), 'GITHUB_REFUSED');
      expect(error.why).to.include('nowhere');
      expect(scene.count(CREATE)).to.equal(4);
    });

    it('labels it, and says when that is refused', async () => {
      const labels = ['kiro', 'a b'];
      const created = await pullRequests({ labels }).createDraft(draft());
      expect(created.unlabelled).to.equal(undefined);
      expect([...(openOf(branch)[0]?.labels ?? [])]).to.deep.equal(labels);
      scene.github.faults.next({ method: 'POST', path: /labels$/ }, { kind: 'unauthorized' });
      const again = await pullRequests({ labels }).createDraft(draft());
      expect(again.number).to.equal(created.number);
      expect(again.unlabelled).to.match(/could not be labelled: Bad credentials/);
    });
  });

  describe('where the plan has no drafts', () => {
    const refusal = {
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [{ message: 'Draft pull requests are not supported in this repository.' }],
      },
    };
    const opened = {
      node_id: 'PR_1',
      number: 4,
      html_url: 'https://example/4',
      draft: false,
      title: 'Do it',
      body: null,
      head: { ref: 'b', repo: { full_name: 'acme/shop' } },
      base: { ref: 'main' },
    };

    it('opens an ordinary one, and leaves it open for review', async () => {
      const server = await startScriptedServer();
      try {
        const logged: string[] = [];
        const client = createGitHubClient({
          apiUrl: server.url,
          graphqlUrl: `${server.url}/graphql`,
          token: async () => 't',
          userAgent: 'x',
          log: createRecordingLogger((line) => logged.push(line)),
        });
        const own = createGitHubPullRequests({ client, repository: 'acme/shop' });
        server.answers.push(refusal, { status: 201, body: opened });
        const created = await own.createDraft({ branch: 'b', base: 'main', title: 'Do it', body: '' });
        expect(created).to.include({ number: 4, isDraft: false, body: '' });
        expect(server.seen.map(({ body }) => (body as { draft: boolean }).draft)).to.deep.equal([true, false]);
        const state = { data: { repository: { pullRequest: { id: 'PR_1', isDraft: false } } } };
        server.answers.splice(0, 1, { body: state }, { body: { data: null, errors: [refusal.body.errors[0]] } });
        await own.setDraft(4, true);
        expect(logged.filter((line) => line.includes('no draft pull requests'))).to.have.length(2);
      } finally {
        await server.close();
      }
    });
  });

  describe('get', () => {
    it('finds one that the list does not show yet, and none that is closed or gone', async () => {
      scene.github.state.lag.pullRequests = 2;
      const pr = scene.github.state.addPullRequest({ repository, title: 'A', headRef: branch });
      expect(await pullRequests().find(branch)).to.equal(null);
      expect((await pullRequests().get(pr.number))?.number).to.equal(pr.number);
      pr.state = 'CLOSED';
      expect(await pullRequests().get(pr.number)).to.equal(null);
      expect(await pullRequests().get(99_999)).to.equal(null);
      scene.github.faults.next({ method: 'GET', times: 9 }, { kind: 'unauthorized' });
      await expectError(pullRequests().get(pr.number), 'SECRET_INVALID');
    });
  });

  describe('updateBody', () => {
    it('hands over the body as it is now, and writes what comes back', async () => {
      const pr = scene.github.state.addPullRequest({ repository, title: 'A', body: 'old', headRef: branch });
      pr.body = 'human\r\n<!-- x -->\ttail ';
      const updated = await pullRequests().updateBody(pr.number, (body) => `${body}+`);
      expect(updated.body).to.equal('human\r\n<!-- x -->\ttail +');
      expect(pr.body).to.equal(updated.body);
    });

    it('writes nothing that is there already, and reads an empty body as an empty text', async () => {
      const pr = scene.github.state.addPullRequest({ repository, title: 'A', headRef: branch });
      const seen: string[] = [];
      const same = await pullRequests().updateBody(pr.number, (body) => {
        seen.push(body);
        return body;
      });
      expect(seen).to.deep.equal(['']);
      expect(same.number).to.equal(pr.number);
      expect(scene.calls()).to.deep.equal([`GET /repos/acme/shop/pulls/${pr.number}`]);
    });

    it('is written once more when the answer gets lost', async () => {
      const pr = scene.github.state.addPullRequest({ repository, title: 'A', headRef: branch });
      scene.github.faults.next({ method: 'PATCH' }, { kind: 'dropAfterEffect' });
      expect((await pullRequests().updateBody(pr.number, () => 'new')).body).to.equal('new');
    });
  });

  describe('setDraft', () => {
    it('is tried a second time where GitHub does not know the pull request yet', async () => {
      const pr = scene.github.state.addPullRequest({ repository, title: 'A', headRef: branch, draft: true });
      scene.github.faults.next({ operation: 'MarkReady' }, { kind: 'refusal', name: 'not-found' });
      await pullRequests().setDraft(pr.number, false);
      expect(pr.draft).to.equal(false);
      expect(scene.github.faults.waiting).to.equal(0);
    });

    it('turns a draft ready and back, and writes only what changes', async () => {
      const pr = scene.github.state.addPullRequest({ repository, title: 'A', headRef: branch, draft: true });
      await pullRequests().setDraft(pr.number, true);
      expect(scene.calls()).to.deep.equal(['ReadDraftState']);
      await pullRequests().setDraft(pr.number, false);
      expect(pr.draft).to.equal(false);
      await pullRequests().setDraft(pr.number, true);
      expect(pr.draft).to.equal(true);
    });

    it('says when the pull request is not there', async () => {
      const error = await expectError(pullRequests().setDraft(99_999, false), 'GITHUB_REFUSED');
      expect(error.problems[0]).to.include('99999');
    });
  });
});
