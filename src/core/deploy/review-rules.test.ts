import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import {
  contextOf,
  described,
  describedChange,
  INCOMPLETE_WARNING,
} from '../../../test/support/cloudformation/change-sets.ts';
import { widensAccess } from '../../adapters/aws/policy-comparison.ts';
import { readChangeSet } from './change-set.ts';
import { blockingRisks, findRisks, type RiskRule } from './review-rules.ts';

const NO_EXPORTS = { before: [], after: [] };

function rulesOf(changes: readonly Change[], { isNewStack = false } = {}): RiskRule[] {
  const changeSet = readChangeSet(described(changes));
  return findRisks({ changeSet, isNewStack, exports: NO_EXPORTS, widensAccess }).map(({ rule }) => rule);
}

const modified = (type: string, values: { before?: object; after?: object }, rest: Partial<ResourceChange> = {}) =>
  describedChange({
    ResourceType: type,
    BeforeContext: contextOf(values.before ?? {}),
    AfterContext: contextOf(values.after ?? {}),
    ...rest,
  });
const removed = (type: string, rest: Partial<ResourceChange> = {}) =>
  describedChange({ Action: 'Remove', ResourceType: type, ...rest });

const READ = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::artifacts/*' };
const roleOf = (...statements: object[]) => ({
  AssumeRolePolicyDocument: {
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  },
  Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }],
});
const keyOf = (...statements: object[]) => ({ KeyPolicy: { Statement: statements } });
const USE_KEY = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Principal: { AWS: 'arn:aws:iam::123456789012:role/r' },
  Resource: '*',
};

describe('the rules of a review', () => {
  const BLOCKED: ReadonlyArray<readonly [string, Change, RiskRule]> = [
    ['a removed table', removed('AWS::DynamoDB::Table', { PolicyAction: 'Delete' }), 'stateful-removed'],
    ['a removed bucket that is retained', removed('AWS::S3::Bucket', { PolicyAction: 'Retain' }), 'stateful-removed'],
    ['a removed resource of a type that nobody knows', removed('AWS::New::Store'), 'stateful-removed'],
    ['a replaced key', modified('AWS::KMS::Key', {}, { Replacement: 'True' }), 'stateful-replaced'],
    [
      'a bucket that may be replaced',
      modified('AWS::S3::Bucket', {}, { Replacement: 'Conditional' }),
      'stateful-replaced',
    ],
    [
      'a table that CloudFormation does not say it keeps',
      modified('AWS::DynamoDB::Table', {}, { Replacement: undefined }),
      'stateful-replaced',
    ],
    [
      'a policy that replaces',
      modified('AWS::Logs::LogGroup', {}, { PolicyAction: 'ReplaceAndDelete' }),
      'stateful-replaced',
    ],
    [
      'one more action of a role',
      modified('AWS::IAM::Role', { before: roleOf(READ), after: roleOf(READ, { ...READ, Action: ['s3:PutObject'] }) }),
      'access-widened',
    ],
    [
      'everything but one action',
      modified('AWS::IAM::Role', {
        before: roleOf(READ),
        after: roleOf(READ, { Effect: 'Allow', NotAction: 'iam:DeleteUser', Resource: '*' }),
      }),
      'access-widened',
    ],
    [
      'a denial that goes',
      modified('AWS::IAM::Role', { before: roleOf(READ, { ...READ, Effect: 'Deny' }), after: roleOf(READ) }),
      'access-widened',
    ],
    [
      'a condition that goes',
      modified('AWS::KMS::Key', {
        before: keyOf({ ...USE_KEY, Condition: { StringEquals: { 'kms:ViaService': 's3' } } }),
        after: keyOf(USE_KEY),
      }),
      'access-widened',
    ],
    [
      'another one who may take a role',
      modified('AWS::IAM::Role', {
        before: roleOf(READ),
        after: {
          ...roleOf(READ),
          AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }] },
        },
      }),
      'access-widened',
    ],
    [
      'a managed policy',
      modified('AWS::IAM::Role', {
        before: roleOf(READ),
        after: { ...roleOf(READ), ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      }),
      'access-widened',
    ],
    [
      'a boundary that goes',
      modified('AWS::IAM::Role', {
        before: { ...roleOf(READ), PermissionsBoundary: 'arn:aws:iam::1:policy/b' },
        after: roleOf(READ),
      }),
      'access-widened',
    ],
    [
      'a new role in a stack that stands',
      describedChange({ Action: 'Add', ResourceType: 'AWS::IAM::Role', AfterContext: contextOf(roleOf(READ)) }),
      'access-widened',
    ],
    [
      'a new role of which nothing is told',
      describedChange({ Action: 'Add', ResourceType: 'AWS::IAM::Role' }),
      'access-widened',
    ],
    [
      'a bucket policy that goes with its denials',
      removed('AWS::S3::BucketPolicy', {
        BeforeContext: contextOf({
          Bucket: 'b',
          PolicyDocument: { Statement: [{ ...READ, Effect: 'Deny', Principal: '*' }] },
        }),
      }),
      'access-widened',
    ],
    ['a removed alarm', removed('AWS::CloudWatch::Alarm'), 'alarm-removed'],
    ['a silenced alarm', modified('AWS::CloudWatch::Alarm', { after: { ActionsEnabled: false } }), 'alarm-removed'],
    [
      'an alarm that tells nobody',
      modified('AWS::CloudWatch::Alarm', { before: { AlarmActions: ['arn'] } }),
      'alarm-removed',
    ],
    [
      'an alarm that tells another place instead',
      modified('AWS::CloudWatch::Alarm', { before: { AlarmActions: ['arn'] }, after: { AlarmActions: ['other'] } }),
      'alarm-removed',
    ],
    ['a topic to which alarms may no longer publish', removed('AWS::SNS::TopicPolicy'), 'alarm-removed'],
    [
      'a function whose failed events have an empty destination',
      modified('AWS::Lambda::EventInvokeConfig', {
        before: { DestinationConfig: { OnFailure: { Destination: 'arn' } } },
        after: { DestinationConfig: { OnFailure: {} } },
      }),
      'dead-letters-removed',
    ],
    [
      'a destination of failed events that goes, of which nothing is told',
      removed('AWS::Lambda::EventInvokeConfig'),
      'dead-letters-removed',
    ],
    ['a removed queue of dead letters', removed('AWS::SQS::Queue'), 'dead-letters-removed'],
    [
      'a function whose failed events go nowhere',
      removed('AWS::Lambda::EventInvokeConfig', {
        BeforeContext: contextOf({ DestinationConfig: { OnFailure: { Destination: 'arn' } } }),
      }),
      'dead-letters-removed',
    ],
    [
      'a rule whose targets lose their queue',
      modified('AWS::Events::Rule', {
        before: { Targets: [{ DeadLetterConfig: { Arn: 'arn' } }] },
        after: { Targets: [{}] },
      }),
      'dead-letters-removed',
    ],
    [
      'a changed description of the project configuration',
      modified('AWS::SSM::Parameter', {}),
      'project-configuration-changed',
    ],
    ['an action that is decided later', describedChange({ Action: 'Dynamic' }), 'action-unforeseeable'],
    ['an import', describedChange({ Action: 'Import' }), 'action-unforeseeable'],
    ['a modification without values', describedChange({ AfterContext: undefined }), 'description-incomplete'],
  ];
  for (const [name, change, rule] of BLOCKED) {
    it(`block ${name}`, () => {
      expect(rulesOf([change])).to.include(rule);
    });
  }

  it('let pass what loses and widens nothing', () => {
    const harmless = [
      modified('AWS::Lambda::Function', { before: { Timeout: 300 }, after: { Timeout: 600 } }),
      modified(
        'AWS::IAM::Role',
        { before: roleOf(READ, { ...READ, Action: ['s3:PutObject'] }), after: roleOf(READ) },
        { LogicalResourceId: 'Role' },
      ),
      modified(
        'AWS::KMS::Key',
        { before: keyOf(USE_KEY), after: { ...keyOf(USE_KEY), Description: 'new' } },
        { LogicalResourceId: 'Key' },
      ),
      modified('AWS::Lambda::Permission', {}, { LogicalResourceId: 'Tagged', Scope: ['Tags'] }),
      modified('AWS::SSM::Parameter', {}, { LogicalResourceId: 'ProjectConfig', Scope: ['Tags'] }),
      modified(
        'AWS::CloudWatch::Alarm',
        { before: { Threshold: 1 }, after: { Threshold: 2 } },
        { LogicalResourceId: 'Alarm' },
      ),
      describedChange({ Action: 'Add', LogicalResourceId: 'Queue', ResourceType: 'AWS::SQS::Queue' }),
      removed('AWS::CloudWatch::Dashboard', { LogicalResourceId: 'Dashboard', BeforeContext: contextOf({}) }),
    ];
    expect(rulesOf(harmless)).to.deep.equal([]);
  });

  it('list the additions of a new stack, and block none of them', () => {
    const additions = ['AWS::IAM::Role', 'AWS::KMS::Key'].map((ResourceType, index) =>
      describedChange({ Action: 'Add', ResourceType, LogicalResourceId: `New${index}` }),
    );
    expect(rulesOf(additions, { isNewStack: true })).to.deep.equal([]);
    expect(rulesOf([removed('AWS::S3::Bucket')], { isNewStack: true })).to.include('stateful-removed');
  });

  it('block an export that goes, and anything that only one description knows', () => {
    const { plain } = described([describedChange({}), removed('AWS::DynamoDB::Table', { LogicalResourceId: 'Locks' })]);
    const { withValues } = described([describedChange({})], { StatusReason: INCOMPLETE_WARNING });
    const risks = findRisks({
      changeSet: readChangeSet({ plain, withValues }),
      isNewStack: false,
      exports: {
        before: ['KiroWorkerCore-KmsKeyArn', 'KiroWorkerCore-Old'],
        after: ['KiroWorkerCore-KmsKeyArn', 'KiroWorkerCore-New'],
      },
      widensAccess,
    });
    expect(risks.filter(({ rule }) => rule === 'export-removed').map(({ subject }) => subject)).to.deep.equal([
      'KiroWorkerCore-Old',
    ]);
    expect(new Set(risks.map(({ rule }) => rule))).to.include.all.keys('description-incomplete', 'stateful-removed');
    expect(blockingRisks(risks, ['export-removed', 'description-incomplete']).map(({ rule }) => rule)).to.deep.equal([
      'stateful-removed',
    ]);
  });
});
