import type { AwsCommand, KeyService, Need } from './rows.ts';
import type { Target } from './targets.ts';

/** A call that commands of people make to AWS, and what IAM must allow for it. */
export interface ToolCall {
  /** `service:Operation`, the service as requests are signed for it. */
  readonly call: string;
  /** Commands that make it. `pause` stands for resume too, `retry` for cancel and unlock. */
  readonly by: readonly AwsCommand[];
  readonly needs: readonly Need[];
}

const STACKS = ['deploy', 'diff', 'rollback', 'recover', 'destroy'] as const;
const CHANGING = ['deploy', 'rollback'] as const;
const LOCKS = ['status', 'logs', 'costs', 'retry', 'destroy'] as const;
const SETUP = ['doctor', 'verify', 'configure', 'board'] as const;
/** They open an environment that is deployed, known by its project configuration. */
const DEPLOYED = [...SETUP, 'pause', 'retry', 'redrive', 'status', 'logs', 'costs'] as const;
const EVERYBODY = [...DEPLOYED, ...STACKS, 'release', 'permissions'] as const;

const on = (target: Target, ...actions: string[]): Need => ({ actions, on: target });
/** The service asks the key in the name of the caller. */
const key = (through: KeyService, ...actions: string[]): Need => ({
  actions,
  on: 'keys',
  when: { through },
});
const row = (call: string, by: readonly AwsCommand[], ...needs: Need[]): ToolCall => ({ call, by, needs });
/** For calls whose action bears their name. */
const plain = (call: string, by: readonly AwsCommand[], target: Target, ...more: Need[]): ToolCall =>
  row(call, by, on(target, call), ...more);

const USES_LOCKS = key('dynamodb', 'kms:Decrypt');
const WRITES_FILES = key('s3', 'kms:Decrypt', 'kms:GenerateDataKey');

/** Every call of people's commands, with the actions of AWS's service authorization reference. */
export const TOOL_CALLS: readonly ToolCall[] = [
  // Allowed to everybody.
  row('sts:GetCallerIdentity', EVERYBODY),
  plain('iam:GetRole', ['permissions', 'doctor'], 'people'),
  plain('iam:SimulatePrincipalPolicy', ['permissions', 'doctor'], 'people'),

  plain('cloudformation:DescribeStacks', [...STACKS, 'status', 'verify'], 'stacks'),
  plain('cloudformation:GetTemplate', STACKS, 'stacks'),
  plain('cloudformation:ListStackResources', ['recover', 'destroy'], 'stacks'),
  plain('cloudformation:DescribeStackEvents', [...CHANGING, 'recover', 'destroy'], 'stacks'),
  // Stacks get tags; the functions are written for the SAM transform.
  plain(
    'cloudformation:CreateChangeSet',
    CHANGING,
    'stacks',
    on('stacks', 'cloudformation:TagResource'),
    on('transform', 'cloudformation:CreateChangeSet'),
  ),
  plain('cloudformation:DescribeChangeSet', CHANGING, 'stacks'),
  plain('cloudformation:ExecuteChangeSet', CHANGING, 'stacks'),
  plain('cloudformation:DeleteChangeSet', CHANGING, 'stacks'),
  plain('cloudformation:DeleteStack', ['recover', 'destroy'], 'stacks'),
  plain('cloudformation:RollbackStack', ['recover'], 'stacks'),
  plain('cloudformation:ContinueUpdateRollback', ['recover'], 'stacks'),
  plain('cloudformation:UpdateTerminationProtection', ['deploy', 'destroy'], 'stacks'),

  row('s3:HeadBucket', ['verify'], on('bucket', 's3:ListBucket')),
  // Without s3:ListBucket S3 says "forbidden", not "not found", of a file that is not there.
  row(
    's3:HeadObject',
    [...CHANGING, 'diff', 'release'],
    on('files', 's3:GetObject'),
    on('bucket', 's3:ListBucket'),
    key('s3', 'kms:Decrypt'),
  ),
  plain('s3:GetObject', ['rollback'], 'files', key('s3', 'kms:Decrypt')),
  plain('s3:PutObject', [...CHANGING, 'release'], 'files', WRITES_FILES),
  row('s3:ListObjectsV2', [...CHANGING, 'release'], on('bucket', 's3:ListBucket')),
  row('s3:ListBuckets', ['destroy'], on('any', 's3:ListAllMyBuckets')),
  plain('s3:GetBucketTagging', ['destroy'], 'bucket'),
  row('s3:GetBucketEncryption', ['destroy'], on('bucket', 's3:GetEncryptionConfiguration')),
  row('s3:ListObjectVersions', ['destroy'], on('bucket', 's3:ListBucketVersions')),
  row('s3:DeleteObjects', ['destroy'], on('files', 's3:DeleteObject', 's3:DeleteObjectVersion')),

  plain('ssm:GetParameter', EVERYBODY, 'projectConfig'),
  plain('ssm:GetParameter', ['status', 'verify', ...CHANGING, 'release', 'destroy'], 'release'),
  plain('ssm:GetParameter', ['status', 'pause', 'destroy'], 'paused'),
  plain('ssm:GetParameter', STACKS, 'deployment'),
  plain('ssm:PutParameter', ['configure'], 'projectConfig'),
  plain('ssm:PutParameter', [...CHANGING, 'release'], 'release'),
  plain('ssm:PutParameter', ['pause', 'destroy'], 'paused'),
  plain('ssm:PutParameter', STACKS, 'deployment'),
  plain('ssm:DeleteParameter', ['destroy'], 'release'),
  plain('ssm:DeleteParameter', ['pause', 'destroy'], 'paused'),
  plain('ssm:DeleteParameter', STACKS, 'deployment'),

  plain('secretsmanager:DescribeSecret', ['deploy', ...SETUP], 'secrets'),
  plain('secretsmanager:GetSecretValue', SETUP, 'secrets', key('secretsmanager', 'kms:Decrypt')),
  plain(
    'secretsmanager:PutSecretValue',
    ['configure'],
    'secrets',
    key('secretsmanager', 'kms:Decrypt', 'kms:GenerateDataKey'),
  ),
  plain('secretsmanager:UpdateSecretVersionStage', ['configure'], 'secrets'),

  plain('dynamodb:DescribeTable', ['verify', 'destroy'], 'table'),
  plain('dynamodb:UpdateTable', ['destroy'], 'table'),
  plain('dynamodb:GetItem', LOCKS, 'table', USES_LOCKS),
  plain('dynamodb:BatchGetItem', LOCKS, 'table', USES_LOCKS),
  plain('dynamodb:Query', LOCKS, 'heldLocks', USES_LOCKS),
  plain('dynamodb:Scan', LOCKS, 'table', USES_LOCKS),
  plain('dynamodb:UpdateItem', ['retry'], 'table', USES_LOCKS),
  // A transaction needs the rights to its parts; ours have updates alone.
  row('dynamodb:TransactWriteItems', ['retry'], on('table', 'dynamodb:UpdateItem'), USES_LOCKS),

  plain('codebuild:BatchGetProjects', [...CHANGING, 'release', 'verify'], 'project'),
  plain('codebuild:ListBuildsForProject', ['verify', 'status', 'logs', 'retry'], 'project'),
  plain('codebuild:BatchGetBuilds', ['status', 'logs', 'retry'], 'project'),
  plain('codebuild:StopBuild', ['retry'], 'project'),

  plain('lambda:GetFunctionConfiguration', [...CHANGING, 'release', 'verify'], 'functions'),
  row('lambda:Invoke', ['verify', 'redrive'], on('functions', 'lambda:InvokeFunction')),
  plain('logs:FilterLogEvents', ['status', 'logs', 'verify'], 'logGroups'),
  plain('logs:DescribeLogGroups', ['destroy'], 'allLogGroups'),
  plain('logs:PutLogGroupDeletionProtection', ['destroy'], 'logGroups'),

  plain('events:DescribeRule', ['verify'], 'rules'),
  row('monitoring:DescribeAlarms', ['status', 'verify'], on('alarms', 'cloudwatch:DescribeAlarms')),
  row('monitoring:GetMetricStatistics', ['status', 'costs'], on('any', 'cloudwatch:GetMetricStatistics')),
  plain('ce:GetCostAndUsage', ['costs'], 'any'),
  plain('sns:ListSubscriptionsByTopic', SETUP, 'topic'),
  plain('sns:Subscribe', ['configure'], 'topic'),
  plain('sqs:GetQueueUrl', ['status', 'verify', 'redrive'], 'queues'),
  plain('sqs:GetQueueAttributes', ['status', 'verify'], 'queues'),
  plain('sqs:ReceiveMessage', ['redrive'], 'queues', key('sqs', 'kms:Decrypt')),
  plain('sqs:DeleteMessage', ['redrive'], 'queues'),
  plain('sqs:ChangeMessageVisibility', ['redrive'], 'queues'),
];
