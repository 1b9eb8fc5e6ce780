import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { LocalGitHub } from '../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../src/fakes/github/server.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { runCommand } from '../support/command-line.ts';
import { type DeployedEnvironment, startEnvironment } from '../support/servers/environment.ts';
import { expectGranted } from '../support/servers/expect-granted.ts';
import { makeSecrets } from '../support/system/scene.ts';

const PARAMETER = '/kiro-worker/staging/github-project-config';
const TOKEN_SECRET = 'kiro-worker-staging-github-token';
const COLUMNS = ['Backlog', 'For Implementation', 'In Progress', 'In Review', 'Needs a person'];

describe('kiro-worker configure', () => {
  let folder: string;
  let aws: DeployedEnvironment;
  let github: LocalGitHub;
  let token: string;
  let board: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-configure-'));
    aws = await startEnvironment('staging', 'KiroWorkerStaging');
    token = makeSecrets().token;
    github = await startLocalGitHub({ tokens: [token], root: path.join(folder, 'github') });
    const { state } = github;
    state.addOwner({ login: 'acme', type: 'Organization' });
    const repository = await github.createRepository({
      owner: 'acme',
      name: 'slugs',
      files: { 'README.md': '# Slugs\n' },
    });
    const project = state.addProject({
      owner: 'acme',
      number: 7,
      title: 'Work',
      columns: COLUMNS,
      repositories: [repository],
    });
    state.addItem(project, { content: state.addIssue({ repository, title: 'One' }), column: 'Backlog' });
    board = `${github.url}/orgs/acme/projects/7/views/2`;
  });
  afterEach(async () => {
    await Promise.all([aws.close(), github.close()]);
    await rm(folder, { recursive: true, force: true });
    expectGranted(aws.requests, ['configure']);
  });

  async function run(
    args: readonly string[],
    { stdin, env = {} }: { stdin?: string; env?: Record<string, string> } = {},
  ) {
    const result = await runCommand(['configure', ...args], {
      cwd: folder,
      ...(stdin === undefined ? {} : { stdin }),
      env: {
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        DEPLOY_ENV: 'staging',
        GITHUB_API_URL: github.apiUrl,
        GITHUB_GRAPHQL_URL: github.graphqlUrl,
        GITHUB_SERVER_URL: github.serverUrl,
        ...env,
      },
    });
    for (const secret of [token, stdin?.trim()].filter((value) => value && value.length > 8))
      expect(result.stdout + result.stderr).to.not.include(secret);
    return { ...result, text: result.stdout.replaceAll(/\s+/g, ' ') };
  }

  itInRehearsal('shows what is set, and goes from setting to setting to the end', async () => {
    const first = await run([]);
    expect(first, first.stderr).to.include({ exitCode: 0 });
    expect(first.text)
      .to.match(/github-token no .* is empty/)
      .and.include('Next: npx kiro-worker configure github-token --env staging');

    const withToken = await run(['github-token'], { stdin: `${token}\n` });
    expect(withToken, withToken.stderr).to.include({ exitCode: 0 });
    expect(aws.valueOf(TOKEN_SECRET)).to.equal(token);
    expect(withToken.text)
      .to.include('of the account kiro-worker-bot')
      .and.include('not tried: the project configuration');
    expect(withToken.text).to.include('Next: npx kiro-worker configure git-credentials');

    await writeFile(path.join(folder, 'git.txt'), token);
    const git = await run(['git-credentials', '--file', 'git.txt']);
    expect(git, git.stderr).to.include({ exitCode: 0 });
    expect(JSON.parse(aws.valueOf('kiro-worker-staging-git-credentials') ?? '')).to.deep.equal({
      username: 'x-access-token',
      password: token,
    });

    const project = await run(['project', '--board', board, '--json']);
    expect(project, project.stderr).to.include({ exitCode: 0 });
    expect(JSON.parse(aws.parameters.get(PARAMETER) ?? '')).to.deep.equal({
      organization: 'acme',
      repository: 'slugs',
      projectNumber: 7,
      targetStatusColumn: 'For Implementation',
      failedColumn: 'Needs a person',
    });
    const { checks, next } = JSON.parse(project.stdout);
    expect(checks.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).to.deep.equal([
      'GitHub token passed',
      'board passed',
      'repository passed',
      'pull requests and issues passed',
      'push passed',
    ]);
    expect(next).to.equal('npx kiro-worker configure kiro-api-key --env staging');

    expect((await run(['kiro-api-key'], { stdin: 'ksk_0123456789abcdef' })).exitCode).to.equal(0);
    const email = await run(['alert-email', '--email', 'ana@example.com']);
    expect(email.text).to.include('AWS has sent a mail to ana@example.com').and.include('Next: confirm the e-mail');
    aws.subscriptions?.set('ana@example.com', true);
    const last = await run([]);
    expect(last.text).to.include('Next: npx kiro-worker verify --env staging');
    expect(last.text).to.include('board 7 of acme, repository acme/slugs, cards in "For Implementation"');
  });

  it('refuses what is empty, malformed or on the command line, and writes nothing', async () => {
    for (const stdin of ['', ' \n', 'two words here', '{"appId":1,"privateKey":"x"}']) {
      const refused = await run(['github-token'], { stdin });
      expect(refused.exitCode, JSON.stringify(stdin)).to.equal(1);
      expect(refused.stderr).to.include('SECRET_INVALID');
    }
    expect((await run(['github-token', token])).exitCode).to.equal(2);
    expect((await run(['github-token', '--file', 'nowhere'])).exitCode).to.equal(2);
    expect((await run(['alert-email', '--email', 'ana'])).exitCode).to.equal(2);
    expect((await run(['project', '--board', 'https://github.com/acme/slugs'])).exitCode).to.equal(2);
    expect(aws.requests.filter((request) => /:(?:Put|Update|Subscribe)/.test(request))).to.deep.equal([]);
  });

  it('keeps the value in use when the new one does not work, and the earlier one when it does', async () => {
    await run(['github-token'], { stdin: token });
    await run(['project', '--board', board]);
    const unknown = await run(['github-token'], { stdin: 'ghp_nobodysTokenAtAll0123456789' });
    expect(unknown.exitCode, unknown.stdout).to.equal(1);
    expect(unknown.text).to.include('GitHub refused the token').and.include('stays as it is');
    expect(aws.valueOf(TOKEN_SECRET)).to.equal(token);

    // A token of the same person that may only read the contents: GitHub says of the person that they may push.
    github.state.rights.contents = 'read';
    const readOnly = `github_pat_${'a1'.repeat(20)}`;
    github.tokens.add(readOnly);
    const weak = await run(['github-token'], { stdin: readOnly });
    expect(weak.exitCode).to.equal(1);
    expect(weak.text).to.include('push FAIL').and.include('Contents: read and write');
    expect(aws.valueOf(TOKEN_SECRET)).to.equal(token);

    github.state.rights.contents = 'write';
    const fresh = await run(['github-token'], { stdin: readOnly });
    expect(fresh, fresh.stderr).to.include({ exitCode: 0 });
    expect(fresh.text).to.include('kept as its previous version');
    expect(aws.valueOf(TOKEN_SECRET)).to.equal(readOnly);
    const stages = [...(aws.secrets.get(TOKEN_SECRET)?.values() ?? [])].map(({ value, stages: of }) => [
      value,
      [...of].sort(),
    ]);
    expect(stages).to.deep.equal([
      [token, ['AWSPREVIOUS']],
      [readOnly, ['AWSCURRENT', 'AWSPENDING']],
    ]);
  });

  itInRehearsal('leaves the earlier value in use when AWS does not take the change to its end', async () => {
    await run(['kiro-api-key'], { stdin: 'ksk_of-before-0123' });
    aws.forbidden.add('secretsmanager:UpdateSecretVersionStage');
    const refused = await run(['kiro-api-key'], { stdin: 'ksk_of-today-0123' });
    expect(refused.exitCode).to.equal(1);
    expect(refused.stderr).to.include('the earlier one is').and.include('AWS_REQUEST_FAILED');
    expect(aws.valueOf('kiro-worker-staging-kiro-api-key')).to.equal('ksk_of-before-0123');
  });

  itInRehearsal(
    'asks GitHub for what the address does not say, keeps other settings, and writes no board that cannot work',
    async () => {
      await run(['github-token'], { stdin: token });
      aws.parameters.set(PARAMETER, '{"organization":"acme","repository":"old","projectNumber":3,"maxAttempts":5}');
      const other = await github.createRepository({ owner: 'acme', name: 'site', files: { 'README.md': '# Site\n' } });
      const project = github.state.project('acme', 7);
      project?.repositories.push(other);
      const undecided = await run(['project', '--board', board]);
      expect(undecided.exitCode).to.equal(2);
      expect(undecided.stderr).to.include('"acme/slugs", "acme/site"').and.include('--repository OWNER/NAME');

      const column = await run(['project', '--board', board, '--repository', 'acme/site', '--column', 'Ready']);
      expect(column.exitCode).to.equal(1);
      expect(column.text).to.include('no column "Ready"').and.include('project was not written');
      expect(aws.parameters.get(PARAMETER)).to.include('"projectNumber":3');

      expect((await run(['project', '--board', board, '--repository', 'acme/site'])).exitCode).to.equal(0);
      expect(JSON.parse(aws.parameters.get(PARAMETER) ?? '')).to.include({
        repository: 'site',
        projectNumber: 7,
        maxAttempts: 5,
      });
    },
  );

  itInRehearsal('says unknown, and fails, for what may not be read', async () => {
    aws.forbidden.add('secretsmanager:DescribeSecret');
    aws.subscriptions = null;
    const { exitCode, text } = await run([]);
    expect(exitCode).to.equal(1);
    expect(text).to.include('github-token unknown').and.include('there is no topic of alarms yet');
  });

  it('writes the configuration file of one machine', async () => {
    const env = { GITHUB_TOKEN: token };
    const first = await run(['--local'], { env });
    expect(first.text).to.include('GITHUB_TOKEN yes').and.include('Next: set KIRO_API_KEY');
    const written = await run(['project', '--local', '--board', board], { env });
    expect(written, written.stderr).to.include({ exitCode: 0 });
    const file = JSON.parse(await readFile(path.join(folder, 'kiro-worker.config.json'), 'utf8'));
    expect(file).to.include({ organization: 'acme', repository: 'slugs', projectNumber: 7 });
    expect(written.text).to.include('Next: npx kiro-worker doctor --local');
    const elsewhere = await run(['github-token', '--local'], { stdin: token, env });
    expect(elsewhere.exitCode).to.equal(2);
    expect(elsewhere.stderr).to.include('environment variable GITHUB_TOKEN');
    expect(aws.requests).to.deep.equal([]);
  });
});
