import {
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetBuildsCommand, BatchGetProjectsCommand, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import { BatchGetItemCommand, DescribeTableCommand, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { LOCK_TABLE } from '../../../core/lock.ts';
import type { operatorClients } from '../cli-clients.ts';

export type TrialClients = Omit<
  ReturnType<typeof operatorClients>,
  'costExplorer' | 'iam' | 'sts' | 'invokingLambda' | 'close'
>;

/** A call that changes nothing. */
export interface Trial {
  /** `arn` is of one resource, `name` its last part. */
  readonly send: (on: { readonly name: string; readonly arn: string }, clients: TrialClients) => Promise<unknown>;
  /** Name or text of the errors by which AWS says that it would have answered, if only there were such a thing. */
  readonly absent?: RegExp;
}

const NO_STACK = /^Stack .*does not exist$/;
const NOT_FOUND = /^ResourceNotFoundException$/;
/** A key that no lock has. */
const NO_LOCK = { [LOCK_TABLE.key]: { S: 'kiro-worker permissions' } };

/** By the action that a call needs. What changes something, hides a message, costs money or shows a secret is no trial. */
export const TRIALS: Readonly<Record<string, Trial>> = {
  'cloudformation:DescribeStacks': {
    send: async ({ name: StackName }, { cloudFormation }) =>
      (await cloudFormation()).send(new DescribeStacksCommand({ StackName })),
    absent: NO_STACK,
  },
  'cloudformation:GetTemplate': {
    send: async ({ name: StackName }, { cloudFormation }) =>
      (await cloudFormation()).send(new GetTemplateCommand({ StackName })),
    absent: NO_STACK,
  },
  'cloudformation:ListStackResources': {
    send: async ({ name: StackName }, { cloudFormation }) =>
      (await cloudFormation()).send(new ListStackResourcesCommand({ StackName })),
    absent: NO_STACK,
  },
  'cloudformation:DescribeStackEvents': {
    send: async ({ name: StackName }, { cloudFormation }) =>
      (await cloudFormation()).send(new DescribeStackEventsCommand({ StackName })),
    absent: NO_STACK,
  },
  's3:ListBucket': {
    send: async ({ name: Bucket }, { s3 }) => (await s3()).send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 })),
  },
  's3:ListBucketVersions': {
    send: async ({ name: Bucket }, { s3 }) => (await s3()).send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 })),
  },
  's3:GetBucketTagging': {
    send: async ({ name: Bucket }, { s3 }) => (await s3()).send(new GetBucketTaggingCommand({ Bucket })),
    absent: /^NoSuchTagSet$/,
  },
  's3:GetEncryptionConfiguration': {
    send: async ({ name: Bucket }, { s3 }) => (await s3()).send(new GetBucketEncryptionCommand({ Bucket })),
    absent: /^ServerSideEncryptionConfigurationNotFoundError$/,
  },
  's3:ListAllMyBuckets': {
    send: async (_, { s3 }) => (await s3()).send(new ListBucketsCommand({ MaxBuckets: 1 })),
  },
  'ssm:GetParameter': {
    send: async ({ arn }, { ssm }) =>
      (await ssm()).send(new GetParameterCommand({ Name: arn.slice(arn.indexOf(':parameter') + ':parameter'.length) })),
    absent: /^ParameterNotFound$/,
  },
  'secretsmanager:DescribeSecret': {
    send: async ({ name }, { secrets }) =>
      // The policy has a pattern for the end that AWS makes up.
      (await secrets()).send(new DescribeSecretCommand({ SecretId: name.replace(/-\?{6}$/, '') })),
    absent: NOT_FOUND,
  },
  'dynamodb:DescribeTable': {
    send: async ({ name: TableName }, { dynamo }) => (await dynamo()).send(new DescribeTableCommand({ TableName })),
    absent: NOT_FOUND,
  },
  'dynamodb:GetItem': {
    send: async ({ name: TableName }, { dynamo }) =>
      (await dynamo()).send(new GetItemCommand({ TableName, Key: NO_LOCK })),
    absent: NOT_FOUND,
  },
  'dynamodb:BatchGetItem': {
    send: async ({ name }, { dynamo }) =>
      (await dynamo()).send(new BatchGetItemCommand({ RequestItems: { [name]: { Keys: [NO_LOCK] } } })),
    absent: NOT_FOUND,
  },
  'dynamodb:Scan': {
    send: async ({ name: TableName }, { dynamo }) => (await dynamo()).send(new ScanCommand({ TableName, Limit: 1 })),
    absent: NOT_FOUND,
  },
  'codebuild:BatchGetProjects': {
    send: async ({ name }, { codeBuild }) => (await codeBuild()).send(new BatchGetProjectsCommand({ names: [name] })),
  },
  'codebuild:ListBuildsForProject': {
    send: async ({ name: projectName }, { codeBuild }) =>
      (await codeBuild()).send(new ListBuildsForProjectCommand({ projectName })),
    absent: NOT_FOUND,
  },
  'codebuild:BatchGetBuilds': {
    send: async ({ name }, { codeBuild }) =>
      (await codeBuild()).send(new BatchGetBuildsCommand({ ids: [`${name}:00000000-0000-0000-0000-000000000000`] })),
  },
  'lambda:GetFunctionConfiguration': {
    send: async ({ name: FunctionName }, { lambda }) =>
      (await lambda()).send(new GetFunctionConfigurationCommand({ FunctionName })),
    absent: NOT_FOUND,
  },
  'lambda:InvokeFunction': {
    send: async ({ name: FunctionName }, { lambda }) =>
      (await lambda()).send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' })),
    absent: NOT_FOUND,
  },
  'logs:FilterLogEvents': {
    send: async ({ name: logGroupName }, { logs }) =>
      (await logs()).send(new FilterLogEventsCommand({ logGroupName, limit: 1 })),
    absent: NOT_FOUND,
  },
  'logs:DescribeLogGroups': {
    send: async (_, { logs }) => (await logs()).send(new DescribeLogGroupsCommand({ limit: 1 })),
  },
  'events:DescribeRule': {
    send: async ({ name: Name }, { events }) => (await events()).send(new DescribeRuleCommand({ Name })),
    absent: NOT_FOUND,
  },
  'cloudwatch:DescribeAlarms': {
    send: async ({ name }, { cloudWatch }) =>
      (await cloudWatch()).send(new DescribeAlarmsCommand({ AlarmNames: [name.replace('*', 'none')] })),
  },
  'cloudwatch:DescribeAlarmHistory': {
    send: async ({ name }, { cloudWatch }) =>
      (await cloudWatch()).send(
        new DescribeAlarmHistoryCommand({ AlarmName: name.replace('*', 'none'), MaxRecords: 1 }),
      ),
    absent: NOT_FOUND,
  },
  'cloudwatch:GetMetricStatistics': {
    send: async (_, { cloudWatch }) =>
      (await cloudWatch()).send(
        new GetMetricStatisticsCommand({
          ...{ Namespace: 'KiroWorker', MetricName: 'Permissions', Period: 60, Statistics: ['Sum'] },
          ...{ StartTime: new Date(Date.now() - 60_000), EndTime: new Date() },
        }),
      ),
  },
  'sns:ListSubscriptionsByTopic': {
    send: async ({ arn: TopicArn }, { sns }) => (await sns()).send(new ListSubscriptionsByTopicCommand({ TopicArn })),
    absent: /^NotFound(?:Exception)?$/,
  },
  'sqs:GetQueueUrl': {
    send: async ({ name: QueueName }, { sqs }) => (await sqs()).send(new GetQueueUrlCommand({ QueueName })),
    absent: /^QueueDoesNotExist$/,
  },
};
