import type { Need } from './rows.ts';
import type { Target } from './targets.ts';

/** What CloudFormation does in the name of whoever deploys, to create, read, update and delete a resource as our templates write it. */
interface ResourceCalls {
  readonly source: string;
  readonly needs: readonly Need[];
}

/** `sqs:CreateQueue DeleteQueue`: actions of one service. */
const on = (target: Target, ...lines: string[]): Need => {
  const [service = '', ...rest] = lines.join(' ').split(/[: ]/);
  return { actions: rest.map((name) => `${service}:${name}`), on: target };
};

/** `aws cloudformation describe-type --type RESOURCE --type-name <type>` prints it; left out is what needs properties that our
 *  templates do not have. */
const SCHEMA = 'permissions of the handlers in the resource schema of the CloudFormation registry';
const REFERENCE = 'service authorization reference (the resource schema names no handlers)';

/** By type, after the SAM transform: a serverless function becomes the function and its settings for asynchronous invocation. */
export const RESOURCE_CALLS: Readonly<Record<string, ResourceCalls>> = {
  'AWS::KMS::Key': {
    source: `${SCHEMA}; what a fresh key needs comes before its tags count (KMS: tags may take five minutes)`,
    needs: [
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
    source: `${SCHEMA}; KMS asks for the right to the alias and to its key`,
    needs: [
      on('any', 'kms:ListAliases'),
      on('alias', 'kms:CreateAlias UpdateAlias DeleteAlias'),
      on('keys', 'kms:CreateAlias'),
      { actions: ['kms:DeleteAlias', 'kms:UpdateAlias'], on: 'keys', when: { tagged: true } },
    ],
  },
  'AWS::S3::Bucket': {
    source: SCHEMA,
    needs: [
      on(
        'bucket',
        's3:CreateBucket DeleteBucket GetBucketOwnershipControls GetBucketPublicAccessBlock',
        'GetBucketTagging GetBucketVersioning GetEncryptionConfiguration',
        'GetLifecycleConfiguration ListBucket PutBucketOwnershipControls',
        'PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning',
        'PutEncryptionConfiguration PutLifecycleConfiguration',
      ),
    ],
  },
  'AWS::S3::BucketPolicy': {
    source: SCHEMA,
    needs: [on('bucket', 's3:DeleteBucketPolicy GetBucketPolicy PutBucketPolicy')],
  },
  'AWS::DynamoDB::Table': {
    source: `${SCHEMA}; DynamoDB takes a grant on the table's key (its guide, "Encryption at rest")`,
    needs: [
      on(
        'table',
        'dynamodb:CreateTable DeleteTable DescribeContinuousBackups',
        'DescribeContributorInsights DescribeTable DescribeTimeToLive ListTagsOfResource',
        'TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive',
      ),
      { actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey'], on: 'keys', when: { through: 'dynamodb' } },
    ],
  },
  'AWS::Logs::LogGroup': {
    source: `${SCHEMA}; the property DeletionProtectionEnabled has a call of its own`,
    needs: [
      on('allLogGroups', 'logs:DescribeLogGroups'),
      on(
        'logGroups',
        'logs:AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy',
        'GetDataProtectionPolicy ListTagsForResource PutLogGroupDeletionProtection',
        'PutRetentionPolicy TagResource UntagResource',
      ),
    ],
  },
  'AWS::SecretsManager::Secret': {
    source: `${SCHEMA}; no value is read or written, since the templates give none`,
    needs: [
      on(
        'secrets',
        'secretsmanager:CreateSecret DeleteSecret DescribeSecret TagResource UntagResource',
        'UpdateSecret',
      ),
    ],
  },
  'AWS::SSM::Parameter': {
    source: SCHEMA,
    needs: [
      on(
        'projectConfig',
        'ssm:AddTagsToResource DeleteParameter GetParameters ListTagsForResource PutParameter',
        'RemoveTagsFromResource',
      ),
    ],
  },
  'AWS::SQS::Queue': {
    source: SCHEMA,
    needs: [
      on(
        'queues',
        'sqs:CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags',
        'SetQueueAttributes TagQueue UntagQueue',
      ),
    ],
  },
  'AWS::SQS::QueuePolicy': { source: SCHEMA, needs: [on('queues', 'sqs:SetQueueAttributes')] },
  'AWS::IAM::Role': {
    source: SCHEMA,
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
    source: `${SCHEMA}; Lambda fetches the code from the bucket in the caller's name`,
    needs: [
      on(
        'functions',
        'lambda:CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction',
        'GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetRuntimeManagementConfig',
        'ListTags PutFunctionConcurrency PutFunctionRecursionConfig TagResource UntagResource',
        'UpdateFunctionCode UpdateFunctionConfiguration',
      ),
      on('files', 's3:GetObject'),
      { actions: ['kms:Decrypt'], on: 'keys', when: { through: 's3' } },
      { actions: ['iam:PassRole'], on: 'functionRoles', when: { passedTo: 'lambda.amazonaws.com' } },
    ],
  },
  'AWS::Lambda::EventInvokeConfig': {
    source: SCHEMA,
    needs: [
      on(
        'functions',
        'lambda:DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig',
        'PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig',
      ),
    ],
  },
  'AWS::Lambda::Permission': {
    source: SCHEMA,
    needs: [on('functions', 'lambda:AddPermission GetPolicy RemovePermission')],
  },
  'AWS::Events::Rule': {
    source: SCHEMA,
    needs: [
      on(
        'rules',
        'events:DeleteRule DescribeRule DisableRule EnableRule ListTagsForResource',
        'ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource',
      ),
    ],
  },
  'AWS::CodeBuild::Project': {
    source: REFERENCE,
    needs: [
      on('project', 'codebuild:BatchGetProjects CreateProject DeleteProject UpdateProject'),
      { actions: ['iam:PassRole'], on: 'buildRole', when: { passedTo: 'codebuild.amazonaws.com' } },
    ],
  },
  'AWS::CodeBuild::ReportGroup': {
    source: REFERENCE,
    needs: [on('reports', 'codebuild:BatchGetReportGroups CreateReportGroup DeleteReportGroup UpdateReportGroup')],
  },
  'AWS::SNS::Topic': {
    source: SCHEMA,
    needs: [
      on(
        'topic',
        'sns:CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes',
        'ListSubscriptionsByTopic ListTagsForResource SetTopicAttributes TagResource',
        'UntagResource',
      ),
    ],
  },
  'AWS::SNS::TopicPolicy': { source: SCHEMA, needs: [on('topic', 'sns:SetTopicAttributes')] },
  'AWS::SNS::Subscription': {
    source: SCHEMA,
    needs: [on('topic', 'sns:GetSubscriptionAttributes SetSubscriptionAttributes Subscribe Unsubscribe')],
  },
  'AWS::CloudWatch::Alarm': {
    source: SCHEMA,
    needs: [
      on(
        'alarms',
        'cloudwatch:DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm',
        'TagResource UntagResource',
      ),
    ],
  },
  'AWS::CloudWatch::Dashboard': {
    source: SCHEMA,
    needs: [on('dashboard', 'cloudwatch:DeleteDashboards GetDashboard PutDashboard')],
  },
};
