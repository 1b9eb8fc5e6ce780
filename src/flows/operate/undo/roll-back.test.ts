import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { contextOf, describedChange } from '../../../../test/support/cloudformation/change-sets.ts';
import {
  type CloudFormationScene,
  createCloudFormationScene,
  stackOf,
} from '../../../../test/support/cloudformation/scene.ts';
import { expectError } from '../../../../test/support/expect-error.ts';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { createStackService } from '../../../adapters/aws/cloudformation/stack-service.ts';
import { widensAccess } from '../../../adapters/aws/policy-comparison.ts';
import type { Manifest } from '../../../core/deploy/manifest.ts';
import type { DeployPorts } from '../deploy/deploy-types.ts';
import { fetchStacks, type RecordSource, type Rollback, rollBack } from './roll-back.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const [CORE, POLLER] = ['{"Resources":{}}', '{"Resources":{"Queue":{}}}'];
const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const CODE = `templates/functions/${OLD}.zip`;
const stored = (stackName: string, template: string, artifacts: string[] = []) => ({
  ...{ stackName, template: sha256(template), parameters: {}, artifacts },
  tags: { Environment: 'test' },
});
const MANIFEST: Manifest = {
  ...{ schema: 1, environment: 'test', account: '111111111111', region: 'us-east-1', release: OLD },
  madeAt: '2026-11-01T12:00:00.000Z',
  stacks: [stored('Core', CORE), stored('Poller', POLLER, [CODE])],
};

describe('a roll-back', () => {
  let scene: CloudFormationScene;
  let templates: Map<string, string>;
  let present: Set<string>;
  let chosen: string[];
  beforeEach(() => {
    scene = createCloudFormationScene();
    for (const name of ['Core', 'Poller']) scene.stacks.set(name, stackOf(name));
    templates = new Map([CORE, POLLER].map((text) => [sha256(text), text]));
    present = new Set([CODE, OLD]);
    chosen = [];
  });
  afterEach(() => scene.client.destroy());

  const source = (): RecordSource => ({
    records: {
      list: async () => [],
      read: async () => MANIFEST,
      write: async () => '',
      async readTemplate(hash) {
        const text = templates.get(hash);
        if (text === undefined) throw new Error(`${hash} is missing`);
        return text;
      },
    },
    code: { has: async (key) => present.has(key), put: async () => undefined, urlOf: (key) => key },
    releases: { has: async (hash) => present.has(hash) },
    parse: (text) => JSON.parse(text),
    sha256,
  });
  const fetch = (own = ['Core', 'Poller']) => fetchStacks(source(), { manifest: MANIFEST, own });
  const ports = (): DeployPorts => ({
    stacks: createStackService(scene.client),
    clock: createVirtualClock(),
    codeIn: () => source().code,
    packageStack: (one) => ({ ...one, text: JSON.stringify(one.template), artifacts: [], inputHash: OLD }),
    widensAccess,
    onStep: () => undefined,
    onEvent: () => undefined,
  });
  const back = async (options: Partial<Rollback> = {}) =>
    rollBack(ports(), {
      ...{ environment: 'test', manifest: MANIFEST, stacks: await fetch(), others: [], token: 't1', current: NEW },
      bucketName: 'artifacts',
      ...{ allowed: [], review: () => undefined, approve: async () => true },
      choose: async (hash) => void chosen.push(`${hash} after ${scene.executed.length}`),
      ...options,
    });
  const change = (name: string) =>
    scene.changes.set(name, [
      describedChange({ BeforeContext: contextOf({ Timeout: 2 }), AfterContext: contextOf({ Timeout: 1 }) }),
    ]);

  it('deploys the stacks of that time in reverse order, then chooses its worker', async () => {
    change('Core');
    change('Poller');
    expect(await back()).to.deep.equal({ kind: 'rolled-back', changed: ['Poller', 'Core'] });
    expect(scene.executed).to.deep.equal(['Poller', 'Core']);
    expect(chosen).to.deep.equal([`${OLD} after 2`]);
  });

  it('asks about the worker where no stack changes, and has nothing to do where neither does', async () => {
    expect(await back({ approve: async () => false })).to.deep.equal({ kind: 'not-approved', changed: [] });
    expect(await back({ current: OLD })).to.deep.equal({ kind: 'nothing' });
    expect(chosen).to.deep.equal([]);
    expect(await back()).to.deep.equal({ kind: 'rolled-back', changed: [] });
    expect(chosen).to.have.length(1);
  });

  it('changes nothing while a rule blocks it, or nobody approves', async () => {
    change('Core');
    scene.changes.set('Poller', [
      describedChange({ Action: 'Remove', ResourceType: 'AWS::DynamoDB::Table', LogicalResourceId: 'Locks' }),
    ]);
    expect(await back()).to.have.property('kind', 'blocked');
    expect(await back({ allowed: ['stateful-removed'], approve: async () => false })).to.have.property(
      'kind',
      'not-approved',
    );
    expect([scene.executed, chosen, [...scene.waiting]]).to.deep.equal([[], [], []]);
  });

  it('leaves the worker as it is when a stack fails', async () => {
    change('Core');
    scene.endings.set('Core', 'UPDATE_ROLLBACK_COMPLETE');
    await expectError(back(), 'DEPLOYMENT_FAILED');
    expect(chosen).to.deep.equal([]);
  });

  it('is refused whole when anything that it takes is missing, or not what its name says', async () => {
    present.clear();
    templates.delete(sha256(CORE));
    templates.set(sha256(POLLER), '{"Resources":{"Other":{}}}');
    const { problems } = await expectError(fetch(['Core']), 'RELEASE_INVALID');
    expect(problems.join('\n'))
      .to.match(/templates\/functions\/a+\.zip is missing/)
      .and.match(/The worker a+ is missing/)
      .and.match(/Core: its template cannot be read/)
      .and.match(/Poller: its template cannot be read: its content is not/)
      .and.match(/Poller is no stack of test/);
    expect(problems).to.have.length(5);
  });
});
