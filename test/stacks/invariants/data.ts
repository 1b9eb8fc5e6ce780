import { UNTOUCHED_PROJECT_CONFIG } from '../../../src/core/config.ts';
import { LOCK_TABLE } from '../../../src/core/lock.ts';
import { CODE_PREFIXES } from '../../../src/core/names.ts';
import { at, listAt, recordOf } from '../json.ts';
import type { Found, Invariant } from '../model.ts';
import { inOwnEnvironment, place, resolve, resourcesOf, statementsOf, wrong } from '../model.ts';

const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::KMS::Key',
  'AWS::DynamoDB::Table',
  'AWS::Logs::LogGroup',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
];
const KEPT = new Set(['AWS::S3::Bucket', 'AWS::KMS::Key']);

export const dataInvariants: Readonly<Record<string, Invariant>> = {
  'deletion policies are literals: key and bucket stay, the rest goes with its stack': (model) =>
    STATEFUL.flatMap((type) =>
      resourcesOf(model, type).flatMap((found) => {
        const { DeletionPolicy, UpdateReplacePolicy } = found.resource;
        const right = KEPT.has(type) ? 'RetainExceptOnCreate Retain' : 'Delete Delete';
        const policies = `${DeletionPolicy} ${UpdateReplacePolicy}`;
        return policies === right ? [] : [`${place(found)}: ${policies} instead of ${right}`];
      }),
    ),

  'the bucket is encrypted, private, versioned and owned': (model) =>
    resourcesOf(model, 'AWS::S3::Bucket').flatMap((found) =>
      wrong(found, {
        'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm': 'aws:kms',
        'BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled': true,
        'PublicAccessBlockConfiguration.BlockPublicAcls': true,
        'PublicAccessBlockConfiguration.BlockPublicPolicy': true,
        'PublicAccessBlockConfiguration.IgnorePublicAcls': true,
        'PublicAccessBlockConfiguration.RestrictPublicBuckets': true,
        'VersioningConfiguration.Status': 'Enabled',
        'OwnershipControls.Rules.0.ObjectOwnership': 'BucketOwnerEnforced',
      }),
    ),

  'the bucket’s name is unique to its stack': (model) =>
    resourcesOf(model, 'AWS::S3::Bucket').flatMap((found) =>
      JSON.stringify(found.resource.Properties.BucketName ?? '').includes('AWS::StackId')
        ? []
        : [`${place(found)}: fixed name`],
    ),

  'bucket, queues and topic require TLS': (model) =>
    [
      ...resourcesOf(model, 'AWS::S3::BucketPolicy'),
      ...resourcesOf(model, 'AWS::SQS::QueuePolicy'),
      ...resourcesOf(model, 'AWS::SNS::TopicPolicy'),
    ].flatMap((found) => {
      const refused = statementsOf(found.resource).some(
        ({ effect, condition }) => effect === 'Deny' && at(condition, 'Bool.aws:SecureTransport') === 'false',
      );
      return refused ? [] : [`${place(found)}: plain HTTP is not refused`];
    }),

  'every bucket, queue and topic has a policy': (model) =>
    (
      [
        ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket.Ref'],
        ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues.0.Ref'],
        ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics.0.Ref'],
      ] as const
    ).flatMap(([type, policyType, path]) =>
      resourcesOf(model, type).flatMap((found) =>
        resourcesOf(model, policyType).some(
          ({ stack, resource }) => stack === found.stack && at(resource.Properties, path) === found.id,
        )
          ? []
          : [`${place(found)}: no policy`],
      ),
    ),

  'the lifecycle lets runs expire and leaves code alone': (model) =>
    resourcesOf(model, 'AWS::S3::Bucket').flatMap((found) => {
      const rules = listAt(found.resource.Properties, 'LifecycleConfiguration.Rules').map(recordOf);
      const expiring = rules.filter(
        (rule) => rule.ExpirationInDays !== undefined || rule.NoncurrentVersionExpiration !== undefined,
      );
      const prefixes = expiring.map((rule) => (rule.Prefix === undefined ? '' : resolve(rule.Prefix, found)));
      const harmed = Object.values(CODE_PREFIXES).filter((code) => prefixes.some((prefix) => code.startsWith(prefix)));
      const days = expiring.map((rule) => resolve(rule.ExpirationInDays, inOwnEnvironment(found)));
      const expires = prefixes.includes('test/') && days.includes('30');
      return [
        ...harmed.map((code) => `${place(found)}: ${code} would expire`),
        ...(expires ? [] : [`${place(found)}: runs never expire`]),
      ];
    }),

  'the table is what the lock store writes': (model) =>
    resourcesOf(model, 'AWS::DynamoDB::Table').flatMap((found) =>
      wrong(found, {
        BillingMode: 'PAY_PER_REQUEST',
        'KeySchema.0.AttributeName': LOCK_TABLE.key,
        'TimeToLiveSpecification.AttributeName': LOCK_TABLE.ttl,
        'TimeToLiveSpecification.Enabled': true,
        'GlobalSecondaryIndexes.0.IndexName': LOCK_TABLE.heldIndex,
        'GlobalSecondaryIndexes.0.KeySchema.0.AttributeName': LOCK_TABLE.heldKey,
        'SSESpecification.SSEEnabled': true,
        'SSESpecification.SSEType': 'KMS',
        'SSESpecification.KMSMasterKeyId.Fn::GetAtt.0': 'Key',
        'DeletionProtectionEnabled.Fn::If.0': 'ProtectsData',
        'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled.Fn::If.0': 'RecoversLocks',
      }),
    ),

  'production keeps its data': ({ stacks }) =>
    ['deletionProtection', 'locksPointInTimeRecovery'].flatMap((setting) =>
      stacks.Core.Mappings?.Settings?.production?.[setting] === 'true' ? [] : [`production: ${setting} is off`],
    ),

  'everything that stores data uses our own rotating key': (model) => [
    ...resourcesOf(model, 'AWS::KMS::Key').flatMap((found) => wrong(found, { EnableKeyRotation: true })),
    ...(
      [
        ['AWS::Logs::LogGroup', 'KmsKeyId'],
        ['AWS::SecretsManager::Secret', 'KmsKeyId'],
        ['AWS::SQS::Queue', 'KmsMasterKeyId'],
        ['AWS::SNS::Topic', 'KmsMasterKeyId'],
        ['AWS::CodeBuild::Project', 'EncryptionKey'],
        [
          'AWS::S3::Bucket',
          'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID',
        ],
      ] as const
    ).flatMap(([type, path]) =>
      resourcesOf(model, type).flatMap((found) => {
        const key = resolve(at(found.resource.Properties, path), found);
        return ['{Key.Arn}', '{KmsKeyArn}'].includes(key) ? [] : [`${place(found)}: ${path} is ${key}`];
      }),
    ),
  ],

  'each service that writes through the key may use it, for our resources only': (model) =>
    resourcesOf(model, 'AWS::KMS::Key').flatMap((found) => keyProblems(found)),

  'log groups have a retention time': (model) =>
    resourcesOf(model, 'AWS::Logs::LogGroup').flatMap((found) =>
      wrong(found, { 'RetentionInDays.Fn::FindInMap.2': 'logRetentionDays' }),
    ),

  'secrets are created empty, the project configuration untouched': (model) => [
    ...resourcesOf(model, 'AWS::SecretsManager::Secret').flatMap((found) =>
      wrong(found, { SecretString: undefined, GenerateSecretString: undefined }),
    ),
    ...resourcesOf(model, 'AWS::SSM::Parameter').flatMap((found) =>
      wrong(found, { Value: JSON.stringify(UNTOUCHED_PROJECT_CONFIG), Type: 'String' }),
    ),
  ],
};

/** Checks every service that writes through the key, by the encryption context that restricts it to our resources. */
function keyProblems(found: Found): string[] {
  const statements = statementsOf(found.resource.Properties.KeyPolicy);
  const granted = (service: string, context: string): string[] =>
    statements
      .filter(({ principal }) => resolve(at(principal, 'Service'), found).startsWith(service))
      .filter((statement) =>
        ['kms:Decrypt', 'kms:GenerateDataKey'].every((action) => statement.actions.includes(action)),
      )
      .flatMap(({ condition }) =>
        ['StringEquals', 'ArnEquals'].flatMap((operator) =>
          [at(condition, `${operator}.kms:EncryptionContext:${context}`) ?? []].flat(),
        ),
      )
      .map((arn) => resolve(arn, found));
  const expected: ReadonlyArray<[service: string, context: string, resource: string]> = [
    ['logs.', 'aws:logs:arn', 'log-group:/aws/lambda/kiro-worker-test-poller'],
    ['logs.', 'aws:logs:arn', 'log-group:/aws/lambda/kiro-worker-test-finalizer'],
    ['logs.', 'aws:logs:arn', 'log-group:/aws/codebuild/kiro-worker-test'],
    ['cloudwatch.amazonaws.com', 'aws:sns:topicArn', 'kiro-worker-test-alerts'],
    ['events.amazonaws.com', 'aws:sqs:arn', 'kiro-worker-test-poller-dlq'],
    ['events.amazonaws.com', 'aws:sqs:arn', 'kiro-worker-test-finalizer-dlq'],
  ];
  const open = statements.filter(
    ({ principal, condition }) => at(principal, 'Service') !== undefined && condition === undefined,
  );
  return [
    ...expected
      .filter(([service, context, resource]) => !granted(service, context).some((arn) => arn.endsWith(`:${resource}`)))
      .map(([service, , resource]) => `${place(found)}: ${service} may not write to ${resource}`),
    ...open.map(({ sid }) => `${place(found)}: ${sid} is not restricted to our resources`),
  ];
}
