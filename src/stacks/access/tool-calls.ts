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
/** A stack that `recover` has deleted is deployed again. */
const CHANGING = ['deploy', 'rollback', 'recover'] as const;
/** One at a time. */
const CLAIMING = [...CHANGING, 'destroy'] as const;
const SETUP = ['doctor', 'verify', 'configure', 'board'] as const;
/** They open an environment that is deployed, known by its project configuration. */
const DEPLOYED = [...SETUP, 'pause', 'retry', 'redrive', 'status', 'logs', 'costs'] as const;

/** Without actions: the one that bears the name of the call. */
const on = (target: Target, ...actions: string[]): Need => ({ actions, on: target });
/** The service asks the key in the name of the caller. */
const key = (through: KeyService, ...actions: string[]): Need => ({
  actions,
  on: 'keys',
  when: { through },
});

const USES_LOCKS = key('dynamodb', 'kms:Decrypt');
const WRITES_FILES = key('s3', 'kms:Decrypt', 'kms:GenerateDataKey');

/** Call, commands, needs: with the actions of AWS's service authorization reference. */
const ROWS: ReadonlyArray<readonly [string, readonly AwsCommand[], ...Need[]]> = [
  // Allowed to everybody.
  ['sts:GetCallerIdentity', [...SETUP, ...STACKS, 'permissions']],
  ['iam:GetRole', ['permissions', 'doctor'], on('people')],
  ['iam:SimulatePrincipalPolicy', ['permissions', 'doctor'], on('people')],

  ['cloudformation:DescribeStacks', [...STACKS, 'status', 'verify'], on('stacks')],
  ['cloudformation:GetTemplate', STACKS, on('stacks')],
  ['cloudformation:ListStackResources', ['destroy'], on('stacks')],
  ['cloudformation:DescribeStackEvents', CLAIMING, on('stacks')],
  // Stacks get tags; the functions are written for the SAM transform.
  [
    'cloudformation:CreateChangeSet',
    CHANGING,
    on('stacks'),
    on('stacks', 'cloudformation:TagResource'),
    on('transform', 'cloudformation:CreateChangeSet'),
  ],
  ['cloudformation:DescribeChangeSet', CHANGING, on('stacks')],
  ['cloudformation:ExecuteChangeSet', CHANGING, on('stacks')],
  ['cloudformation:DeleteChangeSet', CHANGING, on('stacks')],
  ['cloudformation:DeleteStack', ['recover', 'destroy'], on('stacks')],
  ['cloudformation:RollbackStack', ['recover'], on('stacks')],
  ['cloudformation:ContinueUpdateRollback', ['recover'], on('stacks')],
  ['cloudformation:UpdateTerminationProtection', ['deploy', 'recover', 'destroy'], on('stacks')],

  ['s3:HeadBucket', ['verify'], on('bucket', 's3:ListBucket')],
  // Without s3:ListBucket S3 says "forbidden", not "not found", of a file that is not there.
  [
    's3:HeadObject',
    [...CHANGING, 'release'],
    on('files', 's3:GetObject'),
    on('bucket', 's3:ListBucket'),
    key('s3', 'kms:Decrypt'),
  ],
  ['s3:GetObject', [...CHANGING, 'verify'], on('files'), key('s3', 'kms:Decrypt')],
  ['s3:PutObject', ['deploy', 'recover', 'release'], on('files'), WRITES_FILES],
  ['s3:ListObjectsV2', [...CHANGING, 'release'], on('bucket', 's3:ListBucket')],
  ['s3:ListBuckets', ['destroy'], on('any', 's3:ListAllMyBuckets')],
  ['s3:GetBucketTagging', ['destroy'], on('bucket')],
  ['s3:GetBucketEncryption', ['destroy'], on('bucket', 's3:GetEncryptionConfiguration')],
  ['s3:ListObjectVersions', ['destroy'], on('bucket', 's3:ListBucketVersions')],
  ['s3:DeleteObjects', ['destroy'], on('files', 's3:DeleteObject', 's3:DeleteObjectVersion')],

  // A deployment says which secrets of the configured agent are empty.
  ['ssm:GetParameter', [...DEPLOYED, 'deploy', 'recover'], on('projectConfig')],
  ['ssm:GetParameter', ['status', 'verify', ...CHANGING, 'diff', 'release', 'destroy'], on('release')],
  ['ssm:GetParameter', ['status', 'pause', 'destroy'], on('paused')],
  ['ssm:GetParameter', CLAIMING, on('deployment')],
  ['ssm:PutParameter', ['configure'], on('projectConfig')],
  ['ssm:PutParameter', [...CHANGING, 'release'], on('release')],
  ['ssm:PutParameter', ['pause', 'destroy'], on('paused')],
  ['ssm:PutParameter', CLAIMING, on('deployment')],
  ['ssm:DeleteParameter', ['destroy'], on('release')],
  ['ssm:DeleteParameter', ['pause', 'destroy'], on('paused')],
  ['ssm:DeleteParameter', CLAIMING, on('deployment')],

  ['secretsmanager:DescribeSecret', ['deploy', 'recover', 'doctor', 'verify', 'configure'], on('secrets')],
  ['secretsmanager:GetSecretValue', SETUP, on('secrets'), key('secretsmanager', 'kms:Decrypt')],
  [
    'secretsmanager:PutSecretValue',
    ['configure'],
    on('secrets'),
    key('secretsmanager', 'kms:Decrypt', 'kms:GenerateDataKey'),
  ],
  ['secretsmanager:UpdateSecretVersionStage', ['configure'], on('secrets')],

  ['dynamodb:DescribeTable', ['verify', 'destroy'], on('table')],
  ['dynamodb:UpdateTable', ['destroy'], on('table')],
  ['dynamodb:GetItem', ['doctor', 'status', 'retry'], on('table'), USES_LOCKS],
  ['dynamodb:BatchGetItem', ['status', 'costs', 'destroy'], on('table'), USES_LOCKS],
  ['dynamodb:Query', ['status', 'destroy'], on('heldLocks'), USES_LOCKS],
  ['dynamodb:Scan', ['logs', 'costs', 'retry'], on('table'), USES_LOCKS],
  ['dynamodb:UpdateItem', ['retry'], on('table'), USES_LOCKS],
  // A transaction needs the rights to its parts; ours have updates alone.
  ['dynamodb:TransactWriteItems', ['retry'], on('table', 'dynamodb:UpdateItem'), USES_LOCKS],

  ['codebuild:BatchGetProjects', ['release', 'verify'], on('project')],
  ['codebuild:ListBuildsForProject', ['verify', 'retry'], on('project')],
  ['codebuild:BatchGetBuilds', ['status', 'logs', 'retry', 'verify'], on('project')],
  ['codebuild:StartBuild', ['verify'], on('project')],
  ['codebuild:StopBuild', ['retry', 'verify'], on('project')],

  ['lambda:GetFunctionConfiguration', [...CHANGING, 'release', 'verify'], on('functions')],
  ['lambda:Invoke', ['verify', 'redrive'], on('functions', 'lambda:InvokeFunction')],
  ['logs:FilterLogEvents', ['status', 'logs', 'verify'], on('logGroups')],
  ['logs:DescribeLogGroups', ['destroy'], on('allLogGroups')],
  ['logs:PutLogGroupDeletionProtection', ['destroy'], on('logGroups')],

  ['events:DescribeRule', ['verify'], on('rules')],
  ['monitoring:DescribeAlarms', ['status', 'verify'], on('alarms', 'cloudwatch:DescribeAlarms')],
  ['monitoring:GetMetricStatistics', ['status', 'costs'], on('any', 'cloudwatch:GetMetricStatistics')],
  ['monitoring:SetAlarmState', ['verify'], on('alarms', 'cloudwatch:SetAlarmState')],
  ['monitoring:DescribeAlarmHistory', ['verify'], on('alarms', 'cloudwatch:DescribeAlarmHistory')],
  ['monitoring:GetMetricData', ['verify'], on('any', 'cloudwatch:GetMetricData')],
  ['ce:GetCostAndUsage', ['costs'], on('any')],
  ['sns:ListSubscriptionsByTopic', ['verify', 'configure'], on('topic')],
  ['sns:Subscribe', ['configure'], on('topic')],
  ['sqs:GetQueueUrl', ['status', 'verify', 'redrive'], on('queues')],
  ['sqs:GetQueueAttributes', ['status', 'verify'], on('queues')],
  ['sqs:ReceiveMessage', ['redrive'], on('queues'), key('sqs', 'kms:Decrypt')],
  ['sqs:DeleteMessage', ['redrive'], on('queues')],
  ['sqs:ChangeMessageVisibility', ['redrive'], on('queues')],
];

/** Every call of people's commands. */
export const TOOL_CALLS: readonly ToolCall[] = ROWS.map(([call, by, ...needs]) => ({
  call,
  by,
  needs: needs.map((need) => (need.actions.length === 0 ? { ...need, actions: [call] } : need)),
}));
