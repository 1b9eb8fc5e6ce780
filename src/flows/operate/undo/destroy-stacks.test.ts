import { expect } from 'chai';
import { stackOf } from '../../../../test/support/cloudformation/scene.ts';
import { createUndoScene, ownEvent, type UndoScene } from '../../../../test/support/cloudformation/undo-scene.ts';
import { expectError } from '../../../../test/support/expect-error.ts';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { createStackService } from '../../../adapters/aws/cloudformation/stack-service.ts';
import type { Pause } from '../../../core/pause.ts';
import { type DestroyPorts, destroyStacks, hasWork } from './destroy-stacks.ts';
import { type DestructionRequest, surveyDestruction } from './survey-destruction.ts';

const CORE = 'KiroWorkerCore';
const POLLER = 'KiroWorkerPoller';
const BUCKET = 'kiro-worker-test-artifacts-0a1b2c3d';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/k-1';
const PAUSE: Pause = { by: 'me', since: '2026-05-04', reason: 'gone' };
const own = (stackName: string) => ({ stackName, tags: { Environment: 'test' } });

describe('destruction', () => {
  let scene: UndoScene;
  let parameters: Set<string>;
  let objects: number;
  let hasBucket: boolean;
  let protectedData: string[];
  let done: string[];
  beforeEach(() => {
    scene = createUndoScene();
    scene.stacks.set(CORE, stackOf(CORE, { Outputs: [{ OutputKey: 'Key', ExportName: 'Core-Key' }] }));
    scene.stacks.set(POLLER, stackOf(POLLER));
    scene.templates.set(
      CORE,
      JSON.stringify({ Resources: { ArtifactsBucket: { DeletionPolicy: 'RetainExceptOnCreate' } } }),
    );
    scene.templates.set(POLLER, JSON.stringify({ Resources: { Queue: { Key: { 'Fn::ImportValue': 'Core-Key' } } } }));
    scene.resources.set(CORE, [
      held('ArtifactsBucket', 'AWS::S3::Bucket', BUCKET),
      held('LocksTable', 'AWS::DynamoDB::Table', 'kiro-worker-test-locks'),
    ]);
    parameters = new Set(['/kiro-worker/test/release']);
    objects = 3;
    hasBucket = true;
    protectedData = [];
    done = [];
  });
  afterEach(() => scene.client.destroy());

  const held = (LogicalResourceId: string, ResourceType: string, PhysicalResourceId: string) => ({
    ...{ LogicalResourceId, ResourceType, PhysicalResourceId },
    ...{ ResourceStatus: 'CREATE_COMPLETE' as const, LastUpdatedTimestamp: new Date(0) },
  });
  const ports = (): DestroyPorts => ({
    stacks: createStackService(scene.client),
    clock: createVirtualClock(),
    parse: (text) => JSON.parse(text),
    onStep: () => undefined,
    onEvent: () => undefined,
    listBuilds: async () => [{ branch: 'feature/a', buildId: 'kiro-worker-test:1' }],
    polls: {
      read: async () => null,
      async set(pause) {
        done.push(`pause after ${scene.requests.length} requests`);
        parameters.add('/kiro-worker/test/paused');
        return pause;
      },
      clear: async () => undefined,
    },
    protection: {
      list: async () => protectedData,
      async lift() {
        done.push(`lift ${protectedData.join()}`);
      },
    },
    remainders: {
      parameters: async () => [...parameters],
      removeParameter: async (name) => void parameters.delete(name),
      buckets: async () => (hasBucket ? [{ name: BUCKET, isEmpty: objects === 0, keyArn: KEY }] : []),
      async emptyBucket(name, onStep) {
        done.push(`empty ${name} after ${scene.requests.length} requests`);
        onStep(objects);
        const removed = objects;
        objects = 0;
        return removed;
      },
    },
  });
  const request: DestructionRequest = {
    ...{ environment: 'test', stacks: [own(CORE), own(POLLER)], others: [] },
    ...{ mayDestroyProtected: false, isProduction: false, emptyBuckets: false },
  };
  const survey = (changed: Partial<DestructionRequest> = {}) => surveyDestruction(ports(), { ...request, ...changed });
  const destroy = async (changed: Partial<DestructionRequest> = {}) => {
    const found = await survey(changed);
    return destroyStacks(ports(), {
      ...{ ...request, ...changed, survey: found, region: 'us-east-1', token: 't1' },
      pause: PAUSE,
    });
  };
  const refusalOf = async (changed: Partial<DestructionRequest> = {}) => {
    const error = await expectError(survey(changed), 'STACK_OPERATION_REFUSED');
    expect([scene.requests, done]).to.deep.equal([[], []]);
    return error;
  };

  it('says beforehand what is lost, what stays, and which builds run; and changes nothing', async () => {
    const found = await survey();
    expect(found.stacks.map(({ stack }) => stack.name)).to.deep.equal([POLLER, CORE]);
    const core = found.stacks[1]?.contents;
    expect(core?.lost.map(({ physicalId }) => physicalId)).to.deep.equal(['kiro-worker-test-locks']);
    expect(core?.retained.map(({ physicalId }) => physicalId)).to.deep.equal([BUCKET]);
    expect(found.builds).to.deep.equal([{ branch: 'feature/a', buildId: 'kiro-worker-test:1' }]);
    expect([scene.requests, done]).to.deep.equal([[], []]);
  });

  it('pauses polls first, deletes in reverse order, then what no stack owns, and names what stays', async () => {
    const destroyed = await destroy();
    expect(scene.requests).to.deep.equal([`DeleteStack ${POLLER}`, `DeleteStack ${CORE}`]);
    expect(done).to.deep.equal(['pause after 0 requests']);
    expect(destroyed.parameters).to.have.members(['/kiro-worker/test/release', '/kiro-worker/test/paused']);
    expect([destroyed.isPaused, parameters.size, objects]).to.deep.equal([false, 0, 3]);
    expect(destroyed.remainders.map(({ physicalId }) => physicalId)).to.deep.equal([BUCKET, KEY]);
    expect(destroyed.remainders[0]?.remove[0]).to.include('--empty-buckets');
  });

  it('has nothing to do the second time, and still names what stays', async () => {
    await destroy();
    const again = await survey();
    expect(hasWork(again, false)).to.equal(false);
    scene.requests.length = 0;
    const nothing = await destroy();
    expect(nothing).to.deep.include({ stacks: [], parameters: [], objects: 0, isPaused: false });
    expect(nothing.remainders.map(({ physicalId }) => physicalId)).to.deep.equal([BUCKET, KEY]);
    expect([scene.requests, done]).to.deep.equal([[], ['pause after 0 requests']]);
  });

  it('empties the bucket only when told, after the stacks are gone, once', async () => {
    expect(hasWork(await survey({ emptyBuckets: true }), true)).to.equal(true);
    const destroyed = await destroy({ emptyBuckets: true });
    expect(destroyed.objects).to.equal(3);
    expect(done).to.deep.equal(['pause after 0 requests', `empty ${BUCKET} after 2 requests`]);
    expect(destroyed.remainders[0]?.remove).to.have.length(1);
    expect(hasWork(await survey({ emptyBuckets: true }), true)).to.equal(false);
  });

  it('of one stack leaves what belongs to all of them, and says that polls stay paused', async () => {
    const destroyed = await destroy({ stacks: [own(POLLER)], others: [own(CORE)] });
    expect(destroyed).to.deep.include({ stacks: [POLLER], parameters: [], isPaused: true, remainders: [] });
    expect(parameters.has('/kiro-worker/test/release')).to.equal(true);
  });

  it('refuses production without more, whatever stands there', async () => {
    scene.stacks.clear();
    expect((await refusalOf({ isProduction: true, environment: 'production' })).remedy).to.include(
      '--allow-production',
    );
  });

  it('lifts the protection of production when that is allowed', async () => {
    scene.stacks.set(CORE, { ...stackOf(CORE), EnableTerminationProtection: true });
    protectedData = ['kiro-worker-test-locks'];
    const { problems } = await refusalOf();
    expect(problems.join())
      .to.match(/KiroWorkerCore: protected/)
      .and.match(/kiro-worker-test-locks: protected/);
    await destroy({ isProduction: true, mayDestroyProtected: true });
    expect(scene.requests).to.deep.equal([
      `UpdateTerminationProtection ${CORE}`,
      `DeleteStack ${POLLER}`,
      `DeleteStack ${CORE}`,
    ]);
    expect(done).to.include('lift kiro-worker-test-locks');
  });

  it('refuses, before anything is touched, all at once: another one’s stack, one at work, one that others import from', async () => {
    scene.stacks.set(CORE, {
      ...stackOf(CORE),
      StackStatus: 'UPDATE_IN_PROGRESS',
      Outputs: scene.stacks.get(CORE)?.Outputs,
    });
    const { problems } = await refusalOf({ stacks: [own(CORE)], others: [own(POLLER)], emptyBuckets: true });
    expect(problems.join('\n'))
      .to.match(/at work on KiroWorkerCore/)
      .and.match(/KiroWorkerPoller imports from KiroWorkerCore/)
      .and.match(/bucket is in use/);
    scene.stacks.set(POLLER, stackOf(POLLER, { Tags: [{ Key: 'Environment', Value: 'staging' }] }));
    expect((await refusalOf()).problems.join()).to.match(/KiroWorkerPoller is not ours/);
  });

  it('ends at a stack that stays, with the reason, and goes on there the next time', async () => {
    // CloudFormation accepts the request and tells an event of the stack in its old state (rlister/stax#40, USSBA/aws-cft-tools#27).
    const reason = 'Export Core-Key cannot be deleted as it is in use by Other';
    scene.endings.set(CORE, [{ events: [ownEvent(CORE, 'UPDATE_COMPLETE', reason)], status: 'UPDATE_COMPLETE' }]);
    const error = await expectError(destroy(), 'STACK_OPERATION_FAILED');
    expect(error.why).to.equal(reason);
    expect(error.remedy).to.include('Polls stay paused').and.include('npx kiro-worker resume --env test');
    expect([...scene.stacks.keys(), ...parameters]).to.include.members([CORE, '/kiro-worker/test/release']);
    expect((await destroy()).stacks).to.deep.equal([CORE]);
  });

  it('says when it cannot tell whether builds run', async () => {
    const listBuilds = async () => {
      throw new Error('no such table');
    };
    const found = await surveyDestruction({ ...ports(), listBuilds }, request);
    expect(found.buildsUnknown).to.equal('no such table');
  });
});
