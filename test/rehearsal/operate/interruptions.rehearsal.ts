import { expect } from 'chai';
import { type Operator, openOperator } from './operator.ts';
import { type StartedCommand, startCommand } from './started-command.ts';

describe('a deployment in which CloudFormation is at work for long', function () {
  this.timeout(300_000);
  this.bail(true);
  let operator: Operator;
  let deployment: StartedCommand;
  before(async () => {
    operator = await openOperator();
    operator.proxy.slow.add('KiroWorkerSecrets');
    deployment = startCommand(operator, ['deploy', '--env', 'test', '--yes']);
  });
  after(async () => {
    deployment?.interrupt();
    await deployment?.ended;
    await operator?.close();
  });

  it('shows the events as they come', async () => {
    await deployment.says('KiroWorkerSecrets: deploying');
    await deployment.says('KiroWorkerSecrets GitHubTokenSecret CREATE_COMPLETE');
  });

  it('tells a second one who deploys, before that has changed anything', async () => {
    const before = operator.proxy.operations.length;
    const { code, stderr } = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(code).to.equal(1);
    expect(stderr)
      .to.include('DEPLOYMENT_REFUSED')
      .and.match(/\S+@\S+ \(since \S+\) deploys to test/);
    // The first one goes on to ask how its own change set is doing.
    expect(
      operator.proxy.operations.slice(before).filter((one) => /^(?:Create|Execute|Delete)/.test(one)),
    ).to.deep.equal([]);
  });

  it('says after Ctrl-C, half way, on which stack CloudFormation goes on, and how to follow that', async () => {
    deployment.interrupt();
    const { code, stderr } = await deployment.ended;
    expect(code).to.equal(130);
    expect(stderr).to.include('CloudFormation goes on with KiroWorkerSecrets without this command.');
    expect(stderr).to.include(
      'aws cloudformation describe-stack-events --region us-east-1 --stack-name KiroWorkerSecrets',
    );
    expect(stderr).to.include('Next, once it has ended: npx kiro-worker deploy --env test');
    expect(stderr).not.to.include('KiroWorkerSecrets KiroWorkerSecrets CREATE_COMPLETE');
  });

  it('is refused while the operation still runs, and waited for by recover', async () => {
    const refused = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include('CloudFormation is at work on KiroWorkerSecrets (CREATE_IN_PROGRESS)');
    expect(refused.stderr).to.include('Wait until it has ended');
    const recovering = startCommand(operator, ['recover', '--env', 'test', 'KiroWorkerSecrets']);
    await recovering.says('waiting until CloudFormation has ended (CREATE_IN_PROGRESS)');
    operator.proxy.slow.clear();
    expect(await recovering.ended).to.include({ code: 4 });
  });

  it('goes on at the third stack once that has ended', async () => {
    const { code, stdout, stderr } = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include('Deployed KiroWorkerPoller, KiroWorkerCodeBuild, KiroWorkerMonitoring.');
  });

  it('ends where credentials expire on the way, and goes on once somebody has signed in again', async () => {
    operator.proxy.faults.push({ operation: 'GetTemplate', kind: 'expired', times: 99 });
    const expired = await operator.run(['deploy', '--env', 'test', '--yes']);
    operator.proxy.faults.length = 0;
    expect(expired.code).to.equal(1);
    expect(expired.stderr).to.include('ExpiredToken').and.include('Sign in to AWS again');
    const again = await operator.run(['deploy', '--env', 'test', '--no-input']);
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stdout).to.include('Nothing changed in the stacks.');
  });
});
