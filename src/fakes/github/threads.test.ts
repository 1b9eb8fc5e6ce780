import { expect } from 'chai';
import { type Fixture, startFixture, TOKEN } from './fixture.ts';
import type { PullRequest } from './model.ts';

const CREATE = `mutation Open($input: CreatePullRequestInput!) {
  createPullRequest(input: $input) { pullRequest { id number isDraft headRefName baseRefName url } }
}`;

describe('local GitHub: pull requests and comments', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  const json = async (call: string, body?: unknown) => {
    const response = await fixture.rest(call, body === undefined ? {} : { body });
    // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
    return { status: response.status, headers: response.headers, body: (await response.json()) as any };
  };
  const addPullRequest = (changes: { draft?: boolean } = {}): PullRequest =>
    fixture.github.state.addPullRequest({
      repository: fixture.repository,
      title: 'One',
      body: 'Text',
      headRef: 'feature/one',
      ...changes,
    });

  it('describes the repository and what the token may do', async () => {
    const { body } = await json('GET /repos/acme/slugs');
    expect(body).to.deep.include({ full_name: 'acme/slugs', default_branch: 'main', archived: false });
    expect(body.permissions).to.include({ push: true, pull: true, admin: false });
    expect(await json('GET /repos/acme/gone')).to.deep.include({ status: 404 });
    expect((await json('GET /repos/acme/gone')).body.message).to.equal('Not Found');
  });

  it('also answers without the Enterprise prefix', async () => {
    const headers = { authorization: `token ${TOKEN}` };
    expect((await fetch(`${fixture.github.url}/repos/acme/slugs`, { headers })).status).to.equal(200);
  });

  it('opens, finds, changes and closes a pull request by REST', async () => {
    const opened = await json('POST /repos/acme/slugs/pulls', {
      title: 'One',
      head: 'feature/one',
      base: 'main',
      body: 'Text',
      draft: true,
    });
    expect([opened.status, opened.body.number, opened.body.draft, opened.body.head.label]).to.deep.equal([
      201,
      1,
      true,
      'acme:feature/one',
    ]);
    const find = async (head: string) =>
      (await json(`GET /repos/acme/slugs/pulls?state=open&head=${encodeURIComponent(head)}`)).body;
    expect(await find('acme:feature/one')).to.have.length(1);
    expect(await find('other:feature/one')).to.have.length(0);
    expect(await find('no-owner-so-ignored')).to.have.length(1);
    const changed = await json('PATCH /repos/acme/slugs/pulls/1', { body: 'New text', title: 'Two' });
    expect([changed.body.title, changed.body.body, changed.body.draft]).to.deep.equal(['Two', 'New text', true]);
    await json('PATCH /repos/acme/slugs/pulls/1', { state: 'closed' });
    expect(await find('acme:feature/one')).to.have.length(0);
    expect((await json('GET /repos/acme/slugs/pulls?state=all&base=main&direction=asc')).body).to.have.length(1);
  });

  it('refuses what GitHub refuses, with 422 and its words', async () => {
    const open = (changes: object) =>
      json('POST /repos/acme/slugs/pulls', { title: 'One', head: 'feature/one', base: 'main', ...changes });
    const words = async (changes: object) => {
      const { status, body } = await open(changes);
      return [status, body.message, body.errors[0].message];
    };
    expect(await words({ head: 'gone' })).to.deep.equal([422, 'Validation Failed', 'Head ref must be a branch: gone']);
    expect(await words({ base: 'gone' })).to.deep.equal([422, 'Validation Failed', 'Base ref must be a branch: gone']);
    expect(await words({ title: '' })).to.deep.equal([
      422,
      'Validation Failed',
      'Invalid request. "title" wasn\'t supplied.',
    ]);
    expect(await words({ head: 'stranger:x' })).to.deep.equal([
      422,
      'Validation Failed',
      "Head repository can't be blank: stranger:x",
    ]);
    expect(await words({ head: 'main' })).to.deep.equal([422, 'Validation Failed', 'No commits between main and main']);
    expect((await open({})).status).to.equal(201);
    expect(await words({})).to.deep.equal([
      422,
      'Validation Failed',
      'A pull request already exists for acme:feature/one.',
    ]);
    const long = await json('PATCH /repos/acme/slugs/pulls/1', { body: 'x'.repeat(65_537) });
    expect([long.status, long.body.errors[0].message]).to.deep.equal([
      422,
      'Body is too long (maximum is 65536 characters)',
    ]);
  });

  it('opens, readies and drafts a pull request by GraphQL', async () => {
    const input = {
      repositoryId: fixture.repository.id,
      headRefName: 'feature/one',
      baseRefName: 'main',
      title: 'One',
      draft: true,
    };
    const { data } = await fixture.graphql(CREATE, { input });
    const { id, ...pullRequest } = data.createPullRequest.pullRequest;
    expect(pullRequest).to.deep.equal({
      number: 1,
      isDraft: true,
      headRefName: 'feature/one',
      baseRefName: 'main',
      url: `${fixture.github.url}/acme/slugs/pull/1`,
    });
    const again = await fixture.graphql(CREATE, { input });
    expect(again.errors?.[0]).to.deep.include({
      type: 'UNPROCESSABLE',
      message: 'A pull request already exists for acme:feature/one.',
    });
    const change = async (mutation: string, fields: object = {}) => {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
      const query = `mutation Change($input: ${type}!) { ${mutation}(input: $input) { pullRequest { isDraft title body state } } }`;
      return (await fixture.graphql(query, { input: { pullRequestId: id, ...fields } })).data[mutation].pullRequest;
    };
    expect((await change('markPullRequestReadyForReview')).isDraft).to.equal(false);
    expect((await change('convertPullRequestToDraft')).isDraft).to.equal(true);
    expect(await change('updatePullRequest', { title: 'Two', body: 'B' })).to.include({
      title: 'Two',
      body: 'B',
      state: 'OPEN',
    });
    expect((await change('closePullRequest')).state).to.equal('CLOSED');
  });

  it('pages through comments with Link headers and with cursors', async () => {
    const thread = addPullRequest();
    for (let n = 1; n <= 7; n += 1)
      fixture.github.state.addComment({ thread, body: `Comment ${n}`, ...(n % 2 === 0 && { author: 'robin' }) });
    const bodies: string[] = [];
    let path: string | undefined = '/repos/acme/slugs/issues/1/comments?per_page=3';
    for (let pages = 0; path !== undefined && pages < 5; pages += 1) {
      const { headers, body } = await json(`GET ${path}`);
      bodies.push(...body.map((comment: { body: string }) => comment.body));
      path = /<[^>]*\/api\/v3([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(bodies).to.deep.equal([1, 2, 3, 4, 5, 6, 7].map((n) => `Comment ${n}`));
    const { data } = await fixture.graphql(`{ repository(owner: "acme", name: "slugs") { pullRequest(number: 1) {
      comments(last: 2) { totalCount pageInfo { hasPreviousPage startCursor } nodes { body viewerDidAuthor author { login } databaseId url } } } } }`);
    const { comments } = data.repository.pullRequest;
    expect(comments.pageInfo.hasPreviousPage).to.equal(true);
    expect(
      comments.nodes.map((node: { viewerDidAuthor: boolean; author: { login: string } }) => [
        node.viewerDidAuthor,
        node.author.login,
      ]),
    ).to.deep.equal([
      [false, 'robin'],
      [true, 'kiro-worker-bot'],
    ]);
    const before = await fixture.graphql(`{ repository(owner: "acme", name: "slugs") { pullRequest(number: 1) {
      comments(last: 2, before: "${comments.pageInfo.startCursor}") { nodes { body } } } } }`);
    expect(before.data.repository.pullRequest.comments.nodes).to.deep.equal([
      { body: 'Comment 4' },
      { body: 'Comment 5' },
    ]);
  });

  it('adds and edits own comments, and refuses to edit another’s', async () => {
    const thread = addPullRequest();
    const other = fixture.github.state.addComment({ thread, body: 'Mine', author: 'robin' });
    const added = await json('POST /repos/acme/slugs/issues/1/comments', { body: 'First' });
    expect([added.status, added.body.user.login]).to.deep.equal([201, 'kiro-worker-bot']);
    const path = `/repos/acme/slugs/issues/comments/${added.body.id}`;
    expect((await json(`PATCH ${path}`, { body: 'Second' })).body.body).to.equal('Second');
    expect((await json(`GET ${path}`)).body.body).to.equal('Second');
    expect((await json(`PATCH /repos/acme/slugs/issues/comments/${other.databaseId}`, { body: 'x' })).status).to.equal(
      403,
    );
    expect((await json('POST /repos/acme/slugs/issues/1/comments', { body: ' ' })).status).to.equal(422);
    expect((await json('POST /repos/acme/slugs/issues/9/comments', { body: 'x' })).status).to.equal(404);
    const conditional = await fixture.rest(`PATCH ${path}`, { body: { body: 'x' }, headers: { 'if-match': '"x"' } });
    expect(conditional.status).to.equal(400);
    const mutation = await fixture.graphql(
      `mutation Edit($add: AddCommentInput!, $edit: UpdateIssueCommentInput!) {
        addComment(input: $add) { commentEdge { node { body } } }
        updateIssueComment(input: $edit) { issueComment { body } } }`,
      { add: { subjectId: thread.id, body: 'Third' }, edit: { id: other.id, body: 'x' } },
    );
    expect(mutation.data).to.deep.equal({
      addComment: { commentEdge: { node: { body: 'Third' } } },
      updateIssueComment: null,
    });
    expect(mutation.errors?.[0]?.type).to.equal('FORBIDDEN');
    expect(thread.comments.map(({ body }) => body)).to.deep.equal(['Mine', 'Second', 'Third']);
  });

  it('answers an unchanged read with 304, free of charge', async () => {
    addPullRequest();
    const first = await fixture.rest('GET /repos/acme/slugs/pulls/1');
    const etag = first.headers.get('etag') ?? '';
    const { remaining } = fixture.github.state.rate;
    const second = await fixture.rest('GET /repos/acme/slugs/pulls/1', { headers: { 'if-none-match': etag } });
    expect([second.status, fixture.github.state.rate.remaining]).to.deep.equal([304, remaining]);
    await json('PATCH /repos/acme/slugs/pulls/1', { title: 'Changed' });
    expect(
      (await fixture.rest('GET /repos/acme/slugs/pulls/1', { headers: { 'if-none-match': etag } })).status,
    ).to.equal(200);
  });

  it('lets a token that may only read change nothing, and nobody an archived repository', async () => {
    addPullRequest();
    fixture.repository.permission = 'READ';
    expect((await json('PATCH /repos/acme/slugs/pulls/1', { title: 'x' })).status).to.equal(403);
    fixture.repository.archived = true;
    const { status, body } = await json('POST /repos/acme/slugs/issues/1/comments', { body: 'x' });
    expect([status, body.message]).to.deep.equal([403, 'Repository was archived so is read-only.']);
  });
});
