import { LOCK_TABLE } from '../core/lock.ts';
import type { Intrinsic } from './cfn/intrinsics.ts';
import { equals, ifElse, pseudo, select, split, sub } from './cfn/intrinsics.ts';
import { resourcePolicyOf } from './cfn/policy.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import { addKey } from './parts/key.ts';
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
const NO_RECOVERY = 'Lock rows mend themselves at the next poll; production keeps point-in-time recovery on.';

/** Adds what keeps data: key, artifacts bucket, locks table, log groups. */
export function addCore(scope: Scope): CoreOutputs {
  const key = addKey(scope);
  const bucket = addArtifactsBucket(scope, key);
  const isProtected = ifElse(
    scope.condition('ProtectsData', equals(scope.setting('deletionProtection'), 'true')),
    true,
    false,
  );
  const table = addLocksTable(scope, { key, isProtected });
  const groups = { scope, key, isProtected };
  const pollerLogs = addLogGroup(groups, 'PollerLogGroup', nameOf('pollerLogGroup'));
  const finalizerLogs = addLogGroup(groups, 'FinalizerLogGroup', nameOf('finalizerLogGroup'));
  const buildLogs = addLogGroup(groups, 'BuildLogGroup', nameOf('buildLogGroup'));
  return scope.outputs({
    ArtifactsBucketName: { value: bucket.ref, description: 'Bucket of releases and of the files that each run leaves' },
    LocksTableName: { value: table.ref, description: 'Table with one lock row per branch' },
    KmsKeyArn: { value: key.att('Arn'), description: 'Key that encrypts all of it' },
    PollerLogGroupName: { value: pollerLogs.ref, description: 'Log group of the poller' },
    FinalizerLogGroupName: { value: finalizerLogs.ref, description: 'Log group of the finalizer' },
    BuildLogGroupName: { value: buildLogs.ref, description: 'Log group of the builds' },
  });
}

function addArtifactsBucket(scope: Scope, key: Resource<'AWS::KMS::Key'>): Resource<'AWS::S3::Bucket'> {
  // The first part of the stack's own id: a bucket that was kept when its stack went does not block the next one.
  const suffix = select(0, split('-', select(2, split('/', pseudo.stackId))));
  const bucket = scope.resource('ArtifactsBucket', 'AWS::S3::Bucket', {
    onDelete: 'Retain',
    accept: {
      CKV_AWS_18: NO_ACCESS_LOGS,
      s3_bucket_logging_enabled_check: NO_ACCESS_LOGS,
      s3_event_notifications_enabled_check:
        'Nothing waits for new files: the lock row and the card tell how a run ended.',
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
  scope.resource('ArtifactsBucketPolicy', 'AWS::S3::BucketPolicy', {
    properties: {
      Bucket: bucket.ref,
      PolicyDocument: resourcePolicyOf([
        {
          sid: 'OnlyOverTls',
          effect: 'Deny',
          principal: { AWS: '*' },
          actions: ['s3:*'],
          resources: [bucket.att('Arn'), sub`${bucket.att('Arn')}/*`],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    },
  });
  return bucket;
}

/** Only the files of runs (`{environment}/...`) ever expire; what lies under CODE_PREFIXES stays. */
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
  return scope.resource('LocksTable', 'AWS::DynamoDB::Table', {
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
      // Sparse: only held rows bear the attribute, so the index holds what is held now.
      GlobalSecondaryIndexes: [
        {
          IndexName: LOCK_TABLE.heldIndex,
          KeySchema: [{ AttributeName: LOCK_TABLE.heldKey, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: LOCK_TABLE.ttl, Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key.att('Arn') },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: ifElse(keepsHistory, true, false) },
      DeletionProtectionEnabled: isProtected,
    },
  });
}

function addLogGroup(
  { scope, key, isProtected }: { scope: Scope; key: Resource<'AWS::KMS::Key'>; isProtected: Intrinsic },
  logicalId: string,
  name: Intrinsic,
): Resource<'AWS::Logs::LogGroup'> {
  return scope.resource(logicalId, 'AWS::Logs::LogGroup', {
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
