import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { stackOf } from '../../../../test/support/cloudformation/scene.ts';
import { createUndoScene, ownEvent, type UndoScene } from '../../../../test/support/cloudformation/undo-scene.ts';
import { expectError } from '../../../../test/support/expect-error.ts';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { createStackService } from '../../../adapters/aws/cloudformation/stack-service.ts';
import { type Recovery, recoverStacks } from './recover-stacks.ts';

const POLLER = 'KiroWorkerPoller';
const CORE = 'KiroWorkerCore';
/** Words of AWS in serverless/serverless#5285. */
const CONCURRENT =
  'The function could not be updated due to a concurrent update operation. (Service: AWSLambda; Status Code: 409)';
/** Words of AWS in F5Networks/f5-aws-cloudformation#52. */
const NOT_EMPTY =
  'The bucket you tried to delete is not empty (Service: Amazon S3; Status Code: 409; Error Code: BucketNotEmpty)';

describe('recovery', () => {
  let scene: UndoScene;
  let asked: string[];
  beforeEach(() => {
    scene = createUndoScene();
    asked = [];
  });
  afterEach(() => scene.client.destroy());

  const standing = (name: string, StackStatus: StackStatus) => {
    scene.stacks.set(name, stackOf(name, { StackStatus }));
    scene.tell(name, [ownEvent(name, 'UPDATE_IN_PROGRESS')]);
  };
  const recover = (options: Partial<Recovery> & { isApproved?: boolean } = {}) => {
    const { isApproved = true } = options;
    const tags = { Environment: 'test' };
    return recoverStacks(
      {
        stacks: createStackService(scene.client),
        clock: createVirtualClock(),
        onStep: () => undefined,
        onEvent: () => undefined,
      },
      {
        ...{ environment: 'test', areNamed: false, skip: [], token: 't1' },
        stacks: [CORE, POLLER].map((stackName) => ({ stackName, tags })),
        approve: async (question) => asked.push(question) > 0 && isApproved,
        ...options,
      },
    );
  };
  const failing = (logicalId: string, ResourceStatus: 'UPDATE_FAILED' | 'DELETE_FAILED', reason: string) => ({
    ...{ LogicalResourceId: logicalId, ResourceStatus, ResourceStatusReason: reason },
    ResourceType: ResourceStatus === 'UPDATE_FAILED' ? 'AWS::Lambda::Function' : 'AWS::S3::Bucket',
  });
  const rollbackFailing = (name: string) => [
    ownEvent(name, 'UPDATE_ROLLBACK_IN_PROGRESS'),
    failing('PollerFunction', 'UPDATE_FAILED', CONCURRENT),
    ownEvent(name, 'UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [PollerFunction].'),
  ];

  it('does nothing where every stack takes a deployment, or none exists', async () => {
    standing(CORE, 'UPDATE_ROLLBACK_COMPLETE');
    expect(await recover()).to.deep.equal([
      { stackName: CORE, before: 'UPDATE_ROLLBACK_COMPLETE', after: 'UPDATE_ROLLBACK_COMPLETE', action: 'none' },
      { stackName: POLLER, before: null, after: null, action: 'none' },
    ]);
    expect([scene.requests, asked]).to.deep.equal([[], []]);
  });

  it('rolls back what failed without a roll-back, and asks nobody', async () => {
    standing(POLLER, 'UPDATE_FAILED');
    const [, poller] = await recover();
    expect(poller).to.include({ action: 'rolled-back', after: 'UPDATE_ROLLBACK_COMPLETE' });
    expect([scene.requests, asked]).to.deep.equal([[`RollbackStack ${POLLER}`], []]);
  });

  for (const status of ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'] as const) {
    it(`deletes a stack in ${status} after asking, to be deployed again`, async () => {
      standing(CORE, status);
      const [declined] = await recover({ isApproved: false });
      expect(declined).to.include({ action: 'declined', after: status });
      expect(scene.requests).to.deep.equal([]);
      const [core] = await recover();
      expect(core).to.include({ action: 'to-create', before: status, after: null });
      expect(scene.requests).to.deep.equal([`DeleteStack ${CORE}`]);
      expect(asked.at(-1)).to.include(status);
    });
  }

  describe('from UPDATE_ROLLBACK_FAILED', () => {
    beforeEach(() => {
      standing(POLLER, 'UPDATE_IN_PROGRESS');
      scene.stacks.set(POLLER, stackOf(POLLER, { StackStatus: 'UPDATE_ROLLBACK_FAILED' }));
      scene.tell(POLLER, rollbackFailing(POLLER));
    });

    it('tries everything again first', async () => {
      const [, poller] = await recover();
      expect(poller).to.include({ action: 'rollback-continued', after: 'UPDATE_ROLLBACK_COMPLETE' });
      expect(scene.requests).to.deep.equal([`ContinueUpdateRollback ${POLLER}`]);
    });

    it('says what is in the way, and how to leave it out', async () => {
      scene.endings.set(POLLER, [{ events: rollbackFailing(POLLER), status: 'UPDATE_ROLLBACK_FAILED' }]);
      const error = await expectError(recover(), 'STACK_OPERATION_FAILED');
      expect(error.problems.join()).to.include(
        'PollerFunction (AWS::Lambda::Function): The function could not be updated',
      );
      expect(error.remedy).to.include(`npx kiro-worker recover --env test ${POLLER} --skip PollerFunction`);
    });

    it('leaves out what is named, after asking', async () => {
      const stacks = [{ stackName: POLLER, tags: { Environment: 'test' } }];
      const [declined] = await recover({ stacks, skip: ['PollerFunction'], isApproved: false });
      expect(declined).to.include({ action: 'declined' });
      const [poller] = await recover({ stacks, skip: ['PollerFunction'] });
      expect(poller).to.include({ action: 'rollback-continued' });
      expect(scene.requests).to.deep.equal([`ContinueUpdateRollback ${POLLER} PollerFunction`]);
    });

    it('leaves out nothing whose roll-back has not failed', async () => {
      const stacks = [{ stackName: POLLER, tags: {} }];
      const error = await expectError(recover({ stacks, skip: ['LocksTable'] }), 'STACK_OPERATION_REFUSED');
      expect(error.remedy).to.include('PollerFunction');
      expect([scene.requests, asked]).to.deep.equal([[], []]);
    });
  });

  describe('from DELETE_FAILED', () => {
    const stacks = [{ stackName: CORE, tags: {} }];
    const again = [
      ownEvent(CORE, 'DELETE_IN_PROGRESS'),
      failing('Bucket', 'DELETE_FAILED', NOT_EMPTY),
      ownEvent(CORE, 'DELETE_FAILED', 'The following resource(s) failed to delete: [Bucket].'),
    ];
    beforeEach(() => standing(CORE, 'DELETE_FAILED'));

    it('deletes again, and names what is in the way', async () => {
      scene.endings.set(CORE, [{ events: again, status: 'DELETE_FAILED' }]);
      const error = await expectError(recover({ stacks }), 'STACK_OPERATION_FAILED');
      expect(error.problems).to.deep.equal([`Bucket (AWS::S3::Bucket): ${NOT_EMPTY}`]);
      expect(error.remedy).to.include(`recover --env test ${CORE} --skip Bucket`);
      expect((await recover({ stacks }))[0]).to.include({ action: 'deleted', after: null });
    });

    it('leaves in the account what is named', async () => {
      expect((await recover({ stacks, skip: ['Bucket'] }))[0]).to.include({ action: 'deleted' });
      expect(scene.requests).to.deep.equal([`DeleteStack ${CORE} Bucket`]);
      expect(asked.join()).to.include('leave Bucket in the account');
    });
  });

  it('leaves a stack that waits for its first review alone, unless it is named', async () => {
    standing(CORE, 'REVIEW_IN_PROGRESS');
    expect((await recover())[0]).to.include({ action: 'none' });
    expect((await recover({ areNamed: true }))[0]).to.include({ action: 'deleted', after: null });
    expect(asked.join()).to.include('change sets that nobody has carried out');
  });

  it('waits until CloudFormation has ended, and goes on from what came of it', async () => {
    standing(POLLER, 'UPDATE_IN_PROGRESS');
    const clock = createVirtualClock();
    const waiting = recoverStacks(
      {
        stacks: createStackService(scene.client),
        clock: {
          ...clock,
          async sleep(ms: number) {
            scene.stacks.set(POLLER, stackOf(POLLER, { StackStatus: 'UPDATE_FAILED' }));
            scene.tell(POLLER, [ownEvent(POLLER, 'UPDATE_FAILED')]);
            await clock.sleep(ms);
          },
        },
        ...{ onStep: () => undefined, onEvent: () => undefined },
      },
      {
        ...{ environment: 'test', areNamed: false, skip: [], token: 't1', approve: async () => false },
        stacks: [{ stackName: POLLER, tags: {} }],
      },
    );
    expect((await waiting)[0]).to.include({ before: 'UPDATE_IN_PROGRESS', action: 'rolled-back' });
  });

  it('touches nothing while one of the stacks is not ours', async () => {
    standing(CORE, 'UPDATE_FAILED');
    scene.stacks.set(POLLER, stackOf(POLLER, { Tags: [], StackStatus: 'ROLLBACK_COMPLETE' }));
    const error = await expectError(recover(), 'STACK_OPERATION_REFUSED');
    expect(error.problems.join()).to.match(/KiroWorkerPoller is not ours/);
    expect(scene.requests).to.deep.equal([]);
  });
});
