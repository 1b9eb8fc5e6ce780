import { expect } from 'chai';
import { widensAccess } from './policy-comparison.ts';

const READ = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::artifacts/*' };
const keyOf = (...statements: object[]) => ({ KeyPolicy: { Statement: statements } });
const USE_KEY = { Effect: 'Allow', Action: 'kms:Decrypt', Principal: { AWS: 'r' }, Resource: '*' };
const DENY = { ...READ, Effect: 'Deny' };
const policyOf = (...statements: object[]) => ({ PolicyDocument: { Version: '2012-10-17', Statement: statements } });
const asText = (value: object) => JSON.stringify(value);

/** Name, type, properties before and after, of changes that let somebody do more. */
const WIDER: ReadonlyArray<readonly [string, string, object, object]> = [
  ['a function with another role', 'AWS::Lambda::Function', { Role: 'a' }, { Role: 'b' }],
  ['a project with another role', 'AWS::CodeBuild::Project', { ServiceRole: 'a' }, { ServiceRole: 'b' }],
  ['a public project', 'AWS::CodeBuild::Project', {}, { Visibility: 'PUBLIC_READ', ResourceAccessRole: 'a' }],
  ['a target with a role', 'AWS::Events::Rule', { Targets: [{}] }, { Targets: [{ RoleArn: 'a' }] }],
  [
    'a policy for one more topic',
    'AWS::SNS::TopicPolicy',
    { ...policyOf(READ), Topics: ['a'] },
    { ...policyOf(READ), Topics: ['a', 'b'] },
  ],
  [
    'a denial for one queue less',
    'AWS::SQS::QueuePolicy',
    { ...policyOf(READ, DENY), Queues: ['a', 'b'] },
    { ...policyOf(READ, DENY), Queues: ['a'] },
  ],
  [
    'a policy for one more role',
    'AWS::IAM::Policy',
    { ...policyOf(READ), Roles: ['a'] },
    { ...policyOf(READ), Roles: ['a', 'b'] },
  ],
  ['a wider managed policy', 'AWS::IAM::ManagedPolicy', policyOf(READ), policyOf(READ, { ...READ, Action: '*' })],
  ['a managed policy that loses a denial', 'AWS::IAM::ManagedPolicy', policyOf(READ, DENY), policyOf(READ)],
  ['a policy of a role on its own', 'AWS::IAM::RolePolicy', policyOf(READ), policyOf({ ...READ, Resource: '*' })],
  [
    'a key policy that is a text',
    'AWS::KMS::Key',
    { KeyPolicy: asText(keyOf(USE_KEY).KeyPolicy) },
    { KeyPolicy: asText(keyOf({ ...USE_KEY, Principal: '*' }).KeyPolicy) },
  ],
  [
    'a key policy that is known only later',
    'AWS::KMS::Key',
    keyOf(USE_KEY),
    { KeyPolicy: '{{changeSet:KNOWN_AFTER_APPLY}}' },
  ],
  ['a table with a policy', 'AWS::DynamoDB::Table', {}, { ResourcePolicy: policyOf(READ) }],
  [
    'a policy of logs',
    'AWS::Logs::ResourcePolicy',
    { PolicyDocument: asText({ Statement: [READ] }) },
    { PolicyDocument: asText({ Statement: [READ, { ...READ, Resource: '*' }] }) },
  ],
  [
    'a permission without its organization',
    'AWS::Lambda::Permission',
    { FunctionName: 'f', Principal: '*', PrincipalOrgID: 'o' },
    { FunctionName: 'f', Principal: '*' },
  ],
  ['a function that anybody may call', 'AWS::Lambda::Url', { AuthType: 'AWS_IAM' }, { AuthType: 'NONE' }],
  [
    'a bucket that may become public',
    'AWS::S3::Bucket',
    { PublicAccessBlockConfiguration: { BlockPublicPolicy: true, BlockPublicAcls: true } },
    { PublicAccessBlockConfiguration: { BlockPublicPolicy: false, BlockPublicAcls: true } },
  ],
  ['a bucket with an access list', 'AWS::S3::Bucket', {}, { AccessControl: 'PublicRead' }],
];

/** Changes that let nobody do more. */
const NARROWER: typeof WIDER = [
  [
    'a managed policy for fewer roles, with a denial',
    'AWS::IAM::ManagedPolicy',
    { ...policyOf(READ), Roles: ['a', 'b'] },
    { ...policyOf(READ, DENY), Roles: ['a'] },
  ],
  ['a key policy that allows less', 'AWS::KMS::Key', keyOf(USE_KEY, DENY), keyOf(DENY)],
  ['a boundary', 'AWS::IAM::Role', policyOf(READ), { ...policyOf(READ), PermissionsBoundary: 'b' }],
  ['a removed permission', 'AWS::Lambda::Permission', { FunctionName: 'f', Principal: '*' }, {}],
  ['retries of a target', 'AWS::Events::Rule', {}, { Targets: [{ RetryPolicy: { MaximumRetryAttempts: 1 } }] }],
  ['longer sessions', 'AWS::IAM::Role', { Description: 'a' }, { Description: 'b', MaxSessionDuration: 7200 }],
];

describe('the comparison of access', () => {
  for (const [name, type, before, after] of WIDER)
    it(`finds more in ${name}`, () => {
      expect(widensAccess({ type, before: { ...before }, after: { ...after } })).to.equal(true);
    });
  for (const [name, type, before, after] of NARROWER)
    it(`finds no more in ${name}`, () => {
      expect(widensAccess({ type, before: { ...before }, after: { ...after } })).to.equal(false);
    });
});
