import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import type { GitHubScene } from '../../../test/support/scenes/github.ts';
import { openGitHubScene } from '../../../test/support/scenes/github.ts';
import type { BranchFacts } from '../../core/ports/github.ts';
import type { FileChange } from '../../fakes/github/git/commits.ts';
import type { Repository } from '../../fakes/github/model.ts';
import { createGitHubBranches } from './branches.ts';

const TASKS = '\u{feff}- [ ] 1. Dó\r\n';
const SPEC = { 'tasks.md': TASKS, 'requirements.md': '# R', 'design.md': '# D', '.config.kiro': '{"a":1}' };

function specAt(folder: string, files: Record<string, string> = SPEC): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`.kiro/specs/${folder}/${name}`, text]));
}

describe('GitHub branches', () => {
  let scene: GitHubScene;
  let repository: Repository;
  const many = Array.from({ length: 101 }, (_, i) => `many/${i}`);

  before(async () => {
    scene = await openGitHubScene();
    repository = await scene.github.createRepository({
      owner: 'acme',
      name: 'shop',
      files: { 'README.md': 'x' },
      protectedBranches: ['release'],
      branches: [
        { name: 'feature/login', files: specAt('feature/login') },
        { name: 'feature/dash', files: specAt('feature-dash') },
        {
          name: 'feature/both',
          files: { ...specAt('feature/both', { 'tasks.md': 'right' }), ...specAt('feature-both') },
        },
        { name: 'plain', files: specAt('plain', { 'tasks.md': TASKS, 'sub/design.md': 'd' }) },
        { name: 'empty', files: { a: 'a' } },
        { name: 'file', files: { '.kiro/specs/file': 'not a folder' } },
        { name: 'binary', files: specAt('binary', { 'tasks.md': 'a\0b' }) },
        { name: 'huge', files: specAt('huge', { 'tasks.md': `- [ ] 1. Do\n${'x'.repeat(600_000)}` }) },
        { name: 'linked', files: { '.kiro/specs/linked/tasks.md': { mode: '120000', content: '/etc/passwd' } } },
        { name: 'release', files: { a: 'a' } },
        ...many.map((name) => ({ name })),
      ],
    });
  });
  after(() => scene.close());
  beforeEach(() => {
    scene.github.requests.length = 0;
    scene.github.faults.clear();
  });

  const inspect = (...names: string[]) =>
    createGitHubBranches({ client: scene.client, repository: 'acme/shop' }).inspect(names);
  const facts = async (name: string): Promise<Extract<BranchFacts, { exists: true }>> => {
    const found = (await inspect(name)).branches.get(name);
    if (found?.exists !== true) throw new Error(`${name} should be there`);
    return found;
  };

  it('reads head and spec of a branch with slashes, byte for byte', async () => {
    const branch = await facts('feature/login');
    expect(branch.head).to.match(/^[0-9a-f]{40}$/);
    expect(branch.rules).to.deep.equal([]);
    expect(branch.pullRequests).to.deep.equal([]);
    expect(branch.spec).to.deep.include({ folder: '.kiro/specs/feature/login', tasks: TASKS, config: '{"a":1}' });
    expect(branch.spec?.names).to.have.members(Object.keys(SPEC));
  });

  it('finds the spec under the second spelling, and prefers the first', async () => {
    expect((await facts('feature/dash')).spec?.folder).to.equal('.kiro/specs/feature-dash');
    expect((await facts('feature/both')).spec).to.include({ folder: '.kiro/specs/feature/both', tasks: 'right' });
  });

  it('counts regular files of the folder alone', async () => {
    const { fingerprint, ...spec } = (await facts('plain')).spec ?? {};
    expect(fingerprint).to.match(/^[0-9a-f]{64}$/);
    expect(spec).to.deep.equal({
      folder: '.kiro/specs/plain',
      names: ['tasks.md'],
      tasks: TASKS,
      config: null,
    });
  });

  it('has no spec without a folder, also when a file stands in its place', async () => {
    expect((await facts('empty')).spec).to.equal(null);
    expect((await facts('file')).spec).to.equal(null);
  });

  it('recognises binary files, and text that is cut off', async () => {
    expect((await facts('binary')).spec).to.deep.include({ tasks: null, names: ['tasks.md'] });
    const huge = (await facts('huge')).spec;
    expect(huge?.tasksTruncated).to.equal(true);
    expect(huge?.tasks).to.match(/^- \[ \] 1\. Do/);
  });

  it('does not take a symbolic link for a file', async () => {
    expect((await facts('linked')).spec).to.deep.include({ tasks: null, names: [] });
  });

  it('recognises missing and protected branches', async () => {
    const { branches } = await inspect('nowhere', 'release');
    expect(branches.get('nowhere')).to.deep.equal({ exists: false });
    const source = 'the branch protection "release"';
    expect(branches.get('release')).to.deep.include({ exists: true, rules: [{ kind: 'push', source }] });
  });

  it("lists open pull requests of that head, forks' included", async () => {
    const { state } = scene.github;
    const fork = state.addRepository({ ...repository, owner: 'robin', isFork: true, protectedBranches: [] });
    const own = state.addPullRequest({ repository, title: 'Own', headRef: 'plain', draft: true });
    const foreign = state.addPullRequest({ repository, title: 'Fork', headRef: 'plain', headRepository: fork });
    state.addPullRequest({ repository, title: 'Closed', headRef: 'plain', state: 'CLOSED' });
    state.addPullRequest({ repository, title: 'Other', headRef: 'empty' });
    const { pullRequests } = await facts('plain');
    expect(
      pullRequests.map(({ number, headRepository, isDraft }) => ({ number, headRepository, isDraft })),
    ).to.deep.equal([
      { number: own.number, headRepository: 'acme/shop', isDraft: true },
      { number: foreign.number, headRepository: 'robin/shop', isDraft: false },
    ]);
    expect(pullRequests[0]).to.include({ id: own.id, headRef: 'plain', baseRef: 'main' });
    expect(pullRequests[0]?.url).to.match(/acme\/shop\/pull\/\d+$/);
  });

  it('reads which .kiro-worker.yml stands on the default branch and on the base of a pull request', async () => {
    const rules = await scene.github.createRepository({
      owner: 'acme',
      name: 'rules',
      files: { '.kiro-worker.yml': 'test: make\n' },
      branches: [
        { name: 'x', files: { '.kiro-worker.yml': 'test: x\n' } },
        { name: 'release', files: { '.kiro-worker.yml': null } },
        { name: 'old', files: {} },
      ],
    });
    scene.github.state.addPullRequest({ repository: rules, title: 'R', headRef: 'x', baseRef: 'release' });
    scene.github.state.addPullRequest({ repository: rules, title: 'O', headRef: 'x', baseRef: 'old' });
    const found = await createGitHubBranches({ client: scene.client, repository: 'acme/rules' }).inspect(['x']);
    // git hash-object of "test: make\n"
    const id = '37d3b5022bc06694400ed43b91b9106d1be3a8c8';
    expect(found.repository.rulesFile).to.equal(id);
    const branch = found.branches.get('x');
    const files = branch?.exists === true ? branch.pullRequests.map(({ baseRulesFile }) => baseRulesFile) : [];
    expect(files).to.deep.equal([null, id]);
  });

  it('reads the .kiro-worker.yml of a branch as what it is, once for all its cards', async () => {
    const files = (rules: FileChange) => ({ '.kiro-worker.yml': rules });
    await scene.github.createRepository({
      owner: 'acme',
      name: 'kinds',
      files: files('test: make\n'),
      branches: [
        { name: 'linked', files: files({ mode: '120000', content: '/etc/passwd' }) },
        { name: 'folder', files: { '.kiro-worker.yml': null, '.kiro-worker.yml/x': 'x' } },
        { name: 'binary', files: files('a\0b') },
        { name: 'none', files: { '.kiro-worker.yml': null } },
      ],
    });
    const { rulesFile } = createGitHubBranches({ client: scene.client, repository: 'acme/kinds' });
    expect(await rulesFile('main')).to.deep.equal({ kind: 'file', size: 11, text: 'test: make\n' });
    expect(await rulesFile('linked')).to.include({ kind: 'link' });
    expect(await rulesFile('folder')).to.include({ kind: 'folder', text: null });
    expect(await rulesFile('binary')).to.deep.equal({ kind: 'file', size: 3, text: null });
    expect([await rulesFile('none'), await rulesFile('gone')]).to.deep.equal([null, null]);
    scene.github.requests.length = 0;
    await rulesFile('main');
    expect(scene.github.requests).to.deep.equal([]);
  });

  it('reads the repository', async () => {
    repository.permission = 'READ';
    expect((await inspect()).repository).to.deep.equal({
      nameWithOwner: 'acme/shop',
      defaultBranch: 'main',
      rulesFile: null,
      canPush: false,
      isArchived: false,
    });
    repository.permission = 'WRITE';
    expect((await inspect()).repository.canPush).to.equal(true);
  });

  it('needs one request per 50 branches, whatever is on them', async () => {
    const { branches, requests } = await inspect(...many, ...many);
    expect(branches.size).to.equal(101);
    expect([...branches.values()].every(({ exists }) => exists === true)).to.equal(true);
    expect(requests).to.equal(3);
    expect(scene.calls()).to.deep.equal(['InspectBranches', 'InspectBranches', 'InspectBranches']);
  });

  it('costs one point for 50 branches', async () => {
    const before = scene.github.state.rate.remaining;
    await inspect(...many.slice(0, 50));
    expect(before - scene.github.state.rate.remaining).to.equal(1);
  });

  it('hands names over as values, never as a part of the query', async () => {
    const names = ['x") { id } y: ref(qualifiedName: "main', '$owner', '"\\u0022', 'näme/🎉'];
    const { branches } = await inspect(...names);
    expect([...branches.values()]).to.deep.equal(names.map(() => ({ exists: false })));
  });

  it('works with a token that may not read protection rules', async () => {
    for (const field of ['branchProtectionRule', 'refUpdateRule']) {
      const path = ['repository', 'b0', field];
      scene.github.faults.next({ operation: 'InspectBranches' }, { kind: 'partialData', path });
      const { branches } = await inspect('release');
      expect(branches.get('release')).to.include({ exists: true });
    }
  });

  it('never reads a hole in the answer as "nothing there"', async () => {
    for (const path of [['b0'], ['p0'], ['p0', 'nodes', 0], ['f0_0'], ['t0_0']]) {
      const fault = { kind: 'partialData', path: ['repository', ...path] } as const;
      scene.github.faults.next({ operation: 'InspectBranches' }, fault);
      const { branches } = await inspect('plain', 'empty');
      expect(branches.get('plain'), path.join('.')).to.include({ exists: 'unknown' });
      expect(branches.get('empty'), path.join('.')).to.include({ exists: true });
    }
    scene.github.faults.next({ operation: 'InspectBranches' }, { kind: 'partialData', path: ['repository'] });
    await expectError(inspect('plain'), 'GITHUB_FAILED');
  });

  it('says when the repository is not there', async () => {
    const branches = createGitHubBranches({ client: scene.client, repository: 'acme/nowhere' });
    const error = await expectError(branches.inspect(['plain']), 'GITHUB_FAILED');
    expect(error.what).to.include('acme/nowhere');
    expect(error.remedy).to.include('project configuration');
  });
});
