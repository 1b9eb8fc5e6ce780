import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { createDeploymentRecords } from '../../../src/adapters/aws/operate/deployment-records.ts';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import { clientSettings, type LifeCycle } from './life-cycle.ts';
import type { Operator } from './operator.ts';

const STACKS = STACK_IDS.map((id) => stackName('KiroWorker', id));

/** Deploys all stacks into an empty account. */
export function describeDeployment(at: () => LifeCycle): void {
  describe('kiro-worker deploy, from an empty account', () => {
    let operator: Operator;
    let folder: string;
    const said = (text: string) => process.stdout.write(`    ${text}\n`);

    before(async () => {
      ({ operator } = at());
      folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-deploy-'));
    });
    after(async () => {
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    it('is not there yet for doctor', async () => {
      const { stdout, stderr } = await operator.run(['doctor', '--env', 'test', '--json']);
      expect(stderr).not.to.include('Error');
      const { checks } = JSON.parse(stdout);
      const remedy = 'npx kiro-worker deploy --env test';
      expect(checks.find(({ name }: { name: string }) => name === 'deployment')).to.deep.include({ remedy });
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
      expect(stdout.replaceAll(/\s+/g, ' ')).to.include(`Deployed ${STACKS.join(', ')}.`);
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
      expect(compared.stdout.match(/nothing differs/g)).to.have.length(6);
    });

    it('recorded once what stands, so that it can be deployed again', async () => {
      const client = new S3Client({ ...clientSettings(at()), forcePathStyle: true });
      try {
        const { stdout } = await operator.run(['release', 'list', '--env', 'test', '--json']);
        const { bucket, inUse } = JSON.parse(stdout);
        const records = createDeploymentRecords({ client, bucketName: bucket, account: '111111111111' });
        const [id = '', ...older] = await records.list();
        expect(older).to.deep.equal([]);
        const manifest = await records.read(id);
        expect(manifest).to.include({ environment: 'test', release: inUse });
        expect(manifest.stacks.map(({ stackName: name }) => name)).to.deep.equal(STACKS);
        const poller = manifest.stacks[2];
        expect(poller?.artifacts).to.have.length(2);
        expect(await records.readTemplate(poller?.template ?? '')).to.include(poller?.artifacts[0]);
      } finally {
        client.destroy();
      }
    });

    it('is paused and resumed, and its state, logs and dead letters are shown', async () => {
      const at = (...args: string[]) => operator.run([...args, '--env', 'test']);
      const paused = await at('pause', '--by', 'ana', '--reason', 'night');
      expect(paused, paused.stderr).to.include({ code: 0 });
      const status = await at('status', '--json');
      expect(status.code, status.stderr).to.equal(0);
      const { stacks, pause } = JSON.parse(status.stdout);
      expect(stacks.value.map(({ name }: { name: string }) => name)).to.deep.equal(STACKS);
      expect(JSON.stringify(pause)).to.include('ana').and.include('night');
      expect((await at('resume')).stdout).to.include('ana');
      const letters = await at('redrive');
      expect(letters.code, letters.stderr).to.equal(0);
      const logs = await at('logs', 'poller', '--no-follow');
      expect(logs.code, logs.stderr).to.equal(0);
    });
  });
}
