import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Repository } from '../../src/fakes/github/model.ts';
import type { LocalGitHub } from '../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../src/fakes/github/server.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { runCommand } from '../support/command-line.ts';
import { type DeployedEnvironment, startEnvironment } from '../support/servers/environment.ts';
import { expectGranted } from '../support/servers/expect-granted.ts';
import { makeSecrets } from '../support/system/scene.ts';

const CONFIG = JSON.stringify({ organization: 'acme', repository: 'slugs', projectNumber: 7 });
const PARAMETER = '/kiro-worker/test/github-project-config';

interface Found {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
  readonly remedy: string | null;
}

describe('kiro-worker doctor and board init', () => {
  let folder: string;
  let aws: DeployedEnvironment;
  let github: LocalGitHub;
  let token: string;
  let repository: Repository;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-doctor-'));
    aws = await startEnvironment('test', 'KiroWorker');
    token = makeSecrets().token;
    github = await startLocalGitHub({ tokens: [token], root: path.join(folder, 'github') });
    const { state } = github;
    state.addOwner({ login: 'acme', type: 'Organization' });
    repository = await github.createRepository({
      owner: 'acme',
      name: 'slugs',
      files: { 'README.md': '# Slugs\n' },
    });
    const columns = ['Backlog', 'For Implementation'];
    const project = state.addProject({ owner: 'acme', number: 7, title: 'Work', columns, branchField: null });
    state.addItem(project, { content: state.addIssue({ repository, title: 'One' }), column: 'Backlog' });
  });
  afterEach(async () => {
    await Promise.all([aws.close(), github.close()]);
    await rm(folder, { recursive: true, force: true });
    expectGranted(aws.requests, ['doctor', 'board']);
  });

  function fillIn() {
    const value = (text: string) => new Map([['1', { value: text, stages: new Set(['AWSCURRENT']) }]]);
    aws.secrets.set('kiro-worker-test-github-token', value(token));
    aws.secrets.set('kiro-worker-test-git-credentials', value(JSON.stringify({ username: 'git', password: token })));
    aws.secrets.set('kiro-worker-test-kiro-api-key', value('ksk_0123456789'));
    aws.parameters.set(PARAMETER, CONFIG);
  }

  async function run(words: readonly string[], env: Record<string, string> = {}) {
    const result = await runCommand(words, {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        GITHUB_API_URL: github.apiUrl,
        GITHUB_GRAPHQL_URL: github.graphqlUrl,
        GITHUB_SERVER_URL: github.serverUrl,
        ...env,
      },
    });
    expect(result.stdout + result.stderr).to.not.include(token);
    return result;
  }
  async function checksOf(words: readonly string[], env: Record<string, string> = {}) {
    const { exitCode, stdout, stderr } = await run(['doctor', ...words, '--json'], env);
    expect(stdout, stderr).to.not.equal('');
    const { checks, next } = JSON.parse(stdout) as { checks: Found[]; next: string };
    // Nobody but a run can tell what Kiro says of a key.
    const told = ['aws', 'sam', 'agent key and quota'];
    const wrong = checks.filter(
      ({ name, state }) => state === 'failed' || state === 'unknown' || (state === 'warning' && !told.includes(name)),
    );
    return { exitCode, checks, next, wrong: wrong.map(({ name, state, detail }) => `${name} ${state}: ${detail}`) };
  }

  itInRehearsal('finds what the board lacks, adds it when approved, and is well then', async () => {
    fillIn();
    const { exitCode, wrong } = await checksOf([]);
    expect(exitCode).to.equal(0);
    expect(wrong.join('\n')).to.match(
      /^board warning.*inProgressColumn.*\nboard warning.*reviewColumn.*\nboard warning.*"Branch"/,
    );

    const project = github.state.project('acme', 7);
    const before = project?.fields.find(({ name }) => name === 'Status')?.options.map(({ id }) => id) ?? [];
    const unapproved = await run(['board', 'init']);
    expect(unapproved.exitCode, unapproved.stderr).to.equal(3);
    expect(unapproved.stderr).to.include('+ the text field "Branch"').and.include('+ the column "In Review"');
    expect(github.requests.filter(({ operation }) => /^(Add|Set)/.test(operation ?? ''))).to.deep.equal([]);

    const done = await run(['board', 'init', '--yes', '--json']);
    expect(done.exitCode, done.stderr).to.equal(0);
    expect(JSON.parse(done.stdout)).to.deep.include({
      outcome: 'done',
      branchField: 'Branch',
      columns: ['In Progress', 'In Review'],
    });
    const options = project?.fields.find(({ name }) => name === 'Status')?.options ?? [];
    expect(options.map(({ name }) => name)).to.deep.equal([
      'Backlog',
      'For Implementation',
      'In Progress',
      'In Review',
    ]);
    expect(options.map(({ id }) => id).slice(0, 2)).to.deep.equal(before);
    const card = github.state.card('One');
    expect(card && github.state.columnOf(card)).to.equal('Backlog');
    expect((await run(['board', 'init', '--yes'])).exitCode).to.equal(4);
    expect((await checksOf([])).wrong).to.deep.equal([]);
  });

  it('names all that is wrong with a deployed environment at once', async () => {
    fillIn();
    aws.secrets.get('kiro-worker-test-kiro-api-key')?.clear();
    github.state.rights.pullRequests = 'read';
    github.state.rights.contents = 'read';
    const { exitCode, wrong, next } = await checksOf(['--env', 'test'], { AWS_REGION: 'eu-west-1' });
    expect(exitCode).to.equal(1);
    const text = wrong.join('\n');
    expect(text).to.match(/region warning: test is in us-east-1, but this shell says eu-west-1/);
    expect(text)
      .to.match(/kiro-api-key failed/)
      .and.match(/may not open pull requests/)
      .and.match(/push failed/);
    expect(next).to.equal('npx kiro-worker configure kiro-api-key --env test');
  });

  it('tells what the account of the token may not do from what the token may not do', async () => {
    fillIn();
    const remediesOf = (checks: Found[], name: string) =>
      checks.filter((check) => check.name === name && check.state === 'failed').map(({ remedy }) => remedy ?? '');
    github.state.rights.contents = 'read';
    const ofToken = await checksOf([]);
    expect(remediesOf(ofToken.checks, 'repository')).to.deep.equal([]);
    expect(remediesOf(ofToken.checks, 'push').join()).to.include('Give the token the right Contents');
    github.state.rights.contents = 'write';
    repository.permission = 'READ';
    const ofPerson = await checksOf([]);
    expect(remediesOf(ofPerson.checks, 'repository').join()).to.include("give the token's account the role Write");
  });

  it('tells what runs have met with the key, and what leads the network nowhere', async () => {
    fillIn();
    const state = (checks: Found[]) => checks.find(({ name }) => name === 'agent key and quota');
    expect(state((await checksOf([])).checks)).to.include({ state: 'warning' });
    const now = Date.now();
    aws.agentBreaker = {
      ...{ service: 'kiro', version: 1, isOpen: true, cause: 'key', said: 'Kiro rejected the key.', failures: 1 },
      ...{ openedAtMs: now, nextTryAtMs: now, key: 'fingerprint' },
    };
    const refused = await checksOf([], { NODE_EXTRA_CA_CERTS: path.join(folder, 'missing.pem') });
    expect(refused.exitCode).to.equal(1);
    expect(state(refused.checks)).to.include({
      state: 'failed',
      remedy: 'npx kiro-worker configure kiro-api-key --env test',
    });
    expect(refused.wrong.join('\n')).to.match(
      /proxy and certificates failed: NODE_EXTRA_CA_CERTS names .*missing\.pem/,
    );
    aws.forbidden.add('dynamodb:GetItem');
    expect(state((await checksOf([])).checks)).to.include({ state: 'unknown' });
  });

  it('says what to do before anything is deployed, and with credentials that are none', async () => {
    aws.parameters.clear();
    const before = await checksOf([], { GITHUB_TOKEN: token });
    expect(before.exitCode).to.equal(0);
    expect(before.wrong.join('\n')).to.include('deployment warning: test is not deployed yet');
    expect(before.next).to.equal('npx kiro-worker deploy --env test');
    aws.forbidden.add('sts:GetCallerIdentity');
    const refused = await checksOf([]);
    expect(refused.exitCode).to.equal(1);
    expect(refused.wrong.join('\n')).to.match(/AWS credentials unknown.*\ndeployment unknown/);
    expect((await run(['doctor', '--env', 'nowhere'])).exitCode).to.equal(2);
  });

  itInRehearsal('looks at one machine: isolation, agent, configuration, GitHub', async () => {
    await writeFile(path.join(folder, 'kiro-worker.config.json'), CONFIG);
    const program = path.join(folder, 'kiro-cli');
    await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
    const env = { GITHUB_TOKEN: token, KIRO_API_KEY: 'ksk_0123456789', KIRO_CLI_PATH: program, UNTRUSTED_USER: 'none' };
    const { exitCode, checks } = await checksOf(['--local'], env);
    expect(exitCode).to.equal(0);
    expect(checks.find(({ name }) => name === 'isolation')?.state).to.equal('warning');
    expect(checks.find(({ name }) => name === 'tools')?.state).to.equal('passed');
    const bare = await checksOf(['--local', '--config', 'nowhere.json'], { UNTRUSTED_USER: 'none' });
    expect(bare.exitCode).to.equal(1);
    expect(bare.wrong.join('\n'))
      .to.match(/Kiro CLI failed/)
      .and.match(/configuration failed/)
      .and.match(/GitHub token failed/);
  });

  itInRehearsal('changes no board of a server that would make its columns anew', async () => {
    fillIn();
    github.rules.takesOptionIds = false;
    const { exitCode, stderr } = await run(['board', 'init', '--yes']);
    expect(exitCode).to.equal(1);
    expect(stderr).to.include('All cards would lose their column').and.include('"In Progress", "In Review"');
    const card = github.state.card('One');
    expect(card && github.state.columnOf(card)).to.equal('Backlog');
  });
});
