import { expect } from 'chai';
import { type ClientScene, failureOf, GOOD, openClientScene } from '../../../test/support/scenes/client.ts';
import type { ScriptedServer } from '../../../test/support/servers/scripted.ts';

describe('GitHub client at its limits', () => {
  let scene: ClientScene;
  let server: ScriptedServer;
  let connect: ClientScene['connect'];
  let ask: ClientScene['ask'];
  let get: ClientScene['get'];

  beforeEach(async () => {
    scene = await openClientScene();
    ({ server, connect, ask, get } = scene);
  });
  afterEach(() => scene.close());

  const secondary = (status: number, headers: Record<string, string>) => ({
    status,
    headers,
    body:
      status === 200
        ? { errors: [{ message: 'You have exceeded a secondary rate limit. Please wait.' }] }
        : { message: 'You have exceeded a secondary rate limit. Please wait.' },
  });
  const primary = (inSeconds: number, wording: object = { type: 'RATE_LIMITED' }) => ({
    headers: {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + inSeconds),
    },
    body: { errors: [{ ...wording, message: 'API rate limit already exceeded for user ID 1.' }] },
  });

  for (const status of [200, 403, 429]) {
    it(`waits as long as Retry-After says, then goes on (secondary limit as ${status})`, async () => {
      server.answers.push(secondary(status, { 'retry-after': '30' }), GOOD);
      const startedAt = Date.now();
      await ask(connect({ secondMs: 2 }));
      expect(Date.now() - startedAt).to.be.within(55, 25_000);
      expect(server.seen).to.have.length(2);
      expect(scene.logged.join('\n')).to.include('secondary rate limit').and.to.include('"retryAfterSeconds":30');
    });
  }

  it('waits where a 429 says no more than that, also before what must not be sent twice', async () => {
    const page = { status: 429, headers: { 'content-type': 'text/html' }, body: '<html>Slow down</html>' };
    server.answers.push(page, GOOD);
    await ask();
    server.answers.splice(0, 1, page, { body: {} });
    await get(connect(), { repeatable: false });
    expect(server.seen).to.have.length(4);
    server.answers.splice(0, 1, page);
    const error = await failureOf(get(), 'GITHUB_FAILED');
    expect(error.what).to.include('secondary rate limit');
    expect(error.remedy).to.include('a minute or more');
  });

  it('also lets what must not be sent twice through, since a limited request had no effect', async () => {
    server.answers.push(secondary(403, { 'retry-after': '1' }), { body: {} });
    await get(connect(), { repeatable: false });
    expect(server.seen).to.have.length(2);
  });

  it('fails at once when the wait would be longer than a minute', async () => {
    server.answers.push(secondary(403, { 'retry-after': '61' }));
    const error = await failureOf(ask(), 'GITHUB_FAILED');
    expect(error.what).to.include('secondary rate limit');
    expect(error.remedy).to.include('61 seconds');
    expect(server.seen).to.have.length(1);
  });

  for (const wording of [
    { type: 'RATE_LIMITED' },
    { type: 'RATE_LIMIT', code: 'graphql_rate_limit' },
    { extensions: { code: 'graphql_rate_limit' } },
  ]) {
    it(`waits for a budget that is full again soon, although it comes as HTTP 200 (${JSON.stringify(wording)})`, async () => {
      server.answers.push(primary(20, wording), GOOD);
      await ask();
      expect(server.seen).to.have.length(2);
    });

    it(`names the time when the budget is full again, and does not wait for it (${JSON.stringify(wording)})`, async () => {
      server.answers.push(primary(1800, wording));
      const error = await failureOf(ask(), 'GITHUB_FAILED');
      expect(error.what).to.include('hourly budget');
      expect(error.remedy).to.match(/full again at \d{4}-\d\d-\d\dT/);
      expect(server.seen).to.have.length(1);
      server.answers.splice(0, 1, { ...primary(1800), status: 403, body: { message: 'API rate limit exceeded' } });
      expect((await failureOf(get(), 'GITHUB_FAILED')).remedy).to.match(/full again at/);
    });
  }

  it('sends again what was submitted too quickly, in GraphQL and in REST', async () => {
    const quick = { type: 'UNPROCESSABLE', path: ['addComment'], message: 'was submitted too quickly' };
    server.answers.push({ body: { data: { addComment: null }, errors: [quick] } }, GOOD);
    await ask(connect(), { repeatable: false });
    expect(server.seen).to.have.length(2);
    const refused = { message: 'Validation Failed', errors: [{ resource: 'PullRequest', message: quick.message }] };
    server.answers.splice(0, 1, { status: 422, body: refused }, { body: {} });
    await get(connect(), { repeatable: false });
    expect(server.seen).to.have.length(4);
    server.answers.splice(0, 1, { status: 422, body: refused });
    expect((await failureOf(get(), 'GITHUB_FAILED')).what).to.include('secondary rate limit');
  });

  it('takes no word of a limit from the data, where people write', async () => {
    const errors = [{ type: 'FORBIDDEN', path: ['viewer', 'name'], message: 'Resource not accessible' }];
    const login = 'Handle the secondary rate limit that was submitted too quickly';
    server.answers.push({ body: { data: { viewer: { login } }, errors } });
    const error = await failureOf(ask(), 'GITHUB_FAILED');
    expect(error.problems[0]).to.include('Resource not accessible');
    expect(server.seen).to.have.length(1);
  });

  it('waits for an outage that GitHub words as an error of the whole answer', async () => {
    const errors = [{ type: 'SERVICE_UNAVAILABLE', message: 'Come back later.' }];
    server.answers.push({ body: { data: null, errors } }, GOOD);
    await ask();
    expect(server.seen).to.have.length(2);
  });

  it('stops waiting when the limit stays', async () => {
    server.answers.push(secondary(403, { 'retry-after': '1' }));
    await failureOf(ask(), 'GITHUB_FAILED');
    expect(server.seen).to.have.length(3);
  });

  it('keeps the share of the budget that is left', async () => {
    const headers = {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '1234',
      'x-ratelimit-reset': '1900000000',
    };
    server.answers.push({ ...GOOD, headers });
    const reported: number[] = [];
    const client = connect({ onBudget: ({ remainingPct }) => reported.push(remainingPct) });
    await ask(client);
    expect(client.traffic.budget).to.deep.equal({
      limit: 5000,
      remaining: 1234,
      remainingPct: 24.7,
      resetAtMs: 1_900_000_000_000,
    });
    expect(reported).to.deep.equal([24.7]);
  });
});
