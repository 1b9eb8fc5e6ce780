import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DeleteParameterCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { createStackService } from '../../../src/adapters/aws/cloudformation/stack-service.ts';
import { createDeploymentParameter } from '../../../src/adapters/aws/operate/deployment-parameter.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { StackService } from '../../../src/core/ports/stacks.ts';
import { executeChangeSet } from '../../../src/flows/operate/deploy/execute-change-set.ts';
import { expectError } from '../../support/expect-error.ts';
import { makeClone } from '../stacks/clone.ts';
import { type Operator, openOperator, ROOT } from './operator.ts';
import { expectNothingBeyond } from './rights/recorded-rights.ts';

const PARAMETER = '/kiro-worker/test/deployment';
const ENVIRONMENT_TAGS = { Project: 'KiroWorker', Environment: 'test' };

describe('kiro-worker deploy, where something is not as it should be', function () {
  this.timeout(300_000);
  let operator: Operator;
  let folder: string;
  let ssm: SSMClient;
  let cloudFormation: CloudFormationClient;
  let service: StackService;

  before(async () => {
    operator = await openOperator();
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-refusals-'));
    const credentials = { accessKeyId: '111111111111', secretAccessKey: 'rehearsal' };
    const settings = { region: 'us-east-1', endpoint: operator.proxy.endpoint, credentials };
    ssm = new SSMClient(settings);
    cloudFormation = new CloudFormationClient(settings);
    service = createStackService(cloudFormation);
  });
  after(async () => {
    ssm?.destroy();
    cloudFormation?.destroy();
    await operator?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const claimOf = (token: string) => ({
    ...{ token, by: `${token}@host`, since: new Date().toISOString(), after: null },
    until: new Date(Date.now() + 600_000).toISOString(),
  });
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  /** Deploys a stack of a few lines, as whoever asked for it. */
  const make = async (stackName: string, template: object, kind: 'create' | 'update' = 'create') => {
    const token = `${stackName}-${Math.random().toString(36).slice(2)}`;
    const names = { changeSetName: `set-${Date.now()}`, parameters: {}, tags: ENVIRONMENT_TAGS, token };
    const before = await service.describe(stackName);
    const arn = await service.createChangeSet({ stackName, kind, template: JSON.stringify(template), ...names });
    const described = await service.describeChangeSet(arn, { withValues: false });
    const quiet = { stacks: service, clock: systemClock, onEvent: () => undefined, onStep: () => undefined };
    return executeChangeSet(quiet, {
      ...{ environment: 'test', stackName, stackId: described?.StackId ?? '', changeSet: arn, token },
      changedAtMs: kind === 'create' ? null : (before?.changedAtMs ?? null),
    });
  };
  const queue = (VisibilityTimeout: number) => ({ Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout } });

  it('one alone of many claims an environment, also of those that take over a lapsed claim', async () => {
    const claims = () => createDeploymentParameter({ client: ssm, environment: 'test' });
    const race = async (round: string) => {
      const all = Array.from({ length: 8 }, (_, n) => claimOf(`${round}-${n}`));
      const taken = await Promise.all(all.map((claim) => claims().take(claim, { nowMs: Date.now() })));
      const winners = taken.filter(({ isOurs }) => isOurs);
      expect(winners, round).to.have.length(1);
      const [winner] = winners;
      if (!winner?.claim) throw new Error('nobody won');
      return winner.claim;
    };
    const first = await race('empty');
    await claims().renew({ ...first, until: new Date(Date.now() - 1).toISOString() });
    const winner = await race('lapsed');
    await claims().release(claimOf('stranger'));
    expect((await ssm.send(new GetParameterCommand({ Name: PARAMETER }))).Parameter?.Value).to.include('lapsed');
    await claims().release(winner);
    await expectAbsent();
  });
  const expectAbsent = async () => {
    const failure = await ssm.send(new GetParameterCommand({ Name: PARAMETER })).catch((error: unknown) => error);
    expect(failure).to.have.property('name', 'ParameterNotFound');
  };

  it('tells the second of two deployments who runs, and changes nothing', async () => {
    await createDeploymentParameter({ client: ssm, environment: 'test' }).take(claimOf('ana'), { nowMs: Date.now() });
    const before = operator.proxy.operations.length;
    const { code, stderr } = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(code).to.equal(1);
    expect(stderr).to.include('ana@host').and.include('DEPLOYMENT_REFUSED');
    expect(operator.proxy.operations.slice(before).join()).not.to.include('ChangeSet');
    await ssm.send(new DeleteParameterCommand({ Name: PARAMETER }));
  });

  it('leaves a stack of somebody else alone, and says what to sign in to when credentials have expired', async () => {
    await make('KiroWorkerStagingCore', { Resources: { A: queue(30) } });
    const foreign = await operator.run(['deploy', '--env', 'staging', '--yes']);
    expect(foreign.code).to.equal(1);
    expect(foreign.stderr).to.include('KiroWorkerStagingCore is not ours').and.include('test instead of staging');
    operator.proxy.faults.push({ operation: 'DescribeStacks', kind: 'expired', times: 99 });
    const expired = await operator.run(['diff', '--env', 'test']);
    operator.proxy.faults.length = 0;
    expect(expired.code).to.equal(1);
    expect(expired.stderr).to.include('ExpiredToken').and.include('Sign in to AWS again');
  });

  it('works in no other account than the one that environments.ts names', async () => {
    const clone = await makeClone();
    try {
      const file = path.join(clone.folder, 'src/stacks/environments.ts');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace("environment: 'test',", "environment: 'test',\n    account: '222222222222',"));
      const before = operator.proxy.operations.length;
      for (const command of [['deploy', '--yes'], ['diff'], ['destroy', '--yes']]) {
        const { code, stderr } = await operator.run([...command, '--env', 'test'], { root: clone.folder });
        expect(code, stderr).to.equal(1);
        expect(stderr).to.include('of the account 111111111111, but test belongs to 222222222222');
      }
      expect(new Set(operator.proxy.operations.slice(before))).to.have.property('size', 1);
    } finally {
      await clone.remove();
    }
  });

  it('ends with 2 for a stack or an environment that does not exist', async () => {
    const [stack, environment] = await Promise.all([
      operator.run(['deploy', 'KiroWorkerNothing', '--env', 'test']),
      operator.run(['deploy', '--env', 'nowhere']),
    ]);
    expect(stack).to.include({ code: 2 });
    expect(environment).to.include({ code: 2 });
  });

  it('rolls an update back that takes an export which another stack imports', async () => {
    const exported = { Out: { Value: { Ref: 'A' }, Export: { Name: 'Producer-Out' } } };
    await make('Producer', { Resources: { A: queue(30) }, Outputs: exported });
    const imported = { 'Fn::ImportValue': 'Producer-Out' };
    const topic = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: imported } };
    await make('Consumer', { Resources: { T: topic } });
    const error = await expectError(make('Producer', { Resources: { A: queue(60) } }, 'update'), 'DEPLOYMENT_FAILED');
    expect(error.message).to.include('Export Producer-Out cannot be deleted as it is in use by Consumer');
    expect(error.message).to.include('The stack is as it was before');
  });

  it('goes on from the third stack once that is repaired, through throttling and lost answers', async () => {
    operator.proxy.failing.set('KiroWorkerPoller', {
      ...{ logicalId: 'PollerFunction', type: 'AWS::Lambda::Function' },
      reason: 'Specified ReservedConcurrentExecutions decreases UnreservedConcurrentExecution below its minimum',
    });
    operator.proxy.faults.push(
      { operation: 'CreateChangeSet', kind: 'throttled', times: 1 },
      { operation: 'CreateChangeSet', kind: 'lost', times: 1 },
      { operation: 'ExecuteChangeSet', kind: 'lost', times: 1 },
      { operation: 'DescribeStackEvents', kind: 'throttled', times: 2 },
    );
    const failed = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(failed.code, failed.stderr).to.equal(1);
    expect(failed.stderr).to.include('PollerFunction (AWS::Lambda::Function): Specified Reserved');
    expect(failed.stderr).to.include('ROLLBACK_COMPLETE').and.include('kiro-worker recover');
    expect((await service.describe('KiroWorkerSecrets'))?.status).to.equal('CREATE_COMPLETE');
    await expectAbsent();

    const refused = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include('KiroWorkerPoller is in the state ROLLBACK_COMPLETE');

    await service.delete('KiroWorkerPoller', { token: 'repair', retain: [] });
    while ((await service.describe('KiroWorkerPoller')) !== null) await wait(100);
    const { code, stdout, stderr } = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include('Deployed KiroWorkerPoller, KiroWorkerCodeBuild, KiroWorkerMonitoring.');
  });

  it('refuses a plan once a stack has moved on', async () => {
    const plan = path.join(folder, 'plan.json');
    const made = await operator.run(['deploy', '--env', 'test', '--plan-only', '--out', plan]);
    expect(made.code, made.stderr).to.equal(0);
    expect(JSON.parse(await readFile(plan, 'utf8')).stacks).to.have.length(5);
    const tags = { ...(await service.describe('KiroWorkerSecrets'))?.tags, Moved: 'on' };
    const arn = await service.createChangeSet({
      ...{ stackName: 'KiroWorkerSecrets', changeSetName: 'moved-on', kind: 'update', token: 'moved-on', tags },
      template: (await service.getTemplate('KiroWorkerSecrets')) ?? '',
      parameters: (await service.describe('KiroWorkerSecrets'))?.parameters ?? {},
    });
    await service.executeChangeSet(arn, { token: 'moved-on' });
    do await wait(200);
    while ((await service.describe('KiroWorkerSecrets'))?.status !== 'UPDATE_COMPLETE');
    const stale = await operator.run(['deploy', '--env', 'test', '--plan', plan]);
    expect(stale.code).to.equal(1);
    expect(stale.stderr).to.include('PLAN_STALE').and.include('KiroWorkerSecrets: the stack was changed');
  });

  it('says after Ctrl-C what goes on in AWS, and gives the environment free', async () => {
    const args = [path.join(ROOT, 'scripts/cli.ts'), 'deploy', '--env', 'test', '--yes'];
    const child = spawn(process.execPath, args, { env: operator.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    const interrupted = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!said.includes('Looking at the stacks') && (said + text).includes('Looking at the stacks'))
        child.kill('SIGINT');
      said += text;
    });
    expect(await interrupted).to.equal(130);
    expect(said).to.include('What CloudFormation has begun goes on').and.include('Next, once it has ended');
    await expectAbsent();
  });

  it('asks AWS for nothing that the policies of people do not hold', () => expectNothingBeyond(operator.recorder));
});
