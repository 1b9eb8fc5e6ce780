import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type AwsCommand, COMMANDS_OF } from '../../src/stacks/access/rows.ts';
import { runCommand } from '../support/command-line.ts';
import { type DeployedEnvironment, startEnvironment } from '../support/servers/environment.ts';
import { expectGranted } from '../support/servers/expect-granted.ts';

describe('kiro-worker permissions', () => {
  let folder: string;
  let aws: DeployedEnvironment;
  /** Commands whose rights were tried by their own calls. */
  let tried: readonly AwsCommand[];

  beforeEach(async () => {
    tried = [];
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-permissions-'));
    aws = await startEnvironment('test', 'KiroWorker');
  });
  afterEach(async () => {
    await aws.close();
    await rm(folder, { recursive: true, force: true });
    expectGranted(aws.requests, ['permissions', ...tried]);
  });

  async function run(...words: string[]) {
    const env = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests' };
    return runCommand(['permissions', ...words], { cwd: folder, env });
  }

  it('writes the policies of the environment, as IAM takes them', async () => {
    const { exitCode, stdout, stderr } = await run('--env', 'test', '--out', 'policies', '--json');
    expect(exitCode, stderr).to.equal(0);
    const { policies } = JSON.parse(stdout) as { policies: { name: string; document: object }[] };
    const names = policies.map(({ name }) => name);
    expect(names).to.include.members([
      'kiro-worker-test-deployer-1',
      'kiro-worker-test-operator',
      'kiro-worker-test-viewer',
    ]);
    for (const { name, document } of policies) {
      const text = await readFile(path.join(folder, 'policies', `${name}.json`), 'utf8');
      expect(JSON.parse(text)).to.deep.equal(document);
      expect(text).to.include('123456789012').and.include('kiro-worker-test').and.not.include('production');
    }
    expect(aws.requests).to.deep.equal(['sts:GetCallerIdentity']);
  });

  it('says what the caller lacks, and where', async () => {
    aws.lacking.add('codebuild:StopBuild');
    const { exitCode, stdout, stderr } = await run('--check', '--json');
    expect(exitCode, stderr).to.equal(1);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; detail: string }[] };
    expect(checks.map(({ name, state }) => `${name} ${state}`)).to.deep.equal([
      'permissions: deployer passed',
      'permissions: operator failed',
      'permissions: viewer passed',
    ]);
    expect(checks[1]?.detail).to.match(
      /lacks codebuild:StopBuild on arn:aws:codebuild:us-east-1:123456789012:project\/kiro-worker-test/,
    );
    expect((await run('--check', '--role', 'viewer')).exitCode).to.equal(0);
  });

  it('tries by harmless calls where IAM simulates nothing, and calls unknown what they do not show', async () => {
    tried = COMMANDS_OF.viewer;
    aws.forbidden.add('iam:SimulatePrincipalPolicy');
    const refused = await run('--check', '--role', 'viewer', '--json');
    expect(refused.exitCode).to.equal(1);
    const [check] = JSON.parse(refused.stdout).checks;
    expect(check).to.include({ name: 'permissions: viewer', state: 'unknown' });
    expect(check.detail)
      .to.match(/IAM did not simulate.*By calls that change nothing, [1-9]\d* are allowed/)
      .and.match(/not known: .*ce:GetCostAndUsage on \* \(no harmless call shows it\)/)
      .and.not.include('ssm:GetParameter');
    aws.forbidden.add('cloudformation:DescribeStacks');
    const [denied] = JSON.parse((await run('--check', '--role', 'viewer', '--json')).stdout).checks;
    expect(denied).to.include({ state: 'failed' });
    expect(denied.detail).to.match(/; lacks cloudformation:DescribeStacks on .*\(AWS refuses it\)/);
    aws.forbidden.clear();
    aws.callerArn = 'arn:aws:iam::123456789012:root';
    const root = await run('--check', '--role', 'viewer');
    expect(root.exitCode).to.equal(1);
    expect(root.stdout).to.match(/permissions: viewer.*unknown/);
    const [unknown] = JSON.parse((await run('--check', '--role', 'viewer', '--json')).stdout).checks;
    expect(unknown.detail).to.include('root user');
  });
});
