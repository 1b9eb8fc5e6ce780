import { LOCK_TABLE } from '../core/lock.ts';
import type { Intrinsic } from './cfn/intrinsics.ts';
import { equals, ifElse, pseudo, select, split, sub } from './cfn/intrinsics.ts';
import { onlyOverTls, resourcePolicyOf } from './cfn/policy.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import { addKey } from './resources/key.ts';
import { nameOf } from './stack-names.ts';

export type CoreOutputs = OutputValues<
  | 'ArtifactsBucketName'
  | 'LocksTableName'
  | 'KmsKeyArn'
  | 'PollerLogGroupName'
  | 'FinalizerLogGroupName'
  | 'BuildLogGroupName'
>;

const NO_ACCESS_LOGS = 'Access logs would need a second bucket; who wants them turns on CloudTrail data events.';
const NO_RECOVERY = 'The next poll repairs lock rows; production keeps point-in-time recovery on.';

/** Adds everything that stores data: key, artifacts bucket, locks table, log groups. */
export function addCore(scope: Scope): CoreOutputs {
  const key = addKey(scope);
  const bucket = addArtifactsBucket(scope, key);
  const isProtected = ifElse(scope.condition('ProtectsData', equals(scope.setting('deletionProtection'), 'true')), {
    whenTrue: true,
    whenFalse: false,
  });
  const table = addLocksTable(scope, { key, isProtected });
  const logGroup = (logicalId: string, name: Intrinsic) => addLogGroup(scope, { logicalId, name, key, isProtected });
  const pollerLogs = logGroup('PollerLogGroup', nameOf('pollerLogGroup'));
  const finalizerLogs = logGroup('FinalizerLogGroup', nameOf('finalizerLogGroup'));
  const buildLogs = logGroup('BuildLogGroup', nameOf('buildLogGroup'));
  return scope.outputs({
    ArtifactsBucketName: { value: bucket.ref, description: 'Bucket of the releases and of the files of each run' },
    LocksTableName: { value: table.ref, description: 'Table with one lock row per branch' },
    KmsKeyArn: { value: key.att('Arn'), description: 'Key that encrypts all stored data' },
    PollerLogGroupName: { value: pollerLogs.ref, description: 'Log group of the poller' },
    FinalizerLogGroupName: { value: finalizerLogs.ref, description: 'Log group of the finalizer' },
    BuildLogGroupName: { value: buildLogs.ref, description: 'Log group of the builds' },
  });
}

function addArtifactsBucket(scope: Scope, key: Resource<'AWS::KMS::Key'>): Resource<'AWS::S3::Bucket'> {
  // The first part of the stack's id, so that a bucket retained from a deleted stack does not block a new one.
  const suffix = select(0, split('-', select(2, split('/', pseudo.stackId))));
  const bucket = scope.resource('ArtifactsBucket', {
    type: 'AWS::S3::Bucket',
    onDelete: 'Retain',
    accept: {
      CKV_AWS_18: NO_ACCESS_LOGS,
      s3_bucket_logging_enabled_check: NO_ACCESS_LOGS,
      s3_event_notifications_enabled_check:
        'Nothing waits for new files: the lock row and the card show how a run ended.',
      s3_bucket_object_lock_enabled_check: 'Files of a run expire after artifactRetentionDays; a lock would keep them.',
    },
    properties: {
      BucketName: sub`${nameOf('artifactsBucket')}-${suffix}`,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.att('Arn') },
          },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: { Rules: lifecycleRules(scope) },
    },
  });
  addTlsOnlyPolicy(scope, bucket);
  return bucket;
}

function addTlsOnlyPolicy(scope: Scope, bucket: Resource<'AWS::S3::Bucket'>): void {
  scope.resource('ArtifactsBucketPolicy', {
    type: 'AWS::S3::BucketPolicy',
    properties: {
      Bucket: bucket.ref,
      PolicyDocument: resourcePolicyOf([
        onlyOverTls({ actions: ['s3:*'], resources: [bucket.att('Arn'), sub`${bucket.att('Arn')}/*`] }),
      ]),
    },
  });
}

/** Only the files of runs (`{environment}/...`) expire; everything under CODE_PREFIXES stays. */
function lifecycleRules(scope: Scope) {
  const prefix = sub`${scope.environment}/`;
  return [
    {
      Id: 'ExpireRunFiles',
      Status: 'Enabled',
      Prefix: prefix,
      ExpirationInDays: scope.setting('artifactRetentionDays'),
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
    },
    { Id: 'DropUnfinishedUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
  ];
}

function addLocksTable(
  scope: Scope,
  { key, isProtected }: { key: Resource<'AWS::KMS::Key'>; isProtected: Intrinsic },
): Resource<'AWS::DynamoDB::Table'> {
  const keepsHistory = scope.condition('RecoversLocks', equals(scope.setting('locksPointInTimeRecovery'), 'true'));
  return scope.resource('LocksTable', {
    type: 'AWS::DynamoDB::Table',
    onDelete: 'Delete',
    accept: { CKV_AWS_28: NO_RECOVERY, dynamodb_table_pitr_enabled_check: NO_RECOVERY },
    properties: {
      TableName: nameOf('locksTable'),
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: LOCK_TABLE.key, AttributeType: 'S' },
        { AttributeName: LOCK_TABLE.heldKey, AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: LOCK_TABLE.key, KeyType: 'HASH' }],
      // Sparse: only rows that are held, or whose outcome is not written everywhere yet, have the attribute.
      GlobalSecondaryIndexes: [
        {
          IndexName: LOCK_TABLE.heldIndex,
          KeySchema: [{ AttributeName: LOCK_TABLE.heldKey, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: LOCK_TABLE.ttl, Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key.att('Arn') },
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: ifElse(keepsHistory, { whenTrue: true, whenFalse: false }),
      },
      DeletionProtectionEnabled: isProtected,
    },
  });
}

function addLogGroup(
  scope: Scope,
  {
    logicalId,
    name,
    key,
    isProtected,
  }: { logicalId: string; name: Intrinsic; key: Resource<'AWS::KMS::Key'>; isProtected: Intrinsic },
): Resource<'AWS::Logs::LogGroup'> {
  return scope.resource(logicalId, {
    type: 'AWS::Logs::LogGroup',
    onDelete: 'Delete',
    accept: {
      cloudwatch_log_group_retention_period_check:
        'logRetentionDays decides; what must last (comments, pull request, files of the run) lies elsewhere.',
    },
    properties: {
      LogGroupName: name,
      RetentionInDays: scope.setting('logRetentionDays'),
      KmsKeyId: key.att('Arn'),
      DeletionProtectionEnabled: isProtected,
    },
  });
}
