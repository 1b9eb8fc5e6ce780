import { expect } from 'chai';
import { type Operator, openOperator } from './operator.ts';

describe('the environment for a trial, which is one stack', function () {
  this.timeout(300_000);
  let operator: Operator;
  before(async () => {
    operator = await openOperator();
  });
  after(() => operator?.close());

  const run = (...args: string[]) => operator.run(args, { env: { DEPLOY_ENV: 'sandbox' } });

  it('is not deployed without approval, and says what comes in two steps', async () => {
    const { code, stdout, stderr } = await run('deploy', '--no-input');
    expect(code, stderr).to.equal(3);
    expect(stderr).to.include('KiroWorkerSandbox (new stack)').and.include('ArtifactsBucket');
    expect(stderr).to.include('its rest is planned once it has made the bucket').and.not.include('PollerFunction');
    expect(stdout).to.include('Not approved');
    expect(operator.proxy.operations).not.to.include('ExecuteChangeSet');
  });

  it('is deployed by --yes alone: its bucket, then the rest, from a template in that bucket', async () => {
    const { code, stdout, stderr } = await run('deploy', '--yes');
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include('Deployed KiroWorkerSandbox.').and.include('verify --env sandbox');
    expect(stdout).to.match(/The next build runs the worker [0-9a-f]{12}\./);
    expect(operator.proxy.operations.filter((one) => one === 'ExecuteChangeSet')).to.have.length(2);
    process.stdout.write(`    not on this emulator, so dropped: ${[...operator.proxy.dropped].join(', ')}\n`);
  });

  it('is then as every other one: nothing changes, nothing differs, nothing is stuck, nothing lies before it', async () => {
    const before = operator.proxy.operations.length;
    const again = await run('deploy', '--no-input');
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stdout).to.include('Nothing changed in the stacks.').and.include('as before');
    expect(operator.proxy.operations.slice(before).filter((one) => /^PUT|Execute/.test(one))).to.deep.equal([]);
    expect(await run('diff', '--exit-code')).to.include({ code: 4 });
    expect(await run('recover')).to.include({ code: 4 });
    const back = await run('rollback', '--env', 'sandbox', '--yes');
    expect(back.stderr).to.include('RELEASE_INVALID');
  });

  it('is shown, paused, resumed and verified', async () => {
    const status = JSON.parse((await run('status', '--env', 'sandbox', '--json')).stdout);
    expect(status.stacks.value.map(({ name }: { name: string }) => name)).to.deep.equal(['KiroWorkerSandbox']);
    expect(await run('pause', '--env', 'sandbox', '--reason', 'night')).to.include({ code: 0 });
    expect(await run('resume', '--env', 'sandbox')).to.include({ code: 0 });
    const { checks } = JSON.parse((await run('verify', '--json')).stdout);
    const stateOf = (name: string) => checks.find((check: { name: string }) => check.name === name)?.state;
    expect([stateOf('stacks'), stateOf('github-token')]).to.deep.equal(['passed', 'failed']);
  });

  it('is deployed from a plan, which names its one stack', async () => {
    const { code, stdout, stderr } = await run('deploy', '--plan-only', '--json');
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({ environment: 'sandbox', later: [] });
  });

  it('is destroyed, once', async () => {
    const destroyed = await run('destroy', '--env', 'sandbox', '--yes');
    expect(destroyed.code, destroyed.stderr).to.equal(0);
    expect(destroyed.stdout).to.include('Deleted KiroWorkerSandbox.');
    expect(await run('deploy', '--env', 'sandbox', 'KiroWorkerCore')).to.include({ code: 2 });
  });
});
