import { expect } from 'chai';
import { Faults } from './faults.ts';
import { type Fixture, startFixture, TOKEN } from './fixture.ts';

const TITLES =
  'query Titles { repository(owner: "acme", name: "slugs") { a: ref(qualifiedName: "main") { name } b: ref(qualifiedName: "feature/one") { name } } }';
const ITEMS =
  'query Items { organization(login: "acme") { projectV2(number: 7) { items(first: 5, query: "no:status") { totalCount } } } }';

describe('local GitHub: faults', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  const ask = (query: string) =>
    fetch(fixture.github.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `token ${TOKEN}` },
      body: JSON.stringify({ query }),
    });
  const statuses = () => fixture.github.requests.map(({ status }) => status);

  it('strike the named operation alone, as often as told, after as many as told', async () => {
    fixture.github.faults.next({ operation: 'Titles', skip: 1, times: 2 }, { kind: 'http502' });
    for (const query of [TITLES, ITEMS, TITLES, ITEMS, TITLES, TITLES]) await (await ask(query)).text();
    expect(statuses()).to.deep.equal([200, 200, 502, 200, 502, 200]);
    expect(fixture.github.faults.waiting).to.equal(0);
  });

  it('strike REST calls by method and path', async () => {
    fixture.github.faults.next({ method: 'GET', path: /\/repos\/acme\// }, { kind: 'http502' });
    await fixture.rest('GET /rate_limit');
    await fixture.rest('PATCH /repos/acme/slugs/pulls/1', { body: {} });
    expect((await fixture.rest('GET /repos/acme/slugs')).status).to.equal(502);
    expect((await fixture.rest('GET /repos/acme/slugs')).status).to.equal(200);
  });

  it('limit the rate: 200 with an error and a reset time, or 403 with retry-after', async () => {
    const { faults } = fixture.github;
    faults.next({ operation: 'Titles' }, { kind: 'rateLimited', resetInSeconds: 30 });
    const askedAt = Date.now() / 1000;
    const primary = await ask(TITLES);
    expect([primary.status, primary.headers.get('x-ratelimit-remaining')]).to.deep.equal([200, '0']);
    expect(Number(primary.headers.get('x-ratelimit-reset'))).to.be.within(askedAt + 29, Date.now() / 1000 + 31);
    expect(((await primary.json()) as { errors: { type: string }[] }).errors[0]?.type).to.equal('RATE_LIMITED');
    faults.next({}, { kind: 'rateLimited', resetInSeconds: 30 });
    expect((await fixture.rest('GET /repos/acme/slugs')).status).to.equal(403);
    faults.next({ operation: /^Tit/ }, { kind: 'secondaryLimit', retryAfterSeconds: 7 });
    const secondary = await ask(TITLES);
    expect([secondary.status, secondary.headers.get('retry-after')]).to.deep.equal([403, '7']);
    expect(((await secondary.json()) as { message: string }).message).to.contain('secondary rate limit');
  });

  it('spoil one alias beside good data', async () => {
    fixture.github.faults.next({ operation: 'Titles' }, { kind: 'partialData', path: ['repository', 'b'] });
    const { data, errors } = await fixture.graphql(TITLES);
    expect(data.repository).to.deep.equal({ a: { name: 'main' }, b: null });
    expect(errors?.[0]).to.deep.include({ type: 'FORBIDDEN', path: ['repository', 'b'] });
    expect((await fixture.graphql(TITLES)).errors).to.equal(undefined);
  });

  it('lose the answer after the effect', async () => {
    fixture.github.state.addPullRequest({ repository: fixture.repository, title: 'One', headRef: 'feature/one' });
    fixture.github.faults.next({ method: 'POST', path: /comments$/ }, { kind: 'dropAfterEffect' });
    const outcome = await fixture.rest('POST /repos/acme/slugs/issues/1/comments', { body: { body: 'Once' } }).then(
      () => 'answered',
      () => 'lost',
    );
    expect(outcome).to.equal('lost');
    expect(fixture.repository.threads.get(1)?.comments.map(({ body }) => body)).to.deep.equal(['Once']);
    expect(statuses()).to.deep.equal([0]);
  });

  it('let something happen just before, and take their time', async () => {
    const { faults, state } = fixture.github;
    const item = state.addItem(fixture.project, { content: { title: 'Idea' } });
    faults.next({ operation: 'Items' }, { kind: 'slow', ms: 30 });
    faults.next({ operation: 'Items' }, { kind: 'before', run: () => state.moveCard(item, 'Done') });
    faults.next({ operation: 'Items' }, { kind: 'unauthorized' });
    const started = performance.now();
    expect((await ask(ITEMS)).status).to.equal(401);
    expect(performance.now() - started).to.be.greaterThan(28);
    expect((await fixture.graphql(ITEMS)).data.organization.projectV2.items.totalCount).to.equal(0);
  });

  it('answer like an old server whose items take no filter', async () => {
    fixture.github.faults.noItemsQuery = true;
    const { errors } = await fixture.graphql(ITEMS);
    expect(errors?.[0]).to.deep.include({ message: "Field 'items' doesn't accept argument 'query'" });
    expect(errors?.[0]?.extensions?.code).to.equal('argumentNotAccepted');
    fixture.github.faults.clear();
    expect((await fixture.graphql(ITEMS)).errors).to.equal(undefined);
  });
});

describe('local GitHub: which request a fault strikes', () => {
  const request = { kind: 'graphql', method: 'POST', path: '/api/graphql', operation: 'A', gitService: null } as const;

  it('leaves pages alone', () => {
    const faults = new Faults();
    faults.next({}, { kind: 'http502' });
    expect(faults.take({ ...request, kind: 'page', operation: null })).to.deep.equal([]);
    expect(faults.take(request)).to.deep.equal([{ kind: 'http502' }]);
  });

  it('keeps a push fault for the request that pushes', () => {
    const faults = new Faults();
    const git = { ...request, kind: 'git', operation: null, gitService: 'git-receive-pack' } as const;
    faults.next({ git: 'receive-pack' }, { kind: 'dropAfterEffect' });
    expect(faults.take(request)).to.deep.equal([]);
    expect(faults.take({ ...git, method: 'GET' })).to.deep.equal([]);
    expect(faults.take(git)).to.deep.equal([{ kind: 'dropAfterEffect' }]);
  });

  it('gives a request one shaping fault at a time', () => {
    const faults = new Faults();
    faults.next({}, { kind: 'slow', ms: 1 });
    faults.next({}, { kind: 'http502' });
    faults.next({}, { kind: 'unauthorized' });
    expect(faults.take(request).map(({ kind }) => kind)).to.deep.equal(['slow', 'http502']);
    expect(faults.take(request).map(({ kind }) => kind)).to.deep.equal(['unauthorized']);
  });
});
