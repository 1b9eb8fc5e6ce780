import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { runCommand } from '../support/command-line.ts';
import { type DeployedEnvironment, startEnvironment } from '../support/servers/environment.ts';
import { callsNotMade, expectGranted } from '../support/servers/expect-granted.ts';

const NAMES = ['github-token', 'git-credentials', 'kiro-api-key'].map((name) => `kiro-worker-staging-${name}`);

interface Found {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
  readonly remedy: string | null;
}

describe('kiro-worker verify', () => {
  let folder: string;
  let aws: DeployedEnvironment;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-verify-'));
    aws = await startEnvironment('staging', 'KiroWorkerStaging');
    aws.parameters.set(
      '/kiro-worker/staging/github-project-config',
      '{"organization":"acme","repository":"slugs","projectNumber":7}',
    );
    aws.parameters.set('/kiro-worker/staging/release', 'ab'.repeat(32));
    for (const name of NAMES)
      aws.secrets.get(name)?.set('1', { value: 'a-value-1234', stages: new Set(['AWSCURRENT']) });
    aws.subscriptions?.set('ana@example.com', true);
  });
  afterEach(async () => {
    await aws.close();
    await rm(folder, { recursive: true, force: true });
    expectGranted(aws.requests, ['verify']);
  });
  const run = (...args: string[]) =>
    runCommand(['verify', ...args], {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL: aws.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        DEPLOY_ENV: 'staging',
      },
    });

  it('finds an environment well, and starts nothing', async () => {
    const { exitCode, stdout, stderr } = await run('--json');
    expect(exitCode, stderr + stdout).to.equal(0);
    const { checks, next } = JSON.parse(stdout) as { checks: Found[]; next: string };
    expect(checks.map(({ name, state }) => `${name} ${state}`)).to.deep.equal([
      ...['stacks', 'bucket', 'table', 'function', 'build project'].map((name) => `${name} passed`),
      ...['github-token', 'git-credentials', 'kiro-api-key'].map((name) => `${name} passed`),
      ...['project configuration', 'release', 'dry-run poll', 'log'].map((name) => `${name} passed`),
      ...['schedule', 'dead letters', 'alarms', 'alert e-mail'].map((name) => `${name} passed`),
    ]);
    expect(next).to.include('npx kiro-worker status --env staging');
    expect(aws.requests.filter((request) => /Put|Start|Create|Delete|Update/.test(request))).to.deep.equal([]);
  });

  it('names everything that is wrong, each with its remedy', async () => {
    aws.stacks.delete('KiroWorkerStagingMonitoring');
    aws.stacks.set('KiroWorkerStagingPoller', 'UPDATE_ROLLBACK_FAILED');
    aws.stacks.set('KiroWorkerStagingCodeBuild', 'REVIEW_IN_PROGRESS');
    Object.assign(aws, { tableStatus: null, project: null, ruleState: 'DISABLED' });
    aws.secrets.get(NAMES[0] ?? '')?.clear();
    aws.secrets.delete(NAMES[2] ?? '');
    aws.parameters.delete('/kiro-worker/staging/release');
    aws.poll = { outcome: 'setup-incomplete', detail: 'The secret is empty.' };
    aws.queues.set('kiro-worker-staging-finalizer-dlq', 2);
    aws.alarms.set('kiro-worker-staging-poller-errors', 'ALARM');
    aws.subscriptions?.set('ben@example.com', false);
    aws.forbidden.add('s3:HeadBucket');
    const { exitCode, stdout } = await run('--json');
    expect(exitCode).to.equal(1);
    const { checks } = JSON.parse(stdout) as { checks: Found[] };
    const wrong = checks.filter(({ state }) => state !== 'passed');
    expect(
      wrong.map(({ name, state, remedy }) => `${name} ${state}: ${remedy?.replace(/^npx kiro-worker /, '')}`),
    ).to.deep.equal([
      'stacks failed: recover KiroWorkerStagingPoller --env staging',
      'stacks failed: deploy KiroWorkerStagingCodeBuild --env staging',
      'stacks failed: deploy KiroWorkerStagingMonitoring --env staging',
      'bucket unknown: Ask whoever administers the AWS account for the permission that the message names.',
      'table failed: deploy KiroWorkerStagingCore --env staging',
      'build project failed: deploy --env staging',
      'github-token failed: configure github-token --env staging',
      'kiro-api-key failed: deploy --env staging',
      'release failed: release --env staging',
      'dry-run poll failed: configure --env staging',
      'schedule failed: aws events enable-rule --region us-east-1 --name kiro-worker-staging-poller-schedule',
      'dead letters failed: redrive --env staging',
      'alarms failed: status --env staging',
      'alert e-mail failed: Confirm the mail that AWS has sent.',
    ]);
  });

  it('runs a self-test build of the chosen release, and shows what it found', async () => {
    aws.selfTest = {
      checks: [
        { name: 'bundle', state: 'passed', detail: 'it runs', remedy: null },
        { name: 'untrusted user', state: 'failed', detail: 'it can read the worker’s folder', remedy: 'Look.' },
      ],
    };
    aws.buildStatus = 'FAILED';
    const { exitCode, stdout, stderr } = await run('--build', '--checklist', '--json');
    expect(exitCode, stderr).to.equal(1);
    expect(callsNotMade(aws.requests, ['verify']), 'those of account checks, and of waiting').to.deep.equal([
      ...['codebuild:BatchGetBuilds', 'codebuild:StopBuild', 'monitoring:DescribeAlarmHistory'],
      ...['monitoring:GetMetricData', 'monitoring:SetAlarmState'],
    ]);
    const { checks } = JSON.parse(stdout) as { checks: Found[] };
    expect(
      checks.filter(({ name }) => name.startsWith('build:')).map(({ name, state }) => `${name} ${state}`),
    ).to.deep.equal(['build: bundle passed', 'build: untrusted user failed', 'build: artifact passed']);
    const [started] = aws.started as {
      environmentVariablesOverride: { name: string }[];
      sourceLocationOverride: string;
    }[];
    expect(started?.environmentVariablesOverride.map(({ name }) => name).sort()).to.deep.equal([
      'SELF_TEST',
      'START_TOKEN',
    ]);
    expect(started?.sourceLocationOverride).to.equal(
      `kiro-worker-staging-artifacts-0a1b/releases/${'ab'.repeat(32)}/worker.zip`,
    );
  });

  it('starts no build and rings no alarm for a trial that nobody approved', async () => {
    const { exitCode, stdout } = await run('--account-checks', '--no-input');
    expect(exitCode).to.equal(3);
    expect(stdout).to.include('Nothing was tried');
    expect(aws.requests).to.deep.equal(['ssm:GetParameter']);
  });

  it("prints the guide's sixteen points with their state", async () => {
    const { exitCode, stdout } = await run('--checklist');
    const lines = stdout.split('\n').filter((line) => /^\[[x ?]\]/.test(line));
    expect(lines.map((line) => line.slice(0, 3)).join('')).to.equal('[?][x][x][x][?][x][?][x][x][x][x][x][x][ ][x][?]');
    expect(exitCode, 'no build was ever started').to.equal(1);
    expect(stdout).to.include('Test CodeBuild trigger successful').and.include('yours to tick');
  });

  itInRehearsal('counts a point as done once there was a build, and no longer where the stacks are not', async () => {
    aws.builds = ['kiro-worker-staging:1'];
    expect((await run('--checklist')).exitCode).to.equal(0);
    aws.stacks.clear();
    const { stdout } = await run('--checklist', '--json');
    const { checklist } = JSON.parse(stdout) as { checklist: { point: string; state: string }[] };
    expect(checklist.filter(({ state }) => state === 'open').map(({ point }) => point)).to.deep.equal([
      'All stacks deployed',
      'All verification steps passed',
    ]);
  });
});
