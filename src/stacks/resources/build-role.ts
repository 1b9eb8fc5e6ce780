import { CODE_PREFIXES } from '../../core/names.ts';
import type { Intrinsic, Value } from '../cfn/intrinsics.ts';
import { pseudo, sub } from '../cfn/intrinsics.ts';
import type { Grant } from '../cfn/policy.ts';
import type { Resource, Scope } from '../cfn/scope.ts';
import type { CoreOutputs } from '../core.ts';
import type { SecretsOutputs } from '../secrets.ts';
import { nameOf } from '../stack-names.ts';
import type { BuildOptions } from './build-options.ts';
import { arnOf, changeLocks, readParameters, readSecrets, useKey, writeLogs } from './grants.ts';
import { addRole } from './role.ts';

interface Inputs {
  readonly core: CoreOutputs;
  readonly secrets: SecretsOutputs;
  readonly options: BuildOptions;
}

/** Adds the role of the worker process; processes that run branch content never get its credentials. */
export function addBuildRole(scope: Scope, { core, secrets, options }: Inputs): Resource<'AWS::IAM::Role'> {
  const { vpc, ownImage, agent } = options;
  return addRole(scope, {
    logicalId: 'BuildRole',
    service: 'codebuild.amazonaws.com',
    description: 'What a build of the Kiro worker may do',
    accept: {
      CKV_AWS_111:
        'Only while a network of your own is named: CodeBuild joins it by interfaces whose ids nobody knows before.',
    },
    grants: [
      writeLogs(core.BuildLogGroupName),
      changeLocks(core.LocksTableName),
      readSecrets(
        [secrets.GitHubTokenSecretArn, secrets.GitCredentialsSecretArn, secrets.KiroApiKeySecretArn],
        'pull request and card, git over HTTPS, and the agent',
      ),
      readParameters([secrets.GitHubProjectConfigParameterName], 'reads which board the card is on'),
      ...fileGrants(scope, core.ArtifactsBucketName),
      writeReports(),
      ...useKey(core.KmsKeyArn, ['codebuild', 'dynamodb', 's3', 'secretsmanager']),
    ],
    conditional: [
      { when: vpc.used, name: 'network', grants: networkGrants(vpc) },
      { when: ownImage.used, name: 'image', grants: imageGrants(ownImage.repository) },
      { when: agent.hasKey, name: 'agent-key', grants: [readAgentKey()] },
    ],
  });
}

/** By its name: an import of what only some environments export would refuse all others. Secrets Manager puts six characters behind it. */
function readAgentKey(): Grant {
  const why = 'the key of an agent other than Kiro, only where agentKey is set';
  const arn = arnOf('secretsmanager', sub`secret:${nameOf('agentKeySecret')}-??????`);
  return { sid: 'ReadAgentKey', actions: ['secretsmanager:GetSecretValue'], resources: [arn], why };
}

function fileGrants(scope: Scope, bucketName: Value<string>): Grant[] {
  const bucket = sub`arn:${pseudo.partition}:s3:::${bucketName}`;
  const filesBelow = (prefix: string) => sub`${bucket}/${prefix}*`;
  const { releases, ...otherPrefixes } = CODE_PREFIXES;
  return [
    {
      sid: 'ReadRelease',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [filesBelow(releases)],
      why: 'CodeBuild fetches the release of the worker, the source of the build',
    },
    {
      sid: 'ReadTools',
      actions: ['s3:GetObject'],
      resources: [filesBelow(CODE_PREFIXES.tools)],
      why: 'fetches a Kiro CLI, or another agent, that was put there',
    },
    {
      sid: 'LocateBucket',
      actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'],
      resources: [bucket],
      why: 'CodeBuild checks the bucket of its source before it downloads',
    },
    {
      sid: 'StoreRunFiles',
      actions: ['s3:PutObject'],
      resources: [sub`${bucket}/${scope.environment}/*`],
      why: 'stores log, reports and difference of the run; it can neither read nor delete those of others',
    },
    {
      sid: 'NeverChangeCode',
      effect: 'Deny',
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      resources: [filesBelow(releases), ...Object.values(otherPrefixes).map(filesBelow)],
      why: 'a build can never change what later builds run, whatever else it is granted',
    },
  ];
}

function writeReports(): Grant {
  return {
    sid: 'WriteReports',
    actions: [
      // CodeBuild asks for it wherever a buildspec names its groups instead of their ARNs, also when they exist.
      'codebuild:CreateReportGroup',
      'codebuild:CreateReport',
      'codebuild:UpdateReport',
      'codebuild:BatchPutTestCases',
      'codebuild:BatchPutCodeCoverages',
    ],
    resources: [
      arnOf('codebuild', sub`report-group/${nameOf('testReports')}`),
      arnOf('codebuild', sub`report-group/${nameOf('coverageReports')}`),
    ],
    why: 'CodeBuild files the test and coverage reports of the run',
  };
}

function networkGrants({ vpcId }: BuildOptions['vpc']): Grant[] {
  return [
    {
      sid: 'JoinNetwork',
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      resources: ['*'],
      why: 'CodeBuild joins the network that vpc names, only where one is named',
      wildcardBecause: 'CodeBuild makes interfaces whose ids nobody knows before; EC2 describes only with "*".',
    },
    {
      sid: 'HandInterfaceToCodeBuild',
      actions: ['ec2:CreateNetworkInterfacePermission'],
      resources: [arnOf('ec2', 'network-interface/*')],
      conditions: {
        StringEquals: { 'ec2:AuthorizedService': 'codebuild.amazonaws.com' },
        ArnEquals: { 'ec2:Vpc': arnOf('ec2', sub`vpc/${vpcId}`) },
      },
      why: 'CodeBuild uses that interface, only in the network that vpc names',
      wildcardBecause:
        'CodeBuild makes interfaces whose ids nobody knows before; the conditions bind them to that network.',
    },
  ];
}

function imageGrants(repository: Intrinsic): Grant[] {
  return [
    {
      sid: 'PullImage',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [arnOf('ecr', sub`repository/${repository}`)],
      why: 'CodeBuild pulls the image that ownBuildImage names, only where one is named',
    },
    {
      sid: 'SignInToRegistry',
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
      why: 'CodeBuild signs in to the registry of that image',
      wildcardBecause: 'ECR hands out one token for all registries of the account.',
    },
  ];
}
