import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import type { GitHubScene } from '../../../test/support/scenes/github.ts';
import { openGitHubScene } from '../../../test/support/scenes/github.ts';
import type { BranchFacts } from '../../core/ports/github.ts';
import type { Repository } from '../../fakes/github/model.ts';
import { REFUSALS } from '../../fakes/github/refusals.ts';
import { createGitHubBranches } from './branches.ts';
import { createGitHubRights } from './rights.ts';

describe('GitHub branches in an unfriendly world', () => {
  let scene: GitHubScene;
  let repository: Repository;
  const many = Array.from({ length: 60 }, (_, i) => `many/${i}`);

  before(async () => {
    scene = await openGitHubScene();
    repository = await scene.github.createRepository({
      owner: 'acme',
      name: 'shop',
      files: { 'README.md': 'x' },
      branches: [...many, 'hidden', 'plain', 'refs/heads/gone', 'refs/heads/plain', 'größe/#42%25'].map((name) => ({
        name,
      })),
    });
  });
  after(() => scene.close());
  beforeEach(() => {
    scene.github.requests.length = 0;
    repository.rulesets.length = 0;
    repository.protections.length = 0;
    repository.permission = 'WRITE';
  });

  const branches = (name = 'acme/shop') => createGitHubBranches({ client: scene.client, repository: name });
  const factsOf = async (name: string): Promise<BranchFacts | undefined> =>
    (await branches().inspect([name])).branches.get(name);
  const rulesOf = async (name: string) => {
    const facts = await factsOf(name);
    return facts?.exists === true ? facts.rules.map(({ kind }) => kind) : null;
  };

  it('costs the others nothing when one branch is not shown', async () => {
    scene.github.rules.hideBranch({ repository, branch: 'hidden' }, REFUSALS['token-lacks-right']);
    const found = (await branches().inspect([...many, 'hidden'])).branches;
    expect(found.get('hidden')).to.deep.include({ exists: 'unknown' });
    expect([...found.values()].filter(({ exists }) => exists === true)).to.have.length(60);
  });

  for (const as of ['limits', 'timeout'] as const) {
    it(`asks for fewer branches where GitHub cannot answer for all, and remembers how many (${as})`, async () => {
      scene.github.rules.weightLimit = { objects: 20 * 80, as };
      const reader = branches();
      const found = await reader.inspect(many);
      expect([...found.branches.values()].every(({ exists }) => exists === true)).to.equal(true);
      scene.github.requests.length = 0;
      await reader.inspect(many);
      expect(scene.github.requests.length).to.be.lessThan(found.requests);
      scene.github.rules.weightLimit = null;
    });
  }

  it('calls a branch unknown that alone is more than GitHub answers', async () => {
    scene.github.rules.weightLimit = { objects: 10, as: 'limits' };
    const found = await factsOf('plain');
    scene.github.rules.weightLimit = null;
    expect(found).to.deep.include({ exists: 'unknown' });
  });

  it('takes no branch called refs/heads/NAME for NAME', async () => {
    expect(await factsOf('gone')).to.deep.equal({ exists: false });
    expect(await factsOf('plain')).to.include({ exists: true });
    expect(await factsOf('größe/#42%25')).to.include({ exists: true });
  });

  it('finds the one pull request of its own among many of forks with the same head name', async () => {
    const { state } = scene.github;
    for (let i = 0; i < 60; i += 1) {
      const fork = state.addRepository({ ...repository, owner: `robin${i}`, isFork: true, protectedBranches: [] });
      state.addPullRequest({ repository, title: `Fork ${i}`, headRef: 'plain', headRepository: fork });
    }
    const own = state.addPullRequest({ repository, title: 'Own', headRef: 'plain' });
    const path = ['repository', 'pullRequests', 'nodes', 3, 'headRepository'];
    scene.github.faults.next({ operation: 'ListPullRequests' }, { kind: 'partialData', path });
    const seen = (await branches().inspect(['plain', 'hidden'])).branches;
    expect([...seen.values()].map(({ exists }) => exists)).to.deep.equal(['unknown', 'unknown']);
    expect(seen.get('plain')).to.have.property('reason').that.includes('not accessible');
    const facts = await factsOf('plain');
    const all = facts?.exists === true ? facts.pullRequests : [];
    expect(all).to.have.length(61);
    expect(
      all.filter(({ headRepository }) => headRepository === 'acme/shop').map(({ number }) => number),
    ).to.deep.equal([own.number]);
  });

  describe('rules of a branch', () => {
    it('are asked as rights: one that lets the token push forbids nothing', async () => {
      repository.protections.push({ pattern: /./, viewerCanPush: true });
      expect(await rulesOf('plain')).to.deep.equal([]);
      repository.permission = 'ADMIN';
      expect(await rulesOf('plain')).to.deep.equal([]);
    });

    it('are named where a push would break them', async () => {
      repository.protections.push({
        pattern: /./,
        viewerCanPush: false,
        requiresSignatures: true,
        requiresLinearHistory: true,
      });
      expect(await rulesOf('plain')).to.deep.equal(['push', 'signatures', 'linear-history']);
      repository.permission = 'ADMIN';
      expect(await rulesOf('plain'), 'administrators too').to.deep.equal([
        'pull-request',
        'signatures',
        'linear-history',
      ]);
      repository.protections.splice(0, 1, {
        pattern: /./,
        viewerCanPush: false,
        requiresSignatures: true,
        isAdminEnforced: false,
      });
      expect(await rulesOf('plain'), 'but administrators').to.deep.equal([]);
    });

    it('of rulesets count when they bind this token and concern a push', async () => {
      const kinds = async () =>
        (await branches().rules('größe/#42%25')).map(({ kind, source }) => `${kind} by ${source}`);
      repository.rulesets.push({
        id: 1,
        name: 'All',
        pattern: /./,
        rules: ['deletion', 'non_fast_forward'],
        bypass: 'never',
      });
      expect(await kinds()).to.deep.equal([]);
      const signed = {
        id: 2,
        name: 'Signed',
        pattern: /größe\/#42%25/,
        rules: ['required_signatures', 'pull_request'],
      };
      repository.rulesets.push({ ...signed, bypass: 'never' });
      expect(await kinds()).to.deep.equal([
        'signatures by the ruleset "Signed"',
        'pull-request by the ruleset "Signed"',
      ]);
      repository.rulesets.splice(1, 1, { ...signed, bypass: 'pull_requests_only' });
      expect(await kinds()).to.have.length(2);
      repository.rulesets.splice(1, 1, { ...signed, bypass: 'always' });
      expect(await kinds()).to.deep.equal([]);
    });
  });

  it('asks what the token itself may write, and writes nothing', async () => {
    const rights = createGitHubRights({ client: scene.client, repository: 'acme/shop' });
    const { number, comments } = scene.github.state.addIssue({ repository, title: 'Issue' });
    expect(await rights.missing(number)).to.deep.equal([]);
    const threads = repository.threads.size;
    scene.github.state.rights.pullRequests = 'read';
    scene.github.state.rights.issues = 'read';
    const missing = await rights.missing(number);
    scene.github.state.rights.pullRequests = 'write';
    scene.github.state.rights.issues = 'write';
    expect(missing.join(' ')).to.include('may not open pull requests').and.to.include('may not comment');
    expect([comments.length, repository.threads.size]).to.deep.equal([0, threads]);
  });

  it('follows a rename, and says the new name', async () => {
    const renamed = await scene.github.createRepository({ owner: 'acme', name: 'before', branches: [{ name: 'x' }] });
    scene.github.state.renameRepository(renamed, 'after');
    renamed.rulesets.push({ id: 9, name: 'R', pattern: /./, rules: ['update'], bypass: 'never' });
    const found = await branches('acme/before').inspect(['x']);
    expect(found.repository.nameWithOwner).to.equal('acme/after');
    expect(found.branches.get('x')).to.include({ exists: true });
    expect(await branches('acme/before').rules('x')).to.deep.equal([{ kind: 'push', source: 'the ruleset "R"' }]);
    await expectError(branches('acme/never').inspect(['x']), 'GITHUB_FAILED');
  });
});
