import type { Need } from './rows.ts';
import type { Target } from './targets.ts';

/** What CloudFormation does in the name of whoever deploys, to create, read, update and delete a resource as our templates write it. */
interface ResourceCalls {
  readonly needs: readonly Need[];
  /** `service:Action Action` => the document that asks for it, where the registry's handlers do not. */
  readonly beyond?: Readonly<Record<string, string>>;
}

/** `sqs:CreateQueue DeleteQueue`: actions of one service. */
const on = (target: Target, ...lines: string[]): Need => {
  const [service = '', ...rest] = lines.join(' ').split(/[: ]/);
  return { actions: rest.map((name) => `${service}:${name}`), on: target };
};

const CODEBUILD = 'service authorization reference of CodeBuild, whose resource schemas name no handlers';

/** By type, after the SAM transform: a serverless function becomes the function and its settings for asynchronous invocation. Each action is
 *  one of the registry's handlers or stands under `beyond`; what the handlers name besides stands in left-out-actions.ts. A handler
 *  that reads returns every property, so that all its actions are granted, whatever the templates set. */
export const RESOURCE_CALLS: Readonly<Record<string, ResourceCalls>> = {
  'AWS::KMS::Key': {
    needs: [
      // What a fresh key needs comes before its tags count (KMS: tags may take five minutes).
      on('any', 'kms:CreateKey'),
      on('keys', 'kms:DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags', 'TagResource'),
      {
        actions: [
          'kms:DisableKey',
          'kms:DisableKeyRotation',
          'kms:EnableKey',
          'kms:PutKeyPolicy',
          'kms:ScheduleKeyDeletion',
          'kms:UntagResource',
          'kms:UpdateKeyDescription',
        ],
        on: 'keys',
        when: { tagged: true },
      },
    ],
  },
  'AWS::KMS::Alias': {
    // KMS asks for the right to the alias and to its key.
    needs: [
      on('any', 'kms:ListAliases'),
      on('alias', 'kms:CreateAlias UpdateAlias DeleteAlias'),
      on('keys', 'kms:CreateAlias'),
      { actions: ['kms:DeleteAlias', 'kms:UpdateAlias'], on: 'keys', when: { tagged: true } },
    ],
  },
  'AWS::S3::Bucket': {
    needs: [
      on(
        'bucket',
        's3:CreateBucket DeleteBucket GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac',
        'GetBucketCORS GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification',
        'GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPublicAccessBlock',
        'GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration',
        'GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration',
        'GetMetricsConfiguration GetReplicationConfiguration ListBucket ListTagsForResource',
        'PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning',
        'PutEncryptionConfiguration PutLifecycleConfiguration TagResource UntagResource',
      ),
    ],
  },
  'AWS::S3::BucketPolicy': {
    needs: [on('bucket', 's3:DeleteBucketPolicy GetBucketPolicy PutBucketPolicy')],
  },
  'AWS::DynamoDB::Table': {
    needs: [
      on(
        'table',
        'dynamodb:CreateTable DeleteTable DescribeContinuousBackups DescribeContributorInsights',
        'DescribeKinesisStreamingDestination DescribeTable DescribeTimeToLive GetResourcePolicy',
        'ListTagsOfResource TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive',
      ),
      {
        // DynamoDB takes a grant on the table's key.
        actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt'],
        on: 'keys',
        when: { through: 'dynamodb' },
      },
    ],
  },
  'AWS::Logs::LogGroup': {
    needs: [
      on('any', 'logs:DescribeResourcePolicies'),
      on('allLogGroups', 'logs:DescribeLogGroups'),
      on(
        'logGroups',
        'logs:AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeIndexPolicies',
        'GetDataProtectionPolicy ListTagsForResource PutLogGroupDeletionProtection',
        'PutRetentionPolicy TagResource UntagResource',
      ),
    ],
  },
  'AWS::SecretsManager::Secret': {
    beyond: {
      'kms:Decrypt GenerateDataKey': 'API reference of CreateSecret: a secret with a key of your own',
      'kms:Encrypt': 'API reference of UpdateSecret: the same',
    },
    needs: [
      {
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
        on: 'keys',
        when: { through: 'secretsmanager' },
      },
      on(
        'secrets',
        'secretsmanager:CreateSecret DeleteSecret DescribeSecret TagResource UntagResource',
        'UpdateSecret',
      ),
    ],
  },
  'AWS::SSM::Parameter': {
    needs: [
      on(
        'projectConfig',
        'ssm:AddTagsToResource DeleteParameter GetParameters ListTagsForResource PutParameter',
        'RemoveTagsFromResource',
      ),
    ],
  },
  'AWS::SQS::Queue': {
    needs: [
      on(
        'queues',
        'sqs:CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags',
        'SetQueueAttributes TagQueue UntagQueue',
      ),
    ],
  },
  'AWS::SQS::QueuePolicy': { needs: [on('queues', 'sqs:SetQueueAttributes')] },
  'AWS::IAM::Role': {
    needs: (['functionRoles', 'buildRole'] as const).map((target) =>
      on(
        target,
        'iam:CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy',
        'ListAttachedRolePolicies ListRolePolicies PutRolePolicy TagRole UntagRole',
        'UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription',
      ),
    ),
  },
  'AWS::Lambda::Function': {
    beyond: { 'lambda:ListTags': 'API reference of GetFunction, which leaves the tags out without it' },
    needs: [
      on(
        'functions',
        'lambda:CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction',
        'GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetFunctionScalingConfig',
        'GetRuntimeManagementConfig ListTags PutFunctionConcurrency PutFunctionRecursionConfig TagResource UntagResource',
        'UpdateFunctionCode UpdateFunctionConfiguration',
      ),
      // Lambda fetches the code from the bucket in the caller's name.
      on('files', 's3:GetObject'),
      { actions: ['kms:Decrypt'], on: 'keys', when: { through: 's3' } },
      { actions: ['iam:PassRole'], on: 'functionRoles', when: { passedTo: 'lambda.amazonaws.com' } },
    ],
  },
  'AWS::Lambda::EventInvokeConfig': {
    needs: [
      on(
        'functions',
        'lambda:DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig',
        'PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig',
      ),
    ],
  },
  'AWS::Lambda::Permission': {
    needs: [on('functions', 'lambda:AddPermission GetPolicy RemovePermission')],
  },
  'AWS::Events::Rule': {
    needs: [
      on(
        'rules',
        'events:DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets',
        'RemoveTargets TagResource UntagResource',
      ),
    ],
  },
  'AWS::CodeBuild::Project': {
    beyond: {
      'codebuild:BatchGetProjects CreateProject DeleteProject UpdateProject': CODEBUILD,
      'iam:PassRole': `${CODEBUILD}: the service role of a project is passed`,
    },
    needs: [
      on('project', 'codebuild:BatchGetProjects CreateProject DeleteProject UpdateProject'),
      { actions: ['iam:PassRole'], on: 'buildRole', when: { passedTo: 'codebuild.amazonaws.com' } },
    ],
  },
  'AWS::CodeBuild::ReportGroup': {
    beyond: { 'codebuild:BatchGetReportGroups CreateReportGroup DeleteReportGroup UpdateReportGroup': CODEBUILD },
    needs: [on('reports', 'codebuild:BatchGetReportGroups CreateReportGroup DeleteReportGroup UpdateReportGroup')],
  },
  'AWS::SNS::Topic': {
    needs: [
      on(
        'topic',
        'sns:CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes',
        'ListSubscriptionsByTopic ListTagsForResource SetTopicAttributes TagResource',
        'UntagResource',
      ),
    ],
  },
  'AWS::SNS::TopicPolicy': { needs: [on('topic', 'sns:SetTopicAttributes')] },
  'AWS::SNS::Subscription': {
    needs: [on('topic', 'sns:GetSubscriptionAttributes SetSubscriptionAttributes Subscribe Unsubscribe')],
  },
  'AWS::CloudWatch::Alarm': {
    needs: [
      on(
        'alarms',
        'cloudwatch:DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm',
        'TagResource UntagResource',
      ),
    ],
  },
  'AWS::CloudWatch::Dashboard': {
    needs: [
      on(
        'dashboard',
        'cloudwatch:DeleteDashboards GetDashboard ListTagsForResource PutDashboard TagResource UntagResource',
      ),
    ],
  },
};
