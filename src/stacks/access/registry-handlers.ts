type Handlers = Readonly<Partial<Record<'create' | 'read' | 'update' | 'delete', string>>>;

/** `sqs:CreateQueue TagQueue, kms:Decrypt`, by resource type and handler: the permissions that the resource schemas of the CloudFormation
 *  registry name, state of August 2026 (`aws cloudformation describe-type --type RESOURCE --type-name TYPE` prints one). The list handler
 *  serves no stack; CodeBuild's types name no handlers. */
const HANDLERS: Readonly<Record<string, Handlers>> = {
  'AWS::KMS::Key': {
    create: 'kms:CreateKey DisableKey EnableKeyRotation PutKeyPolicy TagResource',
    read: 'kms:DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags',
    update: `kms:DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation ListResourceTags PutKeyPolicy
      TagResource UntagResource UpdateKeyDescription`,
    delete: 'kms:DescribeKey ScheduleKeyDeletion',
  },
  'AWS::KMS::Alias': {
    create: 'kms:CreateAlias',
    read: 'kms:ListAliases',
    update: 'kms:UpdateAlias',
    delete: 'kms:DeleteAlias',
  },
  'AWS::S3::Bucket': {
    create: `iam:PassRole, s3:CreateBucket CreateBucketMetadataTableConfiguration DeleteObject GetBucketAcl
      GetBucketMetadataTableConfiguration ListBucket PutAccelerateConfiguration PutAnalyticsConfiguration
      PutBucketAbac PutBucketCORS PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration
      PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketReplication PutBucketTagging
      PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration
      PutInventoryConfiguration PutLifecycleConfiguration PutMetricsConfiguration PutObjectAcl
      PutObjectLockConfiguration PutReplicationConfiguration TagResource, s3tables:CreateNamespace CreateTable
      CreateTableBucket GetTable GetTableMetadataLocation PutTableBucketPolicy PutTableEncryption PutTablePolicy
      UpdateTableMetadataLocation`,
    read: `s3:GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketCORS GetBucketLogging
      GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration
      GetBucketOwnershipControls GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetBucketWebsite
      GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration
      GetLifecycleConfiguration GetMetricsConfiguration GetReplicationConfiguration ListBucket
      ListTagsForResource`,
    update: `iam:PassRole, s3:CreateBucketMetadataTableConfiguration DeleteBucketAnalyticsConfiguration DeleteBucketCors
      DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketMetadataTableConfiguration
      DeleteBucketMetricsConfiguration DeleteBucketReplication DeleteBucketWebsite
      GetBucketMetadataTableConfiguration ListBucket PutAccelerateConfiguration PutAnalyticsConfiguration
      PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
      PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketReplication
      PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
      PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
      PutMetricsConfiguration PutObjectLockConfiguration PutReplicationConfiguration TagResource UntagResource
      UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
      UpdateBucketMetadataJournalTableConfiguration, s3tables:CreateNamespace CreateTable CreateTableBucket
      GetTable GetTableMetadataLocation PutTableBucketPolicy PutTableEncryption PutTablePolicy
      UpdateTableMetadataLocation`,
    delete: 's3:DeleteBucket ListBucket',
  },
  'AWS::S3::BucketPolicy': {
    create: 's3:GetBucketPolicy PutBucketPolicy',
    read: 's3:GetBucketPolicy',
    update: 's3:GetBucketPolicy PutBucketPolicy',
    delete: 's3:DeleteBucketPolicy GetBucketPolicy',
  },
  'AWS::DynamoDB::Table': {
    create: `dynamodb:AssociateTableReplica BatchWriteItem CreateTable CreateTableReplica DeleteItem
      DescribeContinuousBackups DescribeContributorInsights DescribeImport DescribeKinesisStreamingDestination
      DescribeTable DescribeTimeToLive DisableKinesisStreamingDestination EnableKinesisStreamingDestination
      GetItem GetResourcePolicy ImportTable ListTagsOfResource PutItem PutResourcePolicy Query Scan TagResource
      UpdateContinuousBackups UpdateContributorInsights UpdateItem UpdateTable UpdateTimeToLive,
      iam:CreateServiceLinkedRole, kinesis:DescribeStream PutRecords, kms:CreateGrant Decrypt DescribeKey Encrypt
      ListAliases RevokeGrant, logs:CreateLogGroup CreateLogStream DescribeLogGroups DescribeLogStreams
      PutLogEvents PutRetentionPolicy, s3:GetObject GetObjectMetadata ListBucket`,
    read: `dynamodb:DescribeContinuousBackups DescribeContributorInsights DescribeKinesisStreamingDestination
      DescribeTable DescribeTimeToLive GetResourcePolicy ListTagsOfResource`,
    update: `dynamodb:AssociateTableReplica BatchWriteItem CreateTable CreateTableReplica DeleteItem
      DeleteResourcePolicy DescribeContinuousBackups DescribeContributorInsights
      DescribeKinesisStreamingDestination DescribeTable DescribeTimeToLive DisableKinesisStreamingDestination
      EnableKinesisStreamingDestination GetItem GetResourcePolicy ListTagsOfResource PutItem PutResourcePolicy
      Query Scan TagResource UntagResource UpdateContinuousBackups UpdateContributorInsights UpdateItem
      UpdateKinesisStreamingDestination UpdateTable UpdateTimeToLive, iam:CreateServiceLinkedRole,
      kinesis:DescribeStream PutRecords, kms:CreateGrant DescribeKey ListAliases RevokeGrant`,
    delete: 'dynamodb:DeleteTable DescribeTable',
  },
  'AWS::Logs::LogGroup': {
    create: `firehose:TagDeliveryStream, logs:CreateLogDelivery CreateLogGroup DescribeIndexPolicies DescribeLogGroups
      DescribeResourcePolicies GetDataProtectionPolicy PutBearerTokenAuthentication PutDataProtectionPolicy
      PutIndexPolicy PutResourcePolicy PutRetentionPolicy TagResource, s3:REST.PUT.OBJECT`,
    read: `logs:DescribeIndexPolicies DescribeLogGroups DescribeResourcePolicies GetDataProtectionPolicy
      ListTagsForResource`,
    update: `firehose:TagDeliveryStream, logs:AssociateKmsKey CreateLogDelivery DeleteIndexPolicy DeleteResourcePolicy
      DeleteRetentionPolicy DescribeLogGroups DescribeResourcePolicies DisassociateKmsKey GetDataProtectionPolicy
      ListTagsForResource PutBearerTokenAuthentication PutDataProtectionPolicy PutIndexPolicy
      PutLogGroupDeletionProtection PutResourcePolicy PutRetentionPolicy TagResource UntagResource,
      s3:REST.PUT.OBJECT`,
    delete: 'logs:DeleteDataProtectionPolicy DeleteLogGroup DescribeLogGroups',
  },
  'AWS::SecretsManager::Secret': {
    create: 'secretsmanager:CreateSecret DescribeSecret GetRandomPassword ReplicateSecretToRegions TagResource',
    read: 'secretsmanager:DescribeSecret GetSecretValue',
    update: `secretsmanager:GetRandomPassword GetSecretValue RemoveRegionsFromReplication ReplicateSecretToRegions
      TagResource UntagResource UpdateSecret`,
    delete: 'secretsmanager:DeleteSecret DescribeSecret RemoveRegionsFromReplication',
  },
  'AWS::SSM::Parameter': {
    create: 'ssm:AddTagsToResource GetParameters PutParameter',
    read: 'ssm:GetParameters ListTagsForResource',
    update: 'ssm:AddTagsToResource GetParameters PutParameter RemoveTagsFromResource',
    delete: 'ssm:DeleteParameter',
  },
  'AWS::SQS::Queue': {
    create: 'sqs:CreateQueue GetQueueAttributes GetQueueUrl ListQueueTags TagQueue',
    read: 'sqs:GetQueueAttributes ListQueueTags',
    update: 'sqs:GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue UntagQueue',
    delete: 'sqs:DeleteQueue GetQueueAttributes',
  },
  'AWS::SQS::QueuePolicy': {
    create: 'sqs:SetQueueAttributes',
    update: 'sqs:SetQueueAttributes',
    delete: 'sqs:SetQueueAttributes',
  },
  'AWS::IAM::Role': {
    create: 'iam:AttachRolePolicy CreateRole GetRole GetRolePolicy PutRolePolicy TagRole UntagRole',
    read: 'iam:GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies',
    update: `iam:AttachRolePolicy DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy
      PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
      UpdateRoleDescription`,
    delete: `iam:DeleteRole DeleteRolePolicy DetachRolePolicy GetRole ListAttachedRolePolicies ListRolePolicies TagRole
      UntagRole`,
  },
  'AWS::Lambda::Function': {
    create: `ec2:DescribeSecurityGroups DescribeSubnets DescribeVpcs, elasticfilesystem:DescribeMountTargets,
      iam:PassRole, kms:CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey, lambda:CreateFunction
      GetCodeSigningConfig GetFunction GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetLayerVersion
      GetRuntimeManagementConfig PassCapacityProvider PutFunctionConcurrency PutFunctionRecursionConfig
      PutFunctionScalingConfig PutRuntimeManagementConfig TagResource, s3:GetObject GetObjectVersion,
      s3files:ListMountTargets`,
    read: `kms:Decrypt, lambda:GetFunction GetFunctionCodeSigningConfig GetFunctionRecursionConfig
      GetFunctionScalingConfig GetRuntimeManagementConfig`,
    update: `ec2:DescribeSecurityGroups DescribeSubnets DescribeVpcs, elasticfilesystem:DescribeMountTargets,
      iam:PassRole, kms:CreateGrant Decrypt DescribeKey GenerateDataKey, lambda:DeleteFunctionCodeSigningConfig
      DeleteFunctionConcurrency GetCodeSigningConfig GetFunction GetFunctionCodeSigningConfig
      GetFunctionRecursionConfig GetRuntimeManagementConfig PassCapacityProvider PublishVersion
      PutFunctionCodeSigningConfig PutFunctionConcurrency PutFunctionRecursionConfig PutFunctionScalingConfig
      PutRuntimeManagementConfig TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration,
      s3:GetObject GetObjectVersion, s3files:ListMountTargets`,
    delete: 'ec2:DescribeNetworkInterfaces, lambda:DeleteFunction GetFunction',
  },
  'AWS::Lambda::EventInvokeConfig': {
    create: 'lambda:PutFunctionEventInvokeConfig',
    read: 'lambda:GetFunctionEventInvokeConfig',
    update: 'lambda:UpdateFunctionEventInvokeConfig',
    delete: 'lambda:DeleteFunctionEventInvokeConfig',
  },
  'AWS::Lambda::Permission': {
    create: 'lambda:AddPermission',
    read: 'lambda:GetPolicy',
    delete: 'lambda:RemovePermission',
  },
  'AWS::Events::Rule': {
    create: 'events:DescribeRule PutRule PutTargets TagResource, iam:PassRole',
    read: 'events:DescribeRule ListTagsForResource ListTargetsByRule, iam:PassRole',
    update: 'events:DescribeRule PutRule PutTargets RemoveTargets TagResource UntagResource, iam:PassRole',
    delete: 'events:DeleteRule DescribeRule ListTargetsByRule RemoveTargets, iam:PassRole',
  },
  'AWS::SNS::Topic': {
    create: 'iam:GetRole PassRole, sns:CreateTopic GetTopicAttributes PutDataProtectionPolicy Subscribe TagResource',
    read: 'sns:GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource',
    update: `iam:GetRole PassRole, sns:GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic
      ListTagsForResource PutDataProtectionPolicy SetTopicAttributes Subscribe TagResource Unsubscribe
      UntagResource`,
    delete: 'sns:DeleteTopic GetTopicAttributes',
  },
  'AWS::SNS::TopicPolicy': {
    create: 'sns:SetTopicAttributes',
    update: 'sns:SetTopicAttributes',
    delete: 'sns:SetTopicAttributes',
  },
  'AWS::SNS::Subscription': {
    create: 'iam:GetRole PassRole, sns:Subscribe',
    read: 'sns:GetSubscriptionAttributes',
    update: 'iam:GetRole PassRole, sns:SetSubscriptionAttributes',
    delete: 'sns:GetSubscriptionAttributes Unsubscribe',
  },
  'AWS::CloudWatch::Alarm': {
    create: 'cloudwatch:DescribeAlarms PutMetricAlarm TagResource',
    read: 'cloudwatch:DescribeAlarms ListTagsForResource',
    update: 'cloudwatch:DescribeAlarms PutMetricAlarm TagResource UntagResource',
    delete: 'cloudwatch:DeleteAlarms DescribeAlarms',
  },
  'AWS::CloudWatch::Dashboard': {
    create: 'cloudwatch:GetDashboard PutDashboard TagResource',
    read: 'cloudwatch:GetDashboard ListTagsForResource',
    update: 'cloudwatch:ListTagsForResource PutDashboard TagResource UntagResource',
    delete: 'cloudwatch:DeleteDashboards GetDashboard',
  },
};

/** Returns what the registry says that CloudFormation asks for a resource type: action => the handlers that need it. */
export function handlerActions(type: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [handler, text] of Object.entries(HANDLERS[type] ?? {}))
    for (const action of parseActions(text)) found.set(action, [...(found.get(action) ?? []), handler]);
  return found;
}

/** `sqs:CreateQueue TagQueue, kms:Decrypt` => the actions in full. */
export function parseActions(text: string): string[] {
  return text.split(/,\s+/).flatMap((part) => {
    const [service = '', ...names] = part.split(/[:\s]+/);
    return names.map((name) => `${service}:${name}`);
  });
}
