import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import * as z from 'zod';
import {
  ANSWER,
  type ClientScene,
  DOCUMENT,
  failureOf,
  GOOD,
  openClientScene,
  TOKEN,
} from '../../../test/support/scenes/client.ts';
import type { ScriptedServer } from '../../../test/support/servers/scripted.ts';
import { WorkerError } from '../../core/errors.ts';
import { isLostAnswer } from './failure.ts';
import { refusable } from './refusal.ts';

describe('GitHub client', () => {
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

  it('refuses an answer with errors of any shape', async () => {
    server.answers.push({ body: { ...GOOD.body, errors: { message: 'hidden' } } });
    await failureOf(ask(), 'GITHUB_ANSWER_INVALID');
    server.answers.splice(0, 1, { body: { ...GOOD.body, errors: ['half an error'] } });
    await failureOf(ask(), 'GITHUB_FAILED');
    server.answers.splice(0, 1, { body: { ...GOOD.body, errors: null } });
    expect(await ask()).to.deep.equal(GOOD.body.data);
  });

  it('logs what its library would print, such as an announced end of an address', async () => {
    server.answers.push({ ...GOOD, headers: { deprecation: 'yes', sunset: 'tomorrow' } });
    await ask();
    expect(scene.logged).to.have.length(1);
    expect(scene.logged[0]).to.match(/^warn .*deprecated.*tomorrow/);
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
    const error = await failureOf(ask(connect({ token: () => Promise.reject(missing) })), 'SECRET_MISSING');
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
    const late = "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request.";
    for (const message of [text, late, 'Internal error', 'Server Error'])
      server.answers.push({ body: { data: null, errors: [{ message }] } });
    server.answers.push(GOOD);
    await ask();
    expect(server.seen).to.have.length(5);
  });

  it('gives up when its patience is used up, then asks once each until GitHub is back', async () => {
    server.answers.push({ status: 503 });
    const client = connect({ retrySeconds: 14 });
    const error = await failureOf(ask(client), 'GITHUB_FAILED');
    expect(error.what).to.include('503').and.to.include('Ask');
    expect(isLostAnswer(error)).to.equal(true);
    expect(server.seen).to.have.length(4);
    expect(scene.logged.filter((line) => line.includes('trying again'))).to.have.length(3);
    await failureOf(ask(client), 'GITHUB_FAILED');
    expect(server.seen).to.have.length(5);
    server.answers.splice(0, 1, GOOD, { status: 503 }, GOOD);
    await ask(client);
    await ask(client);
    expect(server.seen).to.have.length(8);
  });

  it('outlasts an outage of two minutes', async () => {
    server.answers.push(...Array.from({ length: 6 }, () => ({ status: 502 })), GOOD);
    await ask();
    expect(server.seen).to.have.length(7);
  });

  it('reads on where a repository was renamed, and never makes a read of a write', async () => {
    const moved = { headers: { location: `${server.url}/api/v3/repositories/7` }, body: { message: 'Moved' } };
    server.answers.push({ ...moved, status: 301 }, { body: { id: 7 } });
    await get();
    expect(server.seen.map(({ path }) => path)).to.deep.equal(['/api/v3/repos/o/r', '/api/v3/repositories/7']);
    const write = (client = connect()) =>
      client.rest({
        route: 'POST /repos/{owner}/{repo}/pulls',
        parameters: { owner: 'o', repo: 'r' },
        answer: z.object({}),
      });
    server.answers.splice(0, 1, { ...moved, status: 307 }, { status: 201, body: {} });
    await write();
    expect(server.seen.slice(2).map(({ method }) => method)).to.deep.equal(['POST', 'POST']);
    server.answers.splice(0, 1, { ...moved, status: 301 });
    const error = await failureOf(write(), 'GITHUB_FAILED');
    expect(error.remedy).to.include('renamed').and.to.include('/repositories/7');
  });

  it('sends what must not be sent twice once only', async () => {
    server.answers.push({ drop: true });
    expect(isLostAnswer(await failureOf(ask(connect(), { repeatable: false }), 'GITHUB_FAILED'))).to.equal(true);
    server.answers.splice(0, 1, { status: 502 });
    expect(isLostAnswer(await failureOf(get(connect(), { repeatable: false }), 'GITHUB_FAILED'))).to.equal(true);
    expect(server.seen).to.have.length(2);
  });

  for (const [when, answer] of [
    ['before the answer', { delayMs: 5000 }],
    ['in the middle of the answer', { stall: true, body: '{"data":' }],
  ] as const) {
    it(`ends an attempt that takes too long ${when}`, async () => {
      server.answers.push(answer);
      const error = await failureOf(ask(connect({ timeoutMs: 40 }), { repeatable: false }), 'GITHUB_FAILED');
      expect(error.why).to.match(/in time/);
    });
  }

  it('does not retry what GitHub refuses for good', async () => {
    server.answers.push({ status: 404, body: { message: 'Not Found' } });
    const missing = await failureOf(get(), 'GITHUB_FAILED');
    expect(missing.message).to.include('404').and.to.include('token may see');
    server.answers.splice(0, 1, { status: 403, body: { message: 'Resource not accessible by integration' } });
    expect((await failureOf(get(), 'GITHUB_FAILED')).remedy).to.include('Projects read and write');
    server.answers.splice(0, 1, { status: 422, body: { message: 'Validation Failed', errors: [{ message: 'odd' }] } });
    expect((await failureOf(get(), 'GITHUB_FAILED')).why).to.include('odd');
    expect(server.seen).to.have.length(3);
  });

  it('takes a page for the word of whatever stands before GitHub: it is told by its title, and refuses nothing for good', async () => {
    const body =
      '<!DOCTYPE html>\n<html><head><title>Access denied by Gateway</title></head><p>Ask your desk</p></html>';
    for (const status of [403, 404]) {
      server.answers.splice(0, 1, { status, headers: { 'content-type': 'text/html' }, body });
      const error = await failureOf(
        refusable(connect(), () => get()),
        'GITHUB_FAILED',
      );
      expect(error.why).to.equal('A page came instead of an answer: "Access denied by Gateway".');
      expect(error.remedy).to.include('GITHUB_API_URL');
    }
    const said = { status: 403, body: { message: '<html> is not accessible by integration' } };
    server.answers.splice(0, 1, said);
    await failureOf(
      refusable(connect(), () => get()),
      'GITHUB_REFUSED',
    );
  });

  it('names the way to GitHub where no connection was made', async () => {
    const error = await failureOf(
      ask(connect({ graphqlUrl: 'http://127.0.0.1:9/graphql', retrySeconds: 0 })),
      'GITHUB_FAILED',
    );
    expect(error.remedy).to.include('HTTPS_PROXY').and.include('GITHUB_API_URL');
  });

  it('says that the token is wrong when GitHub says 401', async () => {
    server.answers.push({ status: 401, body: { message: 'Bad credentials' } });
    expect((await failureOf(ask(), 'SECRET_INVALID')).remedy).to.include('token');
    expect((await failureOf(get(), 'SECRET_INVALID')).why).to.include('Bad credentials');
    expect(server.seen).to.have.length(2);
  });

  it('points at single sign-on where that is the reason', async () => {
    server.answers.push({ status: 403, headers: { 'x-github-sso': 'required; url=x' }, body: { message: 'SAML' } });
    expect((await failureOf(get(), 'GITHUB_FAILED')).remedy).to.include('single sign-on');
  });

  describe('errors beside the data', () => {
    const partial = {
      data: { viewer: { login: 'bot' } },
      errors: [{ type: 'FORBIDDEN', path: ['b1'], message: 'no' }],
    };

    it('are a failure, whatever the data holds', async () => {
      server.answers.push({ body: partial });
      const error = await failureOf(ask(), 'GITHUB_FAILED');
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
      expect((await failureOf(connect().graphql(call), 'GITHUB_FAILED')).problems).to.deep.equal([
        'FORBIDDEN at b2: no',
      ]);
    });
  });

  for (const [name, body] of [
    ['a page of a proxy', '<html><title>Sign in</title></html>'],
    ['nothing', ''],
    ['cut short', '{"data":{"viewer":{"log'],
  ] as const) {
    it(`retries an answer that is ${name}, and takes it for lost`, async () => {
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      server.answers.push({ body, headers }, GOOD);
      expect(await ask()).to.deep.equal({ viewer: { login: 'bot' } });
      server.answers.splice(0, 1, { body, headers });
      expect(isLostAnswer(await failureOf(get(connect(), { repeatable: false }), 'GITHUB_FAILED'))).to.equal(true);
      expect(server.seen).to.have.length(3);
    });
  }

  for (const [name, body] of [
    ['no data', {}],
    ['another shape', { data: { viewer: { login: 7 } } }],
    ['a list', [1]],
  ] as const) {
    it(`refuses an answer that is ${name}`, async () => {
      server.answers.push({ body });
      const error = await failureOf(ask(), 'GITHUB_ANSWER_INVALID');
      expect(error.problems.length).to.be.greaterThan(0);
    });
  }

  it('keeps no process alive', async () => {
    server.answers.push(GOOD);
    const code = `
      import { createGitHubClient } from './src/adapters/github/client.ts';
      import * as z from 'zod';
      const client = createGitHubClient({ apiUrl: '${server.url}', graphqlUrl: '${server.url}/graphql',
        token: async () => 't', userAgent: 'x' });
      await client.graphql({ document: { name: 'A', text: 'query A { a }' }, variables: {}, answer: z.unknown() });
      console.log(JSON.stringify(process.getActiveResourcesInfo()));
      const startedAt = Date.now();
      process.on('exit', () => console.log(Date.now() - startedAt));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
      cwd: new URL('../../..', import.meta.url),
    });
    const [resources = '', afterMs] = stdout.split('\n');
    expect(JSON.parse(resources)).not.to.include('Timeout');
    expect(Number(afterMs)).to.be.lessThan(60_000);
  });
});
