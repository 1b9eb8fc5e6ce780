import { expect } from 'chai';
import { type Fixture, startFixture } from '../fixture.ts';

const FACTS = (index: number, branch: string) => `
  ref${index}: ref(qualifiedName: "refs/heads/${branch}") {
    name
    target { oid ... on Commit { committedDate message author { name email user { login } } history(first: 2) { totalCount nodes { messageHeadline } } } }
    branchProtectionRule { id }
    refUpdateRule { pattern viewerCanPush }
  }
  spec${index}: object(expression: "refs/heads/${branch}:.kiro/specs/one") {
    ... on Tree { entries { name type path object { ... on Blob { text isTruncated byteSize isBinary } } } }
  }
  pulls${index}: pullRequests(first: 10, headRefName: "${branch}", states: OPEN) { nodes { number headRepository { nameWithOwner } } }`;

describe('local GitHub: repositories', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  const inspect = async (selection: string) => {
    const { data, errors } = await fixture.graphql(
      `query Facts { repository(owner: "acme", name: "slugs") { ${selection} } }`,
    );
    expect(errors).to.equal(undefined);
    return data.repository;
  };
  const text = async (expression: string) =>
    (await inspect(`object(expression: ${JSON.stringify(expression)}) { ... on Blob { text isBinary isTruncated } }`))
      .object;

  it('returns the facts of 50 branches in one request', async () => {
    const names = Array.from({ length: 50 }, (_, index) =>
      index === 0 ? 'feature/one' : index === 1 ? 'main' : `gone/${index}`,
    );
    fixture.github.state.addPullRequest({ repository: fixture.repository, title: 'One', headRef: 'feature/one' });
    const facts = await inspect(
      `isArchived isFork viewerPermission defaultBranchRef { name } ${names.map((name, index) => FACTS(index, name)).join('')}`,
    );
    expect(facts).to.deep.include({ isArchived: false, viewerPermission: 'WRITE', defaultBranchRef: { name: 'main' } });
    expect(facts.ref0).to.deep.include({ name: 'feature/one', branchProtectionRule: null });
    expect(facts.ref0.target.history).to.deep.equal({
      totalCount: 2,
      nodes: [{ messageHeadline: 'Start feature/one' }, { messageHeadline: 'First commit' }],
    });
    expect(facts.spec0.entries).to.deep.equal([
      {
        name: 'tasks.md',
        type: 'blob',
        path: '.kiro/specs/one/tasks.md',
        object: { text: '- [ ] 1. Do it\n', isTruncated: false, byteSize: 15, isBinary: false },
      },
    ]);
    expect(facts.pulls0.nodes).to.deep.equal([{ number: 1, headRepository: { nameWithOwner: 'acme/slugs' } }]);
    expect(facts.ref1.refUpdateRule).to.deep.equal({ pattern: 'main', viewerCanPush: false });
    expect([facts.ref49, facts.spec49, facts.pulls49.nodes]).to.deep.equal([null, null, []]);
  });

  it('shows a commit by a person at once, with its author', async () => {
    const head = await fixture.github.moveBranch(fixture.repository, {
      branch: 'feature/one',
      files: { 'src/one.js': null, 'docs/a b "c".md': 'new\n' },
      message: 'Human work\n\nBody',
      author: { name: 'Robin', email: '12+kiro-worker-bot@users.noreply.github.com' },
    });
    const facts = await inspect(FACTS(0, 'feature/one'));
    expect(facts.ref0.target).to.deep.include({ oid: head, message: 'Human work\n\nBody' });
    expect(facts.ref0.target.author).to.deep.include({ name: 'Robin', user: { login: 'kiro-worker-bot' } });
    expect(await text('feature/one:docs/a b "c".md')).to.include({ text: 'new\n' });
    expect(await text('feature/one:src/one.js')).to.equal(null);
  });

  it('reads folders, binary, long, executable and linked files', async () => {
    await fixture.github.createRepository({
      owner: 'acme',
      name: 'files',
      files: {
        'long.txt': 'x'.repeat(600_000),
        'binary.bin': Buffer.from([0, 1, 2]),
        'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
        link: { mode: '120000', content: 'run.sh' },
        'a/b/c.txt': 'deep',
      },
    });
    const { data } = await fixture.graphql(`{ repository(owner: "acme", name: "files") {
      tree: object(expression: "main:") { ... on Tree { entries { name type mode size } } }
      deep: object(expression: "main:a") { ... on Tree { entries { path object { ... on Tree { entries { path oid } } } } } }
      long: object(expression: "main:long.txt") { ... on Blob { text isTruncated byteSize } }
      binary: object(expression: "main:binary.bin") { ... on Blob { text isBinary } }
    } }`);
    const { tree, deep, long, binary } = data.repository;
    expect(tree.entries).to.deep.equal([
      { name: 'a', type: 'tree', mode: 0o040000, size: 0 },
      { name: 'binary.bin', type: 'blob', mode: 0o100644, size: 3 },
      { name: 'link', type: 'blob', mode: 0o120000, size: 6 },
      { name: 'long.txt', type: 'blob', mode: 0o100644, size: 600_000 },
      { name: 'run.sh', type: 'blob', mode: 0o100755, size: 10 },
    ]);
    expect(deep.entries[0].object.entries[0].path).to.equal('a/b/c.txt');
    expect([long.isTruncated, long.byteSize, long.text.length]).to.deep.equal([true, 600_000, 512_000]);
    expect(binary).to.deep.equal({ text: null, isBinary: true });
  });

  it('takes a branch name as a name only, never as a revision', async () => {
    for (const name of ['main~0', 'main^{tree}', 'main:README.md', '-x', 'a..b', 'main\n', '@{-1}', '']) {
      const { ref } = await inspect(`ref(qualifiedName: ${JSON.stringify(name)}) { name }`);
      expect(ref, JSON.stringify(name)).to.equal(null);
    }
    expect(await text('main:no\nsuch')).to.equal(null);
  });

  it('knows a branch whose name git could take for an option', async () => {
    await fixture.github.moveBranch(fixture.repository, { branch: '--upload-pack=x', files: { a: 'a' } });
    expect((await inspect('ref(qualifiedName: "refs/heads/--upload-pack=x") { name }')).ref).to.deep.equal({
      name: '--upload-pack=x',
    });
  });

  it('keeps pull requests of forks apart and survives a fork that is gone', async () => {
    const { state } = fixture.github;
    const fork = await fixture.github.createRepository({
      owner: 'robin',
      name: 'slugs',
      isFork: true,
      files: { a: 'a' },
      branches: [{ name: 'feature/one' }],
    });
    const pullRequest = state.addPullRequest({
      repository: fixture.repository,
      title: 'Fork',
      headRef: 'feature/one',
      headRepository: fork,
    });
    const query =
      'pullRequests(first: 5, headRefName: "feature/one") { nodes { isCrossRepository headRepository { nameWithOwner isFork } headRefOid } }';
    const [seen] = (await inspect(query)).pullRequests.nodes;
    expect(seen).to.deep.include({
      isCrossRepository: true,
      headRepository: { nameWithOwner: 'robin/slugs', isFork: true },
    });
    state.edit(pullRequest, { headRepository: null });
    expect((await inspect(query)).pullRequests.nodes).to.deep.equal([
      { isCrossRepository: true, headRepository: null, headRefOid: seen.headRefOid },
    ]);
  });
});
