import { expect } from 'chai';
import { contextOf, describedChange } from '../../../../test/support/cloudformation/change-sets.ts';
import {
  type CloudFormationScene,
  createCloudFormationScene,
  stackOf,
} from '../../../../test/support/cloudformation/scene.ts';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { createStackService } from '../../../adapters/aws/cloudformation/stack-service.ts';
import { widensAccess } from '../../../adapters/aws/policy-comparison.ts';
import type { RiskRule } from '../../../core/deploy/review-rules.ts';
import { deployStacks, type Round } from './deploy-stacks.ts';
import type { DeployPorts } from './deploy-types.ts';
import { deployPlan, planDeployment } from './plan-deployment.ts';

const ADDED = [describedChange({ Action: 'Add', ResourceType: 'AWS::SQS::Queue', LogicalResourceId: 'Queue' })];
const MODIFIED = [
  describedChange({ BeforeContext: contextOf({ Timeout: 1 }), AfterContext: contextOf({ Timeout: 2 }) }),
];
const REMOVED = [
  describedChange({ Action: 'Remove', ResourceType: 'AWS::DynamoDB::Table', LogicalResourceId: 'Locks' }),
];

const stack = (stackName: string, template: object) => ({
  stackName,
  template,
  parameters: {},
  tags: { Environment: 'test' },
});
const CORE = stack('Core', { Outputs: { Key: { Value: 'k', Export: { Name: 'Core-Key' } } }, Resources: {} });
const POLLER = stack('Poller', {
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Key: { 'Fn::ImportValue': 'Core-Key' } } },
});

describe('a deployment', () => {
  let scene: CloudFormationScene;
  let stored: string[];
  beforeEach(() => {
    stored = [];
    scene = createCloudFormationScene();
    scene.exports.set('Core', ['Core-Key']);
  });
  afterEach(() => scene.client.destroy());
  const ports = (): DeployPorts => ({
    stacks: createStackService(scene.client),
    clock: createVirtualClock(),
    codeIn: () => ({
      has: async () => false,
      put: async (key) => void stored.push(key),
      urlOf: (key) => `https://s3/${key}`,
    }),
    packageStack: (one) => ({ ...one, text: JSON.stringify(one.template), artifacts: [], inputHash: 'a'.repeat(64) }),
    widensAccess,
    onStep: () => undefined,
    onEvent: () => undefined,
  });
  const request = { environment: 'test', stacks: [CORE, POLLER], others: [], bucketOf: () => null, token: 't1' };
  const deploy = ({
    allowed = [],
    isApproved = true,
  }: {
    allowed?: readonly RiskRule[];
    isApproved?: boolean;
  } = {}) => {
    const reviewed: string[][] = [];
    const review = ({ prepared }: Round) => {
      reviewed.push(prepared.map(({ packaged }) => packaged.stackName));
    };
    const approve = async () => isApproved;
    return deployStacks(ports(), { ...request, allowed, review, approve }).then((result) => ({ result, reviewed }));
  };
  const standing = () => {
    scene.stacks.set('Core', stackOf('Core', { Outputs: [{ OutputKey: 'Key', ExportName: 'Core-Key' }] }));
    scene.stacks.set('Poller', stackOf('Poller'));
  };
  const errorOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: unknown) => error,
    );

  it('into an empty account reviews each stack once what it imports exists', async () => {
    scene.changes.set('Core', ADDED).set('Poller', ADDED);
    const { result, reviewed } = await deploy();
    expect(result.kind).to.equal('deployed');
    expect(reviewed).to.deep.equal([['Core'], ['Poller']]);
    expect(scene.executed).to.deep.equal(['Core', 'Poller']);
  });

  it('changes nothing where nothing differs, asks nobody, and leaves no change set', async () => {
    standing();
    const { result, reviewed } = await deploy();
    expect(result).to.deep.equal({ kind: 'deployed', changed: [], unchanged: ['Core', 'Poller'] });
    expect([reviewed, scene.executed, [...scene.waiting]]).to.deep.equal([[], [], []]);
  });

  it('looks at the stack where nothing answers whether it was begun', async () => {
    scene.changes.set('Core', ADDED).set('Poller', ADDED);
    scene.unanswered.set('Core', true);
    expect((await deploy()).result.kind).to.equal('deployed');
    expect(scene.executed).to.deep.equal(['Core', 'Poller']);
  });

  it('says that nothing was carried out only where the stack shows it', async () => {
    standing();
    scene.changes.set('Core', MODIFIED);
    scene.unanswered.set('Core', false);
    const error = await errorOf(deploy());
    expect(error).to.have.property('code', 'AWS_REQUEST_FAILED');
    expect(error).to.have.property('message').that.includes('did not carry out the change set');
    expect(scene.executed).to.deep.equal([]);
  });

  it('makes no change set where what would be sent is what stands', async () => {
    scene.changes.set('Core', ADDED).set('Poller', ADDED);
    await deploy();
    const { result, reviewed } = await deploy();
    expect(result).to.deep.equal({ kind: 'deployed', changed: [], unchanged: ['Core', 'Poller'] });
    expect([reviewed, scene.executed]).to.deep.equal([[], ['Core', 'Poller']]);
  });

  it('does nothing at all while one stack holds a risk that nobody allowed', async () => {
    standing();
    scene.changes.set('Core', MODIFIED).set('Poller', REMOVED);
    const { result } = await deploy();
    expect(result).to.have.property('kind', 'blocked');
    expect([scene.executed, [...scene.waiting]]).to.deep.equal([[], []]);
    expect((await deploy({ allowed: ['stateful-removed'] })).result.kind).to.equal('deployed');
    expect(scene.executed).to.deep.equal(['Core', 'Poller']);
  });

  it('does nothing, and leaves no change set, when nobody approves', async () => {
    standing();
    scene.changes.set('Core', MODIFIED);
    const { result, reviewed } = await deploy({ isApproved: false });
    expect([result.kind, reviewed.length, scene.executed, [...scene.waiting]]).to.deep.equal([
      'not-approved',
      1,
      [],
      [],
    ]);
  });

  it('ends at the stack that fails, says what failed, and goes on from there the next time', async () => {
    standing();
    scene.changes.set('Core', MODIFIED).set('Poller', MODIFIED);
    scene.endings.set('Core', 'UPDATE_ROLLBACK_COMPLETE');
    const error = await errorOf(deploy());
    expect(error).to.have.property('code', 'DEPLOYMENT_FAILED');
    expect(String(error)).to.match(/Queue \(AWS::SQS::Queue\): Quota reached/);
    expect([scene.executed, [...scene.waiting]]).to.deep.equal([['Core'], []]);
    scene.endings.clear();
    expect((await deploy()).result.kind).to.equal('deployed');
    expect(scene.executed).to.deep.equal(['Core', 'Core', 'Poller']);
  });

  for (const [name, facts, said] of [
    ['of somebody else', { Tags: [] }, /not ours/],
    ['of another environment', { Tags: [{ Key: 'Environment', Value: 'staging' }] }, /staging instead of test/],
    ['at work', { StackStatus: 'UPDATE_IN_PROGRESS' }, /at work/],
    ['that is broken', { StackStatus: 'UPDATE_ROLLBACK_FAILED' }, /takes no deployment/],
  ] as const) {
    it(`refuses a stack ${name} before any change set is made`, async () => {
      standing();
      scene.stacks.set(
        'Poller',
        stackOf('Poller', { ...facts, Tags: 'Tags' in facts ? [...facts.Tags] : stackOf('').Tags }),
      );
      scene.changes.set('Core', MODIFIED);
      const error = await errorOf(deploy());
      expect(error).to.have.property('code', 'DEPLOYMENT_REFUSED');
      expect(String(error)).to.match(said);
      expect([scene.executed, [...scene.waiting]]).to.deep.equal([[], []]);
    });
  }

  describe('of one stack that makes the bucket of its own code', () => {
    const whole = {
      ...stack('Whole', { Resources: { Role: { Type: 'AWS::IAM::Role' } }, Padding: 'x'.repeat(60_000) }),
      base: { template: { Resources: { Bucket: {} } }, parameters: {} },
    };
    const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const role = { Action: 'Add', ResourceType: 'AWS::IAM::Role', LogicalResourceId: 'Role' } as const;
    const AfterContext = contextOf({ Policies: [{ PolicyName: 'all', PolicyDocument: everything }] });
    const ADDED_ROLE = [describedChange({ ...role, AfterContext })];
    const request = {
      ...{ environment: 'test', stacks: [whole], others: [], token: 't1', allowed: [], review: () => undefined },
      bucketOf: (present: readonly { status: string }[]) =>
        present.some(({ status }) => status !== 'REVIEW_IN_PROGRESS') ? 'artifacts' : null,
      approve: async () => true,
    };

    it('sends its base first, then the rest from that bucket, which no rule blocks', async () => {
      scene.changes.set('Whole', ADDED_ROLE);
      const result = await deployStacks(ports(), request);
      expect(result).to.have.nested.property('changed.length', 1);
      expect(scene.executed).to.deep.equal(['Whole', 'Whole']);
      const { requests } = scene;
      expect(requests.map(({ TemplateURL = null }) => TemplateURL)).to.deep.equal([null, `https://s3/${stored[0]}`]);
      expect(new Set(requests.map(({ ClientToken }) => ClientToken))).to.have.property('size', 2);
      expect(stored).to.have.length(1);
    });

    it('is judged as an update once more than its base stands', async () => {
      scene.stacks.set('Whole', stackOf('Whole'));
      scene.changes.set('Whole', ADDED_ROLE);
      const result = await deployStacks(ports(), request);
      expect(result).to.have.nested.property('risks[0].rule', 'access-widened');
      expect(scene.executed).to.deep.equal([]);
    });
  });

  describe('from a plan', () => {
    const place = { environment: 'test', account: '123456789012', region: 'us-east-1', release: 'b'.repeat(64) };
    const planned = async () => (await planDeployment(ports(), { ...request, ...place })).plan;

    it('does what was planned, and names what has to be planned next', async () => {
      scene.changes.set('Core', ADDED);
      const plan = await planned();
      expect([plan.later, scene.executed]).to.deep.equal([['Poller'], []]);
      const result = await deployPlan(ports(), { ...request, ...place, plan, allowed: [] });
      expect(result).to.deep.include({ kind: 'deployed', later: ['Poller'] });
      expect(scene.executed).to.deep.equal(['Core']);
    });

    it('does nothing where code that it names is gone from the bucket, and says so', async () => {
      standing();
      scene.changes.set('Poller', MODIFIED);
      const artifact = { key: 'templates/functions/1.zip', code: { hash: '1', zip: new Uint8Array([1]) } };
      const withCode: DeployPorts = {
        ...ports(),
        codeIn: () => ({
          has: async (key) => stored.includes(key),
          put: async (key) => void stored.push(key),
          urlOf: String,
        }),
        packageStack: (one) => ({ ...ports().packageStack(one, { bucketName: null }), artifacts: [artifact] }),
      };
      const inBucket = { ...request, ...place, bucketOf: () => 'artifacts' };
      const { plan } = await planDeployment(withCode, inBucket);
      expect(new Set(stored)).to.deep.equal(new Set([artifact.key]));
      stored.length = 0;
      const error = await errorOf(deployPlan(withCode, { ...inBucket, plan, allowed: [] }));
      expect(error).to.have.property('code', 'PLAN_STALE');
      expect(String(error))
        .to.match(/1\.zip.* not in the .*bucket/)
        .and.include('deploy --env test --plan-only');
      expect(scene.executed).to.deep.equal([]);
      stored.push(artifact.key);
      expect(await deployPlan(withCode, { ...inBucket, plan, allowed: [] })).to.include({ kind: 'deployed' });
    });

    it('does nothing once a stack has moved on', async () => {
      standing();
      scene.changes.set('Core', MODIFIED);
      const plan = await planned();
      scene.stacks.set('Core', { ...stackOf('Core'), LastUpdatedTime: new Date(5000) });
      const error = await errorOf(deployPlan(ports(), { ...request, ...place, plan, allowed: [] }));
      expect(error).to.have.property('code', 'PLAN_STALE');
      expect(scene.executed).to.deep.equal([]);
    });

    it('blocks a risk that was taken out of its file', async () => {
      standing();
      scene.changes.set('Core', REMOVED);
      const plan = await planned();
      const harmless = { ...plan, stacks: plan.stacks.map((one) => ({ ...one, risks: [] })) };
      const result = await deployPlan(ports(), { ...request, ...place, plan: harmless, allowed: [] });
      expect(result).to.have.property('kind', 'blocked');
      expect(scene.executed).to.deep.equal([]);
    });
  });
});
