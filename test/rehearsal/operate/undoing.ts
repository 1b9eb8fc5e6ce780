import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { stackTags } from '../../../src/stacks/documents/samconfig.ts';
import { ENVIRONMENTS } from '../../../src/stacks/environments.ts';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import type { Clone } from '../stacks/clone.ts';
import { clientSettings, type LifeCycle } from './life-cycle.ts';
import type { Operator } from './operator.ts';

const TAGS = Object.entries(stackTags(ENVIRONMENTS.test)).map(([Key, Value]) => ({ Key, Value }));
const STACKS = STACK_IDS.map((id) => stackName('KiroWorker', id));

/** Brings the next version, takes it back, mends and ends the environment. */
export function describeUndoing(at: () => LifeCycle): void {
  describe('kiro-worker rollback, recover and destroy', () => {
    let operator: Operator;
    let clone: Clone;
    let lambda: LambdaClient;
    let cloudFormation: CloudFormationClient;
    let ssm: SSMClient;
    let s3: S3Client;

    before(async () => {
      ({ operator, clone } = at());
      const settings = clientSettings(at());
      lambda = new LambdaClient(settings);
      cloudFormation = new CloudFormationClient(settings);
      ssm = new SSMClient(settings);
      s3 = new S3Client({ ...settings, forcePathStyle: true });
      // The next version: more memory for the functions, and another worker.
      await edit('src/stacks/environments.ts', ['lambdaMemoryMb: 512', 'lambdaMemoryMb: 640']);
      await edit('src/core/names.ts', ['kiro-worker@noreply.invalid', 'kiro-worker-next@noreply.invalid']);
    });
    after(async () => {
      lambda?.destroy();
      cloudFormation?.destroy();
      ssm?.destroy();
      s3?.destroy();
    });

    async function edit(file: string, [before, after]: readonly [string, string]): Promise<void> {
      const name = path.join(clone.folder, file);
      const text = await readFile(name, 'utf8');
      expect(text, file).to.include(before);
      await writeFile(name, text.replace(before, after));
    }
    const memory = async () => {
      const command = new GetFunctionConfigurationCommand({ FunctionName: 'kiro-worker-test-poller' });
      return (await lambda.send(command)).MemorySize;
    };
    const parameter = async (name: string) => {
      const found = ssm.send(new GetParameterCommand({ Name: `/kiro-worker/test/${name}` }));
      return found.then(
        ({ Parameter }) => Parameter?.Value,
        (error) => error.name,
      );
    };
    const asked = async (args: readonly string[]) => {
      const before = operator.proxy.operations.length;
      const finished = await operator.run(args);
      const changing = operator.proxy.operations
        .slice(before)
        .filter((one) => /^(?:Execute|DeleteStack|Rollback)/.test(one));
      return { ...finished, changing };
    };

    it('updates one setting and the worker with the next version', async () => {
      expect(await memory()).to.equal(512);
      const compared = await operator.run(['diff', '--env', 'test', '--exit-code'], { root: clone.folder });
      expect(compared.code, compared.stderr).to.equal(0);
      expect(compared.stdout)
        .to.match(/changed \S*lambdaMemoryMb: 512 -> 640/)
        .and.include('KiroWorkerCore: nothing differs');
      const second = await operator.run(['deploy', '--env', 'test', '--yes'], { root: clone.folder });
      expect(second.code, second.stderr).to.equal(0);
      expect(await memory()).to.equal(640);
    });

    it('releases the worker alone, and goes back to what was deployed', async () => {
      const deployed = await parameter('release');
      await edit('src/core/names.ts', ['kiro-worker-next@noreply', 'kiro-worker-alone@noreply']);
      const released = await operator.run(['release', '--env', 'test'], { root: clone.folder });
      expect(released.code, released.stderr).to.equal(0);
      expect(await parameter('release')).not.to.equal(deployed);
      const back = await asked(['rollback', '--env', 'test', '--yes']);
      expect(back, back.stderr).to.deep.include({ code: 0, changing: [] });
      expect([await parameter('release'), await memory()]).to.deep.equal([deployed, 640]);
    });

    it('makes new builds run an earlier worker alone, and the later one again', async () => {
      const inUse = await parameter('release');
      const { stdout } = await operator.run(['release', 'list', '--env', 'test', '--json']);
      const hashes: string[] = JSON.parse(stdout).releases.map(({ hash }: { hash: string }) => hash);
      const now = hashes.find((hash) => inUse?.includes(hash)) ?? '';
      const other = hashes.find((hash) => hash !== now) ?? '';
      for (const hash of [other, now]) {
        const chosen = await operator.run(['release', 'use', hash, '--env', 'test']);
        expect(chosen.code, chosen.stderr).to.equal(0);
        expect(await parameter('release')).to.include(hash);
      }
    });

    it('shows what going back would change, and does nothing without approval', async () => {
      const { code, stderr, stdout, changing } = await asked(['rollback', '--env', 'test', '--no-input']);
      expect(code, stderr).to.equal(3);
      expect(stderr)
        .to.match(/Back to \d{8}T\d{6}Z-/)
        .and.include('MemorySize')
        .and.include('PollerFunction');
      expect(stdout).to.include('Not approved').and.include('--yes');
      expect([changing, await memory()]).to.deep.equal([[], 640]);
    });

    it('goes back to the deployment before: stacks, then the worker', async () => {
      const before = await parameter('release');
      const { code, stderr, stdout } = await operator.run(['rollback', '--env', 'test', '--yes', '--json']);
      expect(code, stderr).to.equal(0);
      const facts = JSON.parse(stdout);
      expect(facts).to.include({ kind: 'rolled-back', environment: 'test' });
      expect(facts.changed).to.include('KiroWorkerPoller');
      expect(await memory()).to.equal(512);
      expect(await parameter('release'))
        .to.include(facts.release)
        .and.not.equal(before);
      expect(await parameter('deployment')).to.equal('ParameterNotFound');
    });

    it('has nothing before that, goes forward by name, and says when that stands already', async () => {
      const first = await asked(['rollback', '--env', 'test', '--yes']);
      expect(first).to.include({ code: 1 });
      expect(first.stderr).to.include('RELEASE_INVALID').and.include('git checkout');
      const nowhere = await asked(['rollback', '--env', 'test', '--yes', '--to', 'ffffffff']);
      const [, id = ''] = /Name one of (\S+),/.exec(nowhere.stderr) ?? [];
      const forward = await asked(['rollback', '--env', 'test', '--yes', '--to', id]);
      expect(forward.code, forward.stderr).to.equal(0);
      expect(await memory()).to.equal(640);
      const again = await asked(['rollback', '--env', 'test', '--yes', '--to', id]);
      expect(again).to.deep.include({ code: 4, changing: [] });
    });

    it('finds nothing to recover where every stack is well', async () => {
      const { code, stdout, changing } = await asked(['recover', '--env', 'test']);
      expect([code, changing]).to.deep.equal([4, []]);
      expect(stdout.match(/needs nothing/g)).to.have.length(5);
    });

    it('wants the environment spelt out, its name again, and more for production', async () => {
      const implicit = await operator.run(['destroy', '--yes'], { env: { DEPLOY_ENV: 'test' } });
      const backwards = await operator.run(['rollback', '--yes'], { env: { DEPLOY_ENV: 'test' } });
      const slip = await operator.run(['destroy', '--env', 'test', '--confirm', 'staging']);
      expect([implicit.code, backwards.code, slip.code]).to.deep.equal([2, 2, 2]);
      const nameless = await asked(['destroy', '--env', 'test', '--no-input']);
      expect(nameless).to.deep.include({ code: 3, changing: [] });
      expect(nameless.stderr).to.include('lost:  LocksTable').and.include('stays: ArtifactsBucket');
      const production = await asked(['destroy', '--env', 'production', '--yes', '--confirm', 'production']);
      expect(production).to.deep.include({ code: 1, changing: [] });
      expect(production.stderr).to.include('--allow-production');
    });

    it('deletes no stack that another one imports from', async () => {
      const { code, stderr, changing } = await asked(['destroy', '--env', 'test', '--yes', 'KiroWorkerCore']);
      expect([code, changing]).to.deep.equal([1, []]);
      expect(stderr).to.include('KiroWorkerMonitoring imports from KiroWorkerCore');
    });

    /** Makes CloudFormation fail: nobody ever signals what the second resource waits for. */
    const stuck = (resources: object) =>
      JSON.stringify({
        Resources: {
          ...resources,
          Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
          Wait: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Handle: { Ref: 'Handle' }, Timeout: '1' } },
        },
      });
    const request = (TemplateBody: string) => ({ StackName: 'KiroWorkerMonitoring', TemplateBody, Tags: TAGS });
    const reaches = async (status: string) => {
      for (let tries = 0; tries < 150; tries += 1) {
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'KiroWorkerMonitoring' }));
        if (Stacks?.[0]?.StackStatus === status) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`KiroWorkerMonitoring did not reach ${status} within 30 seconds.`);
    };

    it('destroys one stack alone', async () => {
      const { code, stdout, stderr } = await asked(['destroy', '--env', 'test', '--yes', 'KiroWorkerMonitoring']);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include('Deleted KiroWorkerMonitoring.').and.not.include('paused');
    });

    it('recovers from UPDATE_FAILED by rolling back', async () => {
      const queue = { Queue: { Type: 'AWS::SQS::Queue' } };
      await cloudFormation.send(new CreateStackCommand(request(JSON.stringify({ Resources: queue }))));
      await reaches('CREATE_COMPLETE');
      await cloudFormation.send(new UpdateStackCommand({ ...request(stuck(queue)), DisableRollback: true }));
      await reaches('UPDATE_FAILED');
      const { code, stdout, stderr, changing } = await asked(['recover', '--env', 'test', '--json']);
      expect(code, stderr).to.equal(0);
      expect(changing).to.deep.equal(['RollbackStack']);
      expect(JSON.parse(stdout).stacks.at(-1)).to.include({ action: 'rolled-back', after: 'UPDATE_ROLLBACK_COMPLETE' });
      expect((await operator.run(['destroy', '--env', 'test', '--yes', 'KiroWorkerMonitoring'])).code).to.equal(0);
    });

    it('recovers from ROLLBACK_COMPLETE by deleting after approval, and deploys the stack again', async () => {
      await cloudFormation.send(new CreateStackCommand(request(stuck({}))));
      await reaches('ROLLBACK_COMPLETE');
      const refused = await asked(['deploy', '--env', 'test', '--yes']);
      expect(refused.stderr).to.include('npx kiro-worker recover --env test KiroWorkerMonitoring');
      const unapproved = await asked(['recover', '--env', 'test', '--no-input']);
      expect(unapproved, unapproved.stderr).to.deep.include({ code: 3, changing: [] });
      const recovered = await operator.run(['recover', '--env', 'test', '--yes']);
      expect(recovered.code, recovered.stderr).to.equal(0);
      expect(recovered.stderr).to.include('deleted, to be deployed again');
      expect(recovered.stdout).to.include('Deployed KiroWorkerMonitoring.');
    });

    /** AWS does this from the template; the emulator leaves tags of buckets out. */
    const tagBucket = async () => {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({ Prefix: 'kiro-worker-test-artifacts-' }));
      expect(Buckets).to.have.length(1);
      await s3.send(new PutBucketTaggingCommand({ Bucket: Buckets[0]?.Name, Tagging: { TagSet: TAGS } }));
      process.stdout.write('    not on this emulator, so done by the test: the tags of the artifacts bucket\n');
    };

    it('destroys all in reverse order, keeps the bucket, and names what stays', async () => {
      await tagBucket();
      const { code, stdout, stderr, changing } = await asked(['destroy', '--env', 'test', '--yes']);
      expect(code, stderr).to.equal(0);
      expect(changing).to.have.length(5);
      expect(stdout).to.include(`Deleted ${STACKS.toReversed().join(', ')}.`);
      expect(stdout).to.match(/Stays: kiro-worker-test-artifacts-[0-9a-f]{8} \(AWS::S3::Bucket\)/);
      expect(stdout).to.include('aws kms schedule-key-deletion');
      for (const name of ['release', 'paused', 'deployment'])
        expect(await parameter(name), name).to.equal('ParameterNotFound');
    });

    it('has nothing to destroy the second time, and empties the bucket only when told', async () => {
      const second = await asked(['destroy', '--env', 'test', '--yes']);
      expect(second).to.deep.include({ code: 0, changing: [] });
      expect(second.stdout).to.include('Nothing of test is left to destroy.').and.include('--empty-buckets');
      const emptied = await asked(['destroy', '--env', 'test', '--yes', '--empty-buckets', '--json']);
      expect(emptied.code, emptied.stderr).to.equal(0);
      const { objects, remainders } = JSON.parse(emptied.stdout);
      expect(objects).to.be.greaterThan(4);
      expect(remainders[0].remove).to.have.length(1);
      const third = await asked(['destroy', '--env', 'test', '--yes', '--empty-buckets', '--json']);
      expect(JSON.parse(third.stdout)).to.include({ outcome: 'nothing-to-destroy', objects: 0 });
    });
  });
}
