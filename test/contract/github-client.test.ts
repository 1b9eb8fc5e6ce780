import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import * as z from 'zod';
import type { GitHubClient, GitHubClientOptions } from '../../src/adapters/github-client.ts';
import { createGitHubClient } from '../../src/adapters/github-client.ts';
import { isLostAnswer } from '../../src/adapters/github-failure.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { isWorkerError, WorkerError } from '../../src/core/errors.ts';
import type { ScriptedServer } from '../support/scripted-server.ts';
import { startScriptedServer } from '../support/scripted-server.ts';

const TOKEN = 'ghp_secretsecretsecretsecretsecretsecret';
const DOCUMENT = { name: 'Ask', text: 'query Ask { viewer { login } }' };
const ANSWER = z.object({ viewer: z.object({ login: z.string() }) });
const GOOD = { body: { data: { viewer: { login: 'bot' } } } };

describe('GitHub client', () => {
  let server: ScriptedServer;
  let logged: string[];
  let tokens: number;

  beforeEach(async () => {
    server = await startScriptedServer();
    logged = [];
    tokens = 0;
  });
  afterEach(() => server.close());

  const connect = (options: Partial<GitHubClientOptions> = {}): GitHubClient =>
    createGitHubClient({
      apiUrl: `${server.url}/api/v3`,
      graphqlUrl: `${server.url}/api/graphql`,
      token: async () => {
        tokens += 1;
        return `${TOKEN}${tokens}`;
      },
      userAgent: 'kiro-worker-test',
      secondMs: 5,
      log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
      ...options,
    });
  const ask = (client = connect(), more: { repeatable?: boolean } = {}) =>
    client.graphql({ document: DOCUMENT, variables: { a: 1 }, answer: ANSWER, ...more });
  const get = (client = connect(), more: { repeatable?: boolean } = {}) =>
    client.rest({
      route: 'GET /repos/{owner}/{repo}',
      parameters: { owner: 'o', repo: 'r' },
      answer: z.object({}),
      ...more,
    });
  const failure = async (promise: Promise<unknown>, code: ErrorCode): Promise<WorkerError> => {
    const error = await promise.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!isWorkerError(error, code)) throw new Error(`expected ${code}, got ${String(error)}`);
    expect(error.message).to.not.include(TOKEN);
    return error;
  };

  it('sends GraphQL to its own address and REST below the API, both with the user agent', async () => {
    server.answers.push(GOOD, { body: {} });
    const client = connect();
    expect(await ask(client)).to.deep.equal({ viewer: { login: 'bot' } });
    await get(client);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /api/graphql',
      'GET /api/v3/repos/o/r',
    ]);
    expect(server.seen[0]?.body).to.deep.equal({ query: DOCUMENT.text, operationName: 'Ask', variables: { a: 1 } });
    for (const { headers } of server.seen) expect(headers['user-agent']).to.match(/^kiro-worker-test /);
    expect(client.traffic.requests).to.equal(2);
  });

  it('asks for the token anew before each attempt', async () => {
    server.answers.push({ status: 502 }, GOOD);
    await ask();
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal([
      `bearer ${TOKEN}1`,
      `bearer ${TOKEN}2`,
    ]);
  });

  it('reports a token that cannot be had as it is, without sending anything', async () => {
    const missing = new WorkerError({ code: 'SECRET_MISSING', what: 'No token.', remedy: 'Set it.' });
    const error = await failure(ask(connect({ token: () => Promise.reject(missing) })), 'SECRET_MISSING');
    expect(error).to.equal(missing);
    expect(server.seen).to.have.length(0);
  });

  for (const status of [500, 502, 503, 504]) {
    it(`retries ${status}`, async () => {
      server.answers.push({ status, body: '<html>' }, { status }, GOOD);
      const client = connect();
      await ask(client);
      expect(client.traffic.requests).to.equal(3);
    });
  }

  it('retries a dropped connection, and an answer that ends half way', async () => {
    server.answers.push({ drop: true }, { drop: true, body: '{"data":{"viewer"' }, GOOD);
    expect(await ask()).to.deep.equal({ viewer: { login: 'bot' } });
    expect(server.seen).to.have.length(3);
  });

  it('retries what GitHub words as its own failure', async () => {
    const text = 'Something went wrong while executing your query. This may be the result of a timeout.';
    server.answers.push({ body: { errors: [{ message: text }] } }, GOOD);
    await ask();
    expect(server.seen).to.have.length(2);
  });

  it('gives up after three retries, and says so', async () => {
    server.answers.push({ status: 503 });
    const error = await failure(ask(), 'GITHUB_FAILED');
    expect(error.what).to.include('503').and.to.include('Ask');
    expect(isLostAnswer(error)).to.equal(true);
    expect(server.seen).to.have.length(4);
  });

  it('sends what must not be sent twice once only', async () => {
    server.answers.push({ drop: true });
    expect(isLostAnswer(await failure(ask(connect(), { repeatable: false }), 'GITHUB_FAILED'))).to.equal(true);
    server.answers.splice(0, 1, { status: 502 });
    expect(isLostAnswer(await failure(get(connect(), { repeatable: false }), 'GITHUB_FAILED'))).to.equal(true);
    expect(server.seen).to.have.length(2);
  });

  for (const [when, answer] of [
    ['before the answer', { delayMs: 5000 }],
    ['in the middle of the answer', { stall: true, body: '{"data":' }],
  ] as const) {
    it(`ends an attempt that takes too long ${when}`, async () => {
      server.answers.push(answer);
      const error = await failure(ask(connect({ timeoutMs: 40 }), { repeatable: false }), 'GITHUB_FAILED');
      expect(error.why).to.match(/in time/);
    });
  }

  it('does not retry what GitHub refuses for good', async () => {
    server.answers.push({ status: 404, body: { message: 'Not Found' } });
    const missing = await failure(get(), 'GITHUB_FAILED');
    expect(missing.message).to.include('404').and.to.include('token may see');
    server.answers.splice(0, 1, { status: 403, body: { message: 'Resource not accessible by integration' } });
    expect((await failure(get(), 'GITHUB_FAILED')).remedy).to.include('Projects read and write');
    server.answers.splice(0, 1, { status: 422, body: { message: 'Validation Failed', errors: [{ message: 'odd' }] } });
    expect((await failure(get(), 'GITHUB_FAILED')).why).to.include('odd');
    expect(server.seen).to.have.length(3);
  });

  it('says that the token is wrong when GitHub says 401', async () => {
    server.answers.push({ status: 401, body: { message: 'Bad credentials' } });
    expect((await failure(ask(), 'SECRET_INVALID')).remedy).to.include('token');
    expect((await failure(get(), 'SECRET_INVALID')).why).to.include('Bad credentials');
    expect(server.seen).to.have.length(2);
  });

  it('points at single sign-on where that is the reason', async () => {
    server.answers.push({ status: 403, headers: { 'x-github-sso': 'required; url=x' }, body: { message: 'SAML' } });
    expect((await failure(get(), 'GITHUB_FAILED')).remedy).to.include('single sign-on');
  });

  describe('limits', () => {
    const secondary = (status: number, headers: Record<string, string>) => ({
      status,
      headers,
      body:
        status === 200
          ? { errors: [{ message: 'You have exceeded a secondary rate limit. Please wait.' }] }
          : { message: 'You have exceeded a secondary rate limit. Please wait.' },
    });
    const primary = (inSeconds: number) => ({
      headers: {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + inSeconds),
      },
      body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
    });

    for (const status of [200, 403, 429]) {
      it(`waits as long as Retry-After says, then goes on (secondary limit as ${status})`, async () => {
        server.answers.push(secondary(status, { 'retry-after': '30' }), GOOD);
        const startedAt = Date.now();
        await ask(connect({ secondMs: 2 }));
        expect(Date.now() - startedAt).to.be.within(55, 25_000);
        expect(server.seen).to.have.length(2);
        expect(logged.join('\n')).to.include('secondary rate limit').and.to.include('"retryAfterSeconds":30');
      });
    }

    it('also lets what must not be sent twice through, since a limited request had no effect', async () => {
      server.answers.push(secondary(403, { 'retry-after': '1' }), { body: {} });
      await get(connect(), { repeatable: false });
      expect(server.seen).to.have.length(2);
    });

    it('fails at once when the wait would be longer than a minute', async () => {
      server.answers.push(secondary(403, { 'retry-after': '61' }));
      const error = await failure(ask(), 'GITHUB_FAILED');
      expect(error.what).to.include('secondary rate limit');
      expect(error.remedy).to.include('61 seconds');
      expect(server.seen).to.have.length(1);
    });

    it('waits for a budget that is full again soon, although it comes as HTTP 200', async () => {
      server.answers.push(primary(20), GOOD);
      await ask();
      expect(server.seen).to.have.length(2);
    });

    it('names the time when the budget is full again, and does not wait for it', async () => {
      server.answers.push(primary(1800));
      const error = await failure(ask(), 'GITHUB_FAILED');
      expect(error.what).to.include('hourly budget');
      expect(error.remedy).to.match(/full again at \d{4}-\d\d-\d\dT/);
      expect(server.seen).to.have.length(1);
      server.answers.splice(0, 1, { ...primary(1800), status: 403, body: { message: 'API rate limit exceeded' } });
      expect((await failure(get(), 'GITHUB_FAILED')).remedy).to.match(/full again at/);
    });

    it('stops waiting when the limit stays', async () => {
      server.answers.push(secondary(403, { 'retry-after': '1' }));
      await failure(ask(), 'GITHUB_FAILED');
      expect(server.seen).to.have.length(3);
    });

    it('keeps the share of the budget that is left', async () => {
      const headers = {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '1234',
        'x-ratelimit-reset': '1900000000',
      };
      server.answers.push({ ...GOOD, headers });
      const told: number[] = [];
      const client = connect({ onBudget: ({ remainingPct }) => told.push(remainingPct) });
      await ask(client);
      expect(client.traffic.budget).to.deep.equal({
        limit: 5000,
        remaining: 1234,
        remainingPct: 24.7,
        resetAtMs: 1_900_000_000_000,
      });
      expect(told).to.deep.equal([24.7]);
    });
  });

  describe('errors beside the data', () => {
    const partial = {
      data: { viewer: { login: 'bot' } },
      errors: [{ type: 'FORBIDDEN', path: ['b1'], message: 'no' }],
    };

    it('are a failure, whatever the data holds', async () => {
      server.answers.push({ body: partial });
      const error = await failure(ask(), 'GITHUB_FAILED');
      expect(error.problems).to.deep.equal(['FORBIDDEN at b1: no']);
      expect(error.remedy).to.include('Contents');
    });

    it('are read over only where the caller says which', async () => {
      server.answers.push({ body: partial });
      const allow = ({ type, path }: { type?: string | undefined; path?: readonly unknown[] | undefined }) =>
        type === 'FORBIDDEN' && path?.[0] === 'b1';
      const call = { document: DOCUMENT, variables: {}, answer: ANSWER, allow };
      expect(await connect().graphql(call)).to.deep.equal({ viewer: { login: 'bot' } });
      const other = [...partial.errors, { type: 'FORBIDDEN', path: ['b2'], message: 'no' }];
      server.answers.splice(0, 1, { body: { ...partial, errors: other } });
      expect((await failure(connect().graphql(call), 'GITHUB_FAILED')).problems).to.deep.equal(['FORBIDDEN at b2: no']);
    });
  });

  for (const [name, body] of [
    ['a page of a proxy', '<html>Sign in</html>'],
    ['nothing', ''],
    ['no data', {}],
    ['another shape', { data: { viewer: { login: 7 } } }],
    ['a list', [1]],
  ] as const) {
    it(`refuses an answer that is ${name}`, async () => {
      server.answers.push({ body });
      const error = await failure(ask(), 'GITHUB_ANSWER_INVALID');
      expect(error.problems.length).to.be.greaterThan(0);
    });
  }

  it('keeps no process alive', async () => {
    server.answers.push(GOOD);
    const code = `
      import { createGitHubClient } from './src/adapters/github-client.ts';
      import * as z from 'zod';
      const client = createGitHubClient({ apiUrl: '${server.url}', graphqlUrl: '${server.url}/graphql',
        token: async () => 't', userAgent: 'x' });
      await client.graphql({ document: { name: 'A', text: 'query A { a }' }, variables: {}, answer: z.unknown() });
      console.log(JSON.stringify(process.getActiveResourcesInfo()));
      const startedAt = Date.now();
      process.on('exit', () => console.log(Date.now() - startedAt));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
      cwd: new URL('../..', import.meta.url),
    });
    const [resources = '', afterMs] = stdout.split('\n');
    expect(JSON.parse(resources)).not.to.include('Timeout');
    expect(Number(afterMs)).to.be.lessThan(60_000);
  });
});
