/** Actions of the registry's handlers that the deployer does not get. */
export interface LeftOut {
  readonly type: string;
  /** `service:Action Action`. */
  readonly actions: string;
  /** They serve one of these properties, which no template sets. */
  readonly unset?: readonly string[];
  /** They take away this property, which every template sets. */
  readonly alwaysSet?: string;
  readonly because?: string;
}

const NO_SUCH_ACTION = 'names of calls, not of actions in IAM, which takes the right to put for them';
const BUCKET = 'AWS::S3::Bucket';
const TABLE = 'AWS::DynamoDB::Table';
const FUNCTION = 'AWS::Lambda::Function';
const LOG_GROUP = 'AWS::Logs::LogGroup';

/** All of them. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    type: BUCKET,
    actions: 's3:DeleteBucketAnalyticsConfiguration PutAnalyticsConfiguration',
    unset: ['AnalyticsConfigurations'],
  },
  { type: BUCKET, actions: 's3:DeleteBucketCors PutBucketCORS', unset: ['CorsConfiguration'] },
  {
    type: BUCKET,
    actions: 's3:DeleteBucketMetricsConfiguration PutMetricsConfiguration',
    unset: ['MetricsConfigurations'],
  },
  { type: BUCKET, actions: 's3:DeleteBucketWebsite PutBucketWebsite', unset: ['WebsiteConfiguration'] },
  { type: BUCKET, actions: 's3:GetBucketAcl PutBucketAcl PutObjectAcl', unset: ['AccessControl'] },
  { type: BUCKET, actions: 's3:PutAccelerateConfiguration', unset: ['AccelerateConfiguration'] },
  { type: BUCKET, actions: 's3:PutBucketAbac', unset: ['AbacStatus'] },
  { type: BUCKET, actions: 's3:PutBucketLogging', unset: ['LoggingConfiguration'] },
  { type: BUCKET, actions: 's3:PutBucketNotification', unset: ['NotificationConfiguration'] },
  { type: BUCKET, actions: 's3:PutIntelligentTieringConfiguration', unset: ['IntelligentTieringConfigurations'] },
  { type: BUCKET, actions: 's3:PutInventoryConfiguration', unset: ['InventoryConfigurations'] },
  {
    type: BUCKET,
    actions: 's3:PutBucketObjectLockConfiguration PutObjectLockConfiguration',
    unset: ['ObjectLockConfiguration', 'ObjectLockEnabled'],
  },
  {
    type: BUCKET,
    actions: 'iam:PassRole, s3:DeleteBucketReplication PutBucketReplication PutReplicationConfiguration',
    unset: ['ReplicationConfiguration'],
  },
  {
    type: BUCKET,
    actions: `s3:CreateBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration
      UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
      UpdateBucketMetadataJournalTableConfiguration, s3tables:CreateNamespace CreateTable CreateTableBucket GetTable
      GetTableMetadataLocation PutTableBucketPolicy PutTableEncryption PutTablePolicy UpdateTableMetadataLocation`,
    unset: ['MetadataConfiguration', 'MetadataTableConfiguration'],
  },
  { type: BUCKET, actions: 's3:DeleteBucketEncryption DeleteBucketLifecycle', because: NO_SUCH_ACTION },
  { type: BUCKET, actions: 's3:DeleteObject', because: 'the bucket that it creates is empty' },
  {
    type: TABLE,
    actions: `dynamodb:DisableKinesisStreamingDestination EnableKinesisStreamingDestination
      UpdateKinesisStreamingDestination, kinesis:DescribeStream PutRecords`,
    unset: ['KinesisStreamSpecification'],
  },
  { type: TABLE, actions: 'dynamodb:DeleteResourcePolicy PutResourcePolicy', unset: ['ResourcePolicy'] },
  {
    type: TABLE,
    actions: `dynamodb:DescribeImport ImportTable, logs:CreateLogGroup CreateLogStream DescribeLogGroups DescribeLogStreams
      PutLogEvents PutRetentionPolicy, s3:GetObject GetObjectMetadata ListBucket`,
    unset: ['ImportSourceSpecification'],
  },
  {
    type: TABLE,
    actions: 'dynamodb:UpdateContributorInsights, iam:CreateServiceLinkedRole',
    unset: ['ContributorInsightsSpecification'],
  },
  {
    type: TABLE,
    actions: `dynamodb:AssociateTableReplica BatchWriteItem CreateTableReplica DeleteItem GetItem PutItem Query Scan
      UpdateItem`,
    because: 'for replicas, which a table of this type has none of',
  },
  { type: TABLE, actions: 'kms:ListAliases RevokeGrant', because: "the table's key is named by its ARN, and stays" },
  {
    type: LOG_GROUP,
    actions: `firehose:TagDeliveryStream, logs:CreateLogDelivery DeleteDataProtectionPolicy PutDataProtectionPolicy,
      s3:REST.PUT.OBJECT`,
    unset: ['DataProtectionPolicy'],
  },
  { type: LOG_GROUP, actions: 'logs:DeleteIndexPolicy PutIndexPolicy', unset: ['FieldIndexPolicies'] },
  { type: LOG_GROUP, actions: 'logs:DeleteResourcePolicy PutResourcePolicy', unset: ['ResourcePolicyDocument'] },
  { type: LOG_GROUP, actions: 'logs:PutBearerTokenAuthentication', unset: ['BearerTokenAuthenticationEnabled'] },
  { type: LOG_GROUP, actions: 'logs:DisassociateKmsKey', alwaysSet: 'KmsKeyId' },
  {
    type: 'AWS::SecretsManager::Secret',
    actions: 'secretsmanager:GetRandomPassword GetSecretValue',
    unset: ['GenerateSecretString', 'SecretString'],
  },
  {
    type: 'AWS::SecretsManager::Secret',
    actions: 'secretsmanager:RemoveRegionsFromReplication ReplicateSecretToRegions',
    unset: ['ReplicaRegions'],
  },
  { type: 'AWS::IAM::Role', actions: 'iam:AttachRolePolicy DetachRolePolicy', unset: ['ManagedPolicyArns'] },
  {
    type: 'AWS::IAM::Role',
    actions: 'iam:DeleteRolePermissionsBoundary PutRolePermissionsBoundary',
    unset: ['PermissionsBoundary'],
  },
  {
    type: FUNCTION,
    actions: 'ec2:DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs',
    unset: ['VpcConfig'],
  },
  {
    type: FUNCTION,
    actions: 'elasticfilesystem:DescribeMountTargets, s3files:ListMountTargets',
    unset: ['FileSystemConfigs'],
  },
  { type: FUNCTION, actions: 'kms:CreateGrant DescribeKey Encrypt GenerateDataKey', unset: ['KmsKeyArn'] },
  {
    type: FUNCTION,
    actions: 'lambda:DeleteFunctionCodeSigningConfig GetCodeSigningConfig PutFunctionCodeSigningConfig',
    unset: ['CodeSigningConfigArn'],
  },
  { type: FUNCTION, actions: 'lambda:GetLayerVersion', unset: ['Layers'] },
  { type: FUNCTION, actions: 'lambda:PassCapacityProvider', unset: ['CapacityProviderConfig'] },
  { type: FUNCTION, actions: 'lambda:PublishVersion', unset: ['AutoPublishAlias', 'PublishToLatestPublished'] },
  { type: FUNCTION, actions: 'lambda:PutFunctionScalingConfig', unset: ['FunctionScalingConfig'] },
  { type: FUNCTION, actions: 'lambda:PutRuntimeManagementConfig', unset: ['RuntimeManagementConfig'] },
  { type: FUNCTION, actions: 's3:GetObjectVersion', because: 'the code is named without a version' },
  { type: 'AWS::Events::Rule', actions: 'iam:PassRole', unset: ['RoleArn'] },
  { type: 'AWS::SNS::Topic', actions: 'iam:GetRole PassRole', unset: ['DeliveryStatusLogging'] },
  { type: 'AWS::SNS::Topic', actions: 'sns:PutDataProtectionPolicy', unset: ['DataProtectionPolicy'] },
  { type: 'AWS::SNS::Topic', actions: 'sns:Subscribe Unsubscribe', unset: ['Subscription'] },
  { type: 'AWS::SNS::Subscription', actions: 'iam:GetRole PassRole', unset: ['SubscriptionRoleArn'] },
];
