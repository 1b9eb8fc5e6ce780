import type { AwsCall, RoleId } from './aws-call.ts';
import { ROLE_IDS, viaService } from './aws-call.ts';
import { arnOf, type DeployedStacks } from './deployed-stacks.ts';

/** Calls that AWS itself or the buildspec makes with one of our roles, so that no code of ours can be recorded. */
export interface ServiceCalls {
  readonly roles: readonly RoleId[];
  readonly actions: readonly string[];
  /** Resources of the calls; by role where each has its own. */
  readonly on: readonly string[] | ((role: RoleId) => readonly string[]);
  readonly context?: Readonly<Record<string, string>>;
  readonly reason: string;
}

const FUNCTIONS = ['PollerRole', 'FinalizerRole'] as const;
const BUILD = ['BuildRole'] as const;

/** Returns all these calls for one environment. */
export function listServiceCalls(stacks: DeployedStacks): ServiceCalls[] {
  return [
    ...lambdaCalls(stacks),
    ...dataCalls(stacks),
    ...sourceCalls(stacks),
    ...buildServiceCalls(stacks),
    ...networkCalls(),
    ...imageCalls(),
  ];
}

function lambdaCalls(stacks: DeployedStacks): ServiceCalls[] {
  return [
    {
      roles: FUNCTIONS,
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      on: ['*'],
      reason: 'Lambda sends the traces of a function whose tracing is active.',
    },
    {
      roles: ['FinalizerRole'],
      actions: ['sqs:SendMessage'],
      on: [stacks.arn('Poller', 'FinalizerDeadLetters')],
      reason: 'Lambda keeps the event of an invocation that failed.',
    },
  ];
}

function dataCalls(stacks: DeployedStacks): ServiceCalls[] {
  const key = stacks.arn('Core', 'Key');
  return [
    {
      roles: ROLE_IDS,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: (role) => [stacks.arn('Core', LOG_GROUPS[role]).replace(/\*$/, 'log-stream:2030/01/01/one')],
      reason: 'Lambda and CodeBuild write what our code prints.',
    },
    {
      roles: ['FinalizerRole'],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      on: [key],
      context: viaService('sqs'),
      reason: 'SQS encrypts such a message on behalf of the sender, who needs both (SQS: key management).',
    },
    {
      roles: ROLE_IDS,
      actions: ['kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      on: [key],
      context: viaService('dynamodb'),
      reason: 'DynamoDB may request them on behalf of every user of a table with a customer managed key (its guide).',
    },
  ];
}

function sourceCalls(stacks: DeployedStacks): ServiceCalls[] {
  const key = stacks.arn('Core', 'Key');
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  const release = `${bucket}/releases/${'ab'.repeat(32)}/worker.zip`;
  return [
    {
      roles: BUILD,
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      on: [release],
      reason: 'CodeBuild fetches the source of the build, from a bucket with versions.',
    },
    {
      roles: BUILD,
      actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'],
      on: [bucket],
      reason: 'CodeBuild checks the bucket of the source before it fetches.',
    },
    {
      roles: BUILD,
      actions: ['s3:GetObject'],
      on: [`${bucket}/tools/kiro-cli/2.0.0/kirocli-x86_64-linux.zip`],
      reason: '`aws s3 cp` of the buildspec fetches a mirrored Kiro CLI.',
    },
    {
      roles: BUILD,
      actions: ['kms:Decrypt'],
      on: [key],
      context: viaService('s3'),
      reason: 'S3 decrypts what those two fetch.',
    },
  ];
}

function buildServiceCalls(stacks: DeployedStacks): ServiceCalls[] {
  const key = stacks.arn('Core', 'Key');
  return [
    {
      roles: BUILD,
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      on: [key],
      context: viaService('codebuild'),
      reason: 'CodeBuild may ask for them for a project that has an encryption key (CodeBuild: customer managed key).',
    },
    {
      roles: BUILD,
      actions: [
        'codebuild:CreateReportGroup',
        'codebuild:CreateReport',
        'codebuild:UpdateReport',
        'codebuild:BatchPutTestCases',
        'codebuild:BatchPutCodeCoverages',
      ],
      on: [stacks.arn('CodeBuild', 'TestReports'), stacks.arn('CodeBuild', 'CoverageReports')],
      reason: 'CodeBuild files what stands under `reports` of the buildspec.',
    },
  ];
}

function networkCalls(): ServiceCalls[] {
  const networkInterface = arnOf('ec2', 'network-interface/eni-0123456789abcdef0');
  return [
    {
      roles: BUILD,
      actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
      on: [networkInterface],
      reason: 'CodeBuild joins the network that was named, and leaves it.',
    },
    {
      roles: BUILD,
      actions: [
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      on: ['*'],
      reason: 'CodeBuild looks at that network first.',
    },
    {
      roles: BUILD,
      actions: ['ec2:CreateNetworkInterfacePermission'],
      on: [networkInterface],
      context: {
        'ec2:AuthorizedService': 'codebuild.amazonaws.com',
        'ec2:Vpc': arnOf('ec2', 'vpc/vpc-0123456789abcdef0'),
      },
      reason: 'CodeBuild attaches the interface to the container of the build.',
    },
  ];
}

function imageCalls(): ServiceCalls[] {
  return [
    {
      roles: BUILD,
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      on: [arnOf('ecr', 'repository/kiro-worker-image')],
      reason: 'CodeBuild pulls an image of your own.',
    },
    {
      roles: BUILD,
      actions: ['ecr:GetAuthorizationToken'],
      on: ['*'],
      reason: 'CodeBuild signs in to the registry of that image.',
    },
  ];
}

const LOG_GROUPS = {
  PollerRole: 'PollerLogGroup',
  FinalizerRole: 'FinalizerLogGroup',
  BuildRole: 'BuildLogGroup',
} as const;

/** Returns a row as single calls. */
export function callsIn({ roles, actions, on, context }: ServiceCalls): AwsCall[] {
  return roles.flatMap((role) =>
    actions.flatMap((action) =>
      (typeof on === 'function' ? on(role) : on).map((resource) => ({
        role,
        action,
        resource,
        ...(context === undefined ? {} : { context }),
      })),
    ),
  );
}
