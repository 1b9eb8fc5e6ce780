import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { buildFunctionBundles } from '../../../src/adapters/bundle/function-bundles.ts';
import { LOCK_TABLE } from '../../../src/core/lock.ts';
import { ENV } from '../../../src/core/names.ts';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import type { FunctionScene } from '../../support/scenes/function.ts';
import { openFunctionScene } from '../../support/scenes/function.ts';
import { PLACE } from '../../support/system/repository.ts';
import type { Clone } from './clone.ts';
import { makeClone } from './clone.ts';
import { everydayCommand, rehearsedLines } from './documents.ts';
import type { Ministack } from './ministack.ts';
import { startMinistack } from './ministack.ts';
import { bareEnvironment, runProgram } from './program.ts';
import type { Sam } from './sam.ts';
import { createSam } from './sam.ts';
import { pythonTool } from './tools.ts';

const TEST_STACKS = STACK_IDS.map((id) => stackName('KiroWorker', id));

describe('the stacks on an emulator, by the real SAM CLI', function () {
  this.timeout(300_000);
  let clone: Clone;
  let ministack: Ministack;
  let sam: Sam;
  const said = (text: string) => process.stdout.write(`    ${text}\n`);

  before(async () => {
    [clone, ministack] = await Promise.all([makeClone(), startMinistack(), pythonTool('awscli')]);
    sam = await createSam(clone, ministack);
  });
  after(async () => {
    await ministack?.stop();
    await clone?.remove();
  });

  /** Runs one line of a shell as a user would, with the AWS CLI at the emulator. */
  async function shell(line: string): Promise<string> {
    const programs = await pythonTool('awscli');
    const env = { ...bareEnvironment([programs]), AWS_ENDPOINT_URL: ministack.endpoint };
    const { code, stdout, stderr } = await runProgram(['bash', '-euo', 'pipefail', '-c', `{ ${line}\n} | cat`], {
      cwd: clone.folder,
      env,
    });
    expect(code, `${line}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  }
  const answer = async <T>(line: string): Promise<T> =>
    JSON.parse((await shell(`aws ${line} --output json`)) || 'null') as T;

  it('the lines of docs/deployment.md name all stacks in their order', () => {
    expect(rehearsedLines('deploy')).to.deep.equal(
      STACK_IDS.map(
        (id) => `sam build --config-env test-${id.toLowerCase()} && sam deploy --config-env test-${id.toLowerCase()}`,
      ),
    );
  });

  for (const id of STACK_IDS) {
    it(`deploys ${stackName('KiroWorker', id)}`, async () => {
      const { dropped, output } = await sam.buildAndDeploy(`test-${id.toLowerCase()}`);
      if (dropped.length > 0) said(`not on this emulator, so dropped: ${dropped.join(', ')}`);
      expect(output).to.include(`Successfully created/updated stack - ${stackName('KiroWorker', id)}`);
    });
  }

  it('uploads zips that hold exactly the bundles', async () => {
    const bundles = await buildFunctionBundles();
    for (const [name, id] of [
      ['poller', 'PollerFunction'],
      ['finalizer', 'FinalizerFunction'],
    ] as const) {
      const { Code } = await answer<{ Code: { Location: string } }>(
        `lambda get-function --function-name kiro-worker-test-${name}`,
      );
      const zip = new Uint8Array(await (await fetch(Code.Location)).arrayBuffer());
      const files = unzipSync(zip);
      expect(Object.keys(files), id).to.deep.equal(['handler.mjs']);
      expect(sha256(files['handler.mjs']), id).to.equal(sha256(bundles[name]));
    }
  });

  it('gives the outputs that users know, under their export names', async () => {
    const { Exports } = await answer<{ Exports: Array<{ Name: string }> }>('cloudformation list-exports');
    const names = Exports.map(({ Name }) => Name);
    expect(names).to.include.members([
      'KiroWorkerCore-ArtifactsBucketName',
      'KiroWorkerCore-LocksTableName',
      'KiroWorkerCore-KmsKeyArn',
      'KiroWorkerSecrets-GitHubProjectConfigParameterName',
      'KiroWorkerPoller-PollerFunctionName',
      'KiroWorkerCodeBuild-ProjectName',
      'KiroWorkerMonitoring-AlertTopicArn',
    ]);
    const { stdout } = await sam.run(['list', 'stack-outputs', '--config-env', 'test-core', '--output', 'json']);
    expect(stdout).to.include('ArtifactsBucketName');
  });

  for (const line of rehearsedLines('verify')) {
    const [command = '', expected = ''] = line.split(' # ');
    it(`answers: ${command.slice(0, 100)}`, async () => {
      expect(await shell(command)).to.match(new RegExp(expected));
    });
  }

  it('a poll before anything is filled in says so, and is not a failure', async () => {
    const printed = await shell(
      'aws lambda invoke --function-name kiro-worker-test-poller --payload fileb://events/manual-poll.json /dev/stdout',
    );
    expect(printed)
      .to.match(/"outcome": ?"setup-incomplete"/)
      .and.not.include('FunctionError');
  });

  it('`sam logs` shows the log of that poll', async () => {
    const { stdout } = await sam.run(['logs', '--config-env', 'test-poller', '-n', 'PollerFunction']);
    expect(stdout).to.include('setup incomplete');
  });

  it('`sam package` uploads the bundles and names them in the template', async () => {
    const { stdout } = await sam.run(['package', '--config-env', 'test-poller']);
    expect(stdout.match(/CodeUri: s3:\/\//g)).to.have.length(2);
  });

  it('deploying again changes nothing', async () => {
    const { output } = await sam.buildAndDeploy('test-core');
    expect(output).to.match(/No changes to deploy|is up to date/);
  });

  it('a change set can be left for review, and one setting changed and taken back', async () => {
    const change = ['deploy', '--config-env', 'test-poller', '--no-confirm-changeset'];
    const onX86 = ['--parameter-overrides', 'Environment=test', 'StackPrefix=KiroWorker', 'Architecture=x86_64'];
    const architecture = () => shell(`${POLLER} --query 'Architectures[0]' --output text`);
    await sam.run([...change, '--no-execute-changeset', ...onX86]);
    expect(await architecture()).to.match(/arm64/);
    await sam.run([...change, ...onX86]);
    expect(await architecture()).to.match(/x86_64/);
    await sam.run(change);
    expect(await architecture()).to.match(/arm64/);
  });

  it('the project configuration of a user outlives deployments, until its resource changes in anything but tags', async () => {
    const edited = '{"organization":"acme"}';
    const value = () => shell(`${PROJECT_CONFIG} --query Parameter.Value --output text`);
    await shell(`aws ssm put-parameter --name /kiro-worker/test/github-project-config --overwrite --value '${edited}'`);
    await sam.run(['build', '--config-env', 'test-secrets']);
    const built = path.join(clone.folder, '.aws-sam/test-secrets/template.yaml');
    const template = await readFile(built, 'utf8');
    await writeFile(built, template.replace('Put the GitHub token here', 'Put your GitHub token here'));
    await sam.run(['deploy', '--config-env', 'test-secrets', '--no-confirm-changeset']);
    expect((await value()).trim()).to.equal(edited);
    await writeFile(built, template.replace('Board, repository and columns', 'Columns, board and repository'));
    await sam.run(['deploy', '--config-env', 'test-secrets', '--no-confirm-changeset']);
    expect(await value()).to.include('REPLACE_ME');
    await writeFile(built, template);
    await sam.run(['deploy', '--config-env', 'test-secrets', '--no-confirm-changeset']);
  });

  it('coexists with the sandbox: the root template by `sam build && sam deploy`', async () => {
    const { dropped, output } = await sam.buildAndDeploy(null);
    said(`not on this emulator, so dropped: ${dropped.join(', ')}`);
    expect(output).to.include('Successfully created/updated stack - KiroWorkerSandbox');
    const { FunctionName } = await answer<{ FunctionName: string }>(
      'lambda get-function-configuration --function-name kiro-worker-sandbox-poller',
    );
    expect(FunctionName).to.equal('kiro-worker-sandbox-poller');
    expect(
      await shell(
        'aws dynamodb describe-table --table-name kiro-worker-test-locks --query Table.TableStatus --output text',
      ),
    ).to.match(/ACTIVE/);
    const { stdout } = await sam.run(['remote', 'invoke', 'PollerFunction', '--event-file', 'events/dry-run.json']);
    expect(stdout, stdout).to.include('setup-incomplete');
  });

  describe('the deployed poller and a board', () => {
    let scene: FunctionScene;

    before(async () => {
      scene = await openFunctionScene();
      const { owner: organization, name: repository, projectNumber } = PLACE;
      const config = JSON.stringify({
        organization,
        repository,
        projectNumber,
        targetStatusColumn: 'For Implementation',
      });
      await shell(
        `printf %s '${scene.stored.secrets.get(scene.variables[ENV.githubTokenSecretArn] ?? '')}' | aws secretsmanager put-secret-value --secret-id kiro-worker-test-github-token --secret-string file:///dev/stdin`,
      );
      await shell(
        `aws ssm put-parameter --name /kiro-worker/test/github-project-config --overwrite --value '${config}'`,
      );
      await shell(`aws ssm put-parameter --name /kiro-worker/test/release --type String --value ${'ab'.repeat(32)}`);
      await pointAtLocalGitHub();
    });
    after(() => scene?.close());

    /** Sets what no template sets: the local GitHub instead of github.com. */
    async function pointAtLocalGitHub(): Promise<void> {
      const name = 'kiro-worker-test-poller';
      const { Environment } = await answer<{ Environment: { Variables: Record<string, string> } }>(
        `lambda get-function-configuration --function-name ${name}`,
      );
      const { apiUrl, graphqlUrl, serverUrl } = scene.github;
      const Variables = {
        ...Environment.Variables,
        [ENV.githubApiUrl]: apiUrl,
        [ENV.githubGraphqlUrl]: graphqlUrl,
        [ENV.githubServerUrl]: serverUrl,
      };
      await shell(
        `aws lambda update-function-configuration --function-name ${name} --environment '${JSON.stringify({ Variables })}'`,
      );
    }

    async function lockRows(): Promise<Array<Record<string, { S?: string; N?: string }>>> {
      const { Items } = await answer<{ Items: Array<Record<string, { S?: string; N?: string }>> }>(
        'dynamodb scan --table-name kiro-worker-test-locks',
      );
      return Items;
    }

    it('starts nothing while it is paused, and says who paused it and why', async () => {
      await shell(everydayCommand('pause the poller'));
      const printed = await shell(INVOKE);
      expect(printed, printed)
        .to.match(/"outcome": ?"paused"/)
        .and.to.include('quota');
      expect(await lockRows()).to.deep.equal([]);
      await shell(everydayCommand('resume'));
    });

    it('locks the eligible card and starts a build when it is invoked', async () => {
      const printed = await shell(INVOKE);
      expect(printed, printed).to.match(/"outcome": ?"started"/);
      const [row] = await lockRows();
      expect(row?.[LOCK_TABLE.key]?.S).to.equal(`${PLACE.repository}#${PLACE.branch}`);
      expect(row?.buildId?.S).to.match(/^kiro-worker-test:/);
      const locked = await shell(everydayCommand('which branches are locked'));
      expect(locked.trim()).to.equal(`${PLACE.repository}#${PLACE.branch}`);
    });

    it('does so by itself when its schedule fires', async () => {
      const before = await lockRows();
      await shell(
        "aws events put-rule --name kiro-worker-test-poller-schedule --schedule-expression 'rate(1 minute)' --state ENABLED",
      );
      const deadline = performance.now() + 100_000;
      while (performance.now() < deadline && JSON.stringify(await lockRows()) === JSON.stringify(before))
        await sleep(2_000);
      expect(await lockRows()).not.to.deep.equal(before);
    });
  });

  describe('at the end', () => {
    it('the stacks are deleted in reverse order', async () => {
      for (const name of ['KiroWorkerSandbox', ...[...TEST_STACKS].reverse()]) {
        await shell(
          `aws cloudformation delete-stack --stack-name ${name} && aws cloudformation wait stack-delete-complete --stack-name ${name}`,
        );
      }
      expect(await shell('aws dynamodb list-tables --query TableNames --output text')).not.to.include('kiro-worker');
    });
  });
});

const INVOKE =
  'aws lambda invoke --function-name kiro-worker-test-poller --payload fileb://events/manual-poll.json /dev/stdout';
const POLLER = 'aws lambda get-function-configuration --function-name kiro-worker-test-poller';
const PROJECT_CONFIG = 'aws ssm get-parameter --name /kiro-worker/test/github-project-config';

function sha256(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? new Uint8Array())
    .digest('hex');
}
