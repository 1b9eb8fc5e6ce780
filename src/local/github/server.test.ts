import { once } from 'node:events';
import { get } from 'node:http';
import { graphql } from '@octokit/graphql';
import { expect } from 'chai';
import { type Fixture, startFixture, TOKEN } from './fixture.ts';

const VIEWER = 'query Who { viewer { login } rateLimit { cost limit remaining resetAt used nodeCount } }';

describe('local GitHub: the server', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  it('answers the clients that the product uses', async () => {
    const headers = { authorization: `token ${TOKEN}` };
    const answer = await graphql<{ viewer: { login: string } }>(VIEWER, { baseUrl: fixture.github.apiUrl, headers });
    expect(answer.viewer.login).to.equal('kiro-worker-bot');
  });

  it('refuses a missing, a wrong and a revoked token', async () => {
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${fixture.github.apiUrl}/rate_limit`, { headers });
      return [response.status, ((await response.json()) as { message?: string }).message];
    };
    expect(await ask({})).to.deep.equal([401, 'Bad credentials']);
    expect(await ask({ authorization: 'bearer nope' })).to.deep.equal([401, 'Bad credentials']);
    expect((await ask({ authorization: `bearer ${TOKEN}` }))[0]).to.equal(200);
    fixture.github.tokens.delete(TOKEN);
    expect(await ask({ authorization: `bearer ${TOKEN}` })).to.deep.equal([401, 'Bad credentials']);
    expect((await fixture.graphql(VIEWER)) as unknown).to.have.property('message', 'Bad credentials');
  });

  it('records what was asked, without the token', async () => {
    await fixture.graphql('query Find($id: ID!) { node(id: $id) { id } }', { id: fixture.project.id });
    await fixture.rest('GET /repos/acme/slugs');
    const [first, second] = fixture.github.requests;
    expect(first).to.include({ kind: 'graphql', method: 'POST', operation: 'Find', status: 200 });
    expect(first?.variables).to.deep.equal({ id: fixture.project.id });
    expect(second).to.include({ kind: 'rest', method: 'GET', path: '/api/v3/repos/acme/slugs', status: 200 });
    expect(JSON.stringify(fixture.github.requests)).to.not.contain(TOKEN);
  });

  it('counts points and tells the budget in headers and in the query', async () => {
    const { data } = await fixture.graphql(VIEWER);
    expect(data.rateLimit).to.include({ cost: 1, limit: 5000, remaining: 4999, used: 1 });
    const response = await fixture.rest('GET /rate_limit');
    expect(response.headers.get('x-ratelimit-remaining')).to.equal('4998');
    expect(Number(response.headers.get('x-ratelimit-reset'))).to.be.greaterThan(Date.now() / 1000);
  });

  it('runs out of budget as GitHub does: 200 with an error for GraphQL, 403 for REST', async () => {
    fixture.github.state.rate.remaining = 0;
    const { data, errors } = await fixture.graphql(VIEWER);
    expect(data).to.equal(undefined);
    expect(errors?.[0]?.type).to.equal('RATE_LIMITED');
    const response = await fixture.rest('PATCH /repos/acme/slugs/pulls/1', { body: { title: 'x' } });
    expect([response.status, response.headers.get('x-ratelimit-remaining')]).to.deep.equal([403, '0']);
  });

  it('refuses bad JSON, an unknown path and a foreign host name', async () => {
    const headers = { authorization: `bearer ${TOKEN}` };
    expect((await fetch(fixture.github.graphqlUrl, { method: 'POST', headers, body: '{' })).status).to.equal(400);
    expect((await fetch(fixture.github.graphqlUrl, { method: 'POST', headers, body: '[]' })).status).to.equal(400);
    expect((await fixture.rest('GET /repos/acme/slugs/unknown')).status).to.equal(404);
    expect((await fixture.rest('GET /repos/%E0%A4%A/slugs')).status).to.equal(400);
    expect((await fetch(`${fixture.github.url}/%E0%A4%A`)).status).to.equal(400);
    const [response] = await once(get(fixture.github.url, { headers: { host: 'attacker.example' } }), 'response');
    response.resume();
    expect(response.statusCode).to.equal(421);
  });

  it('closes at once, whatever is under way', async () => {
    fixture.github.faults.next({}, { kind: 'slow', ms: 600_000 });
    const pending = fixture.rest('GET /rate_limit').then(
      () => 'answered',
      () => 'ended',
    );
    while (fixture.github.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await fixture.github.close();
    expect(await pending).to.equal('ended');
  });
});
