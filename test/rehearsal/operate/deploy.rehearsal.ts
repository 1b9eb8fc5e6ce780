import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import { type Operator, openOperator } from './operator.ts';

const STACKS = STACK_IDS.map((id) => stackName('KiroWorker', id));

describe('kiro-worker deploy, from an empty account', function () {
  this.timeout(300_000);
  let operator: Operator;
  let folder: string;
  const said = (text: string) => process.stdout.write(`    ${text}\n`);

  before(async () => {
    operator = await openOperator();
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-deploy-'));
  });
  after(async () => {
    await operator?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('does nothing without approval', async () => {
    const { code, stdout, stderr } = await operator.run(['deploy', '--env', 'test', '--no-input']);
    expect(code, stderr).to.equal(3);
    expect(stderr).to.include('KiroWorkerCore (new stack)').and.include('ArtifactsBucket');
    expect(stderr).to.include('KiroWorkerPoller: planned after');
    expect(stdout).to.include('Not approved');
    expect(operator.proxy.operations).not.to.include('ExecuteChangeSet');
  });

  it('deploys five stacks in order, follows their events, publishes the worker and names the empty secrets', async () => {
    const outputs = path.join(folder, 'outputs.json');
    const { code, stdout, stderr } = await operator.run(['deploy', '--env', 'test', '--yes', '--outputs', outputs]);
    expect(code, stderr).to.equal(0);
    said(`not on this emulator, so dropped: ${[...operator.proxy.dropped].join(', ')}`);
    expect(stdout).to.include(`Deployed ${STACKS.join(', ')}.`);
    for (const name of STACKS) expect(stderr).to.match(new RegExp(`${name} ${name} CREATE_COMPLETE`));
    for (const what of ['github-token', 'git-credentials', 'kiro-api-key'])
      expect(stdout).to.include(`kiro-worker configure ${what} --env test`);
    expect(stdout).to.match(/The next build runs the worker [0-9a-f]{12}\./);
    expect(Object.keys(JSON.parse(await readFile(outputs, 'utf8')))).to.deep.equal(STACKS);
  });

  it('says that nothing changed, uploads and executes nothing, and shows nothing to differ', async () => {
    const before = operator.proxy.operations.length;
    const { code, stdout, stderr, seconds } = await operator.run(['deploy', '--env', 'test', '--no-input']);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include('Nothing changed in the stacks.').and.include('as before');
    const asked = operator.proxy.operations.slice(before);
    expect(asked.filter((one) => /^PUT|Execute/.test(one))).to.deep.equal([]);
    said(`${seconds.toFixed(1)} s`);
    const compared = await operator.run(['diff', '--env', 'test', '--exit-code']);
    expect(compared.code, compared.stdout).to.equal(4);
    expect(compared.stdout.match(/nothing differs/g)).to.have.length(5);
  });
});
