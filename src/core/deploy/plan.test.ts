import { expect } from 'chai';
import { checkFreshness, formatPlan, type Plan, type Present, parsePlan } from './plan.ts';

const FROM = { source: 'plan.json', environment: 'production' };
const HASH = 'a'.repeat(64);
const PLAN: Plan = {
  schema: 1,
  environment: 'production',
  account: '123456789012',
  region: 'us-east-1',
  madeAt: '2026-11-27T12:00:00.000Z',
  release: 'c'.repeat(64),
  stacks: [
    {
      stackName: 'KiroWorkerProductionPoller',
      stackId: 'arn:stack/1',
      changedAtMs: 1000,
      changeSet: 'arn:changeSet/1',
      inputHash: HASH,
      artifacts: ['templates/functions/1.zip'],
      changes: [{ action: 'Modify', logicalId: 'PollerFunction', type: 'AWS::Lambda::Function', replacement: 'False' }],
      risks: [{ rule: 'access-widened', stackName: 'KiroWorkerProductionPoller', subject: 'Role', what: 'More.' }],
    },
  ],
  later: ['KiroWorkerProductionMonitoring'],
};
const CHANGE = {
  ...{ action: 'Modify', logicalId: 'PollerFunction', type: 'AWS::Lambda::Function', replacement: 'False' },
  ...{ physicalId: 'poller', policyAction: null, scope: ['Properties'], properties: [], before: {}, after: {} },
};
const CHANGE_SET = { arn: 'arn:changeSet/1', stackId: 'arn:stack/1', executionStatus: 'AVAILABLE', changes: [CHANGE] };
const UNCHANGED: Present['stacks'][number] = {
  stackName: 'KiroWorkerProductionPoller',
  stack: { id: 'arn:stack/1', changedAtMs: 1000, status: 'UPDATE_COMPLETE' },
  inputHash: HASH,
  artifacts: ['templates/functions/1.zip'],
  missingCode: [],
  changeSet: CHANGE_SET,
};
const present = (stack: Partial<typeof UNCHANGED> = {}, rest: Partial<Present> = {}): Present => ({
  ...{
    environment: 'production',
    account: '123456789012',
    region: 'us-east-1',
    release: 'c'.repeat(64),
    stacks: [{ ...UNCHANGED, ...stack }],
  },
  ...rest,
});

describe('a plan', () => {
  it('is read as it was written', () => {
    expect(parsePlan(formatPlan(PLAN), FROM)).to.deep.equal(PLAN);
  });

  for (const [name, text] of [
    ['no JSON', '{'],
    ['another schema', JSON.stringify({ ...PLAN, schema: 2 })],
    ['no stack', JSON.stringify({ ...PLAN, stacks: [] })],
    ['a rule that nobody knows', formatPlan(PLAN).replace('access-widened', 'all-is-well')],
    ['something more', JSON.stringify({ ...PLAN, allow: ['stateful-removed'] })],
  ] as const) {
    it(`is refused with ${name}`, () => {
      expect(() => parsePlan(text, FROM))
        .to.throw(/npx kiro-worker deploy --env production --plan-only/)
        .with.property('code', 'PLAN_INVALID');
    });
  }

  it('holds while nothing has moved', () => {
    checkFreshness(PLAN, present());
  });

  for (const [name, now] of [
    ['the stack was updated', present({ stack: { id: 'arn:stack/1', changedAtMs: 2000, status: 'UPDATE_COMPLETE' } })],
    [
      'the stack was made again',
      present({ stack: { id: 'arn:stack/2', changedAtMs: 1000, status: 'UPDATE_COMPLETE' } }),
    ],
    ['the stack is gone', present({ stack: null })],
    ['the template is another', present({ inputHash: 'b'.repeat(64) })],
    ['the code of a function is another', present({ artifacts: ['templates/functions/2.zip'] })],
    ['the code of a function was removed', present({ missingCode: ['templates/functions/1.zip'] })],
    ['the change set is gone', present({ changeSet: null })],
    ['the change set is another', present({ changeSet: { ...CHANGE_SET, arn: 'arn:changeSet/2' } })],
    ['the change set is obsolete', present({ changeSet: { ...CHANGE_SET, executionStatus: 'OBSOLETE' } })],
    ['the change set is of another stack', present({ changeSet: { ...CHANGE_SET, stackId: 'arn:stack/2' } })],
    [
      'the change set removes more than was reviewed',
      present({ changeSet: { ...CHANGE_SET, changes: [CHANGE, { ...CHANGE, logicalId: 'Role', action: 'Remove' }] } }),
    ],
    ['the account is another', present({}, { account: '210987654321' })],
    ['a stack was not looked at', present({}, { stacks: [] })],
  ] as const) {
    it(`is stale when ${name}`, () => {
      expect(() => checkFreshness(PLAN, now))
        .to.throw(/npx kiro-worker deploy --env production --plan-only/)
        .with.property('code', 'PLAN_STALE');
    });
  }

  it('of a stack that it makes holds while nobody else has made it', () => {
    const plan = { ...PLAN, stacks: PLAN.stacks.map((stack) => ({ ...stack, changedAtMs: null })) };
    checkFreshness(plan, present({ stack: { id: 'arn:stack/1', changedAtMs: 1000, status: 'REVIEW_IN_PROGRESS' } }));
    expect(() => checkFreshness(plan, present())).to.throw(/was changed/);
  });
});
