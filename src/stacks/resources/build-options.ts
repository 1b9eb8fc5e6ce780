import type { ConditionName, Intrinsic } from '../cfn/intrinsics.ts';
import { equals, not, pseudo, split, sub } from '../cfn/intrinsics.ts';
import type { Scope } from '../cfn/scope.ts';
import { addAgentKeyChoice } from './agent-key.ts';

/** What the deployer may choose for builds; the committed templates leave all of it open. */
export interface BuildOptions {
  readonly vpc: {
    readonly used: ConditionName;
    readonly vpcId: Intrinsic;
    readonly subnetIds: Intrinsic;
    readonly securityGroupIds: Intrinsic;
  };
  readonly ownImage: { readonly used: ConditionName; readonly uri: Intrinsic; readonly repository: Intrinsic };
  readonly kiro: {
    readonly mirrored: ConditionName;
    readonly version: Intrinsic;
    readonly sha256: Intrinsic;
    readonly path: Intrinsic;
  };
  /** Another agent's program. */
  readonly agent: {
    readonly hasKey: ConditionName;
    readonly archived: ConditionName;
    readonly archive: Intrinsic;
    readonly sha256: Intrinsic;
  };
}

/** Adds the parameters and conditions of these options. */
export function addBuildOptions(scope: Scope): BuildOptions {
  const text = (name: string, definition: { Description: string; Default?: string; AllowedPattern?: string }) =>
    scope.parameter(name, { Type: 'String', Default: '', ...definition });
  const vpcId = text('VpcId', { Description: 'VPC for the builds; empty: no VPC of your own' });
  const repository = text('BuildImageRepository', {
    Description: 'ECR repository of a build image that contains the Kiro CLI; empty: the AWS image',
  });
  const tag = text('BuildImageTag', { Description: 'Tag of that image', Default: 'latest' });
  const version = text('KiroCliVersion', {
    Description: 'Version of the Kiro CLI mirrored under tools/ in the bucket; empty: not mirrored',
  });
  const archive = text('AgentArchive', {
    Description: 'Archive of another agent than Kiro, below tools/ in the bucket; empty: none is fetched',
    AllowedPattern: '^([A-Za-z0-9][A-Za-z0-9._/-]*[.](zip|tgz|tar[.]gz))?$',
  });
  return {
    vpc: {
      used: scope.condition('UsesVpc', not(equals(vpcId, ''))),
      vpcId,
      subnetIds: split(
        ',',
        text('SubnetIds', { Description: 'Subnets of that VPC with internet access, comma-separated' }),
      ),
      securityGroupIds: split(
        ',',
        text('SecurityGroupIds', { Description: 'Security groups of the builds in that VPC, comma-separated' }),
      ),
    },
    ownImage: {
      used: scope.condition('UsesOwnImage', not(equals(repository, ''))),
      uri: sub`${pseudo.accountId}.dkr.ecr.${pseudo.region}.${pseudo.urlSuffix}/${repository}:${tag}`,
      repository,
    },
    kiro: {
      mirrored: scope.condition('UsesMirroredKiro', not(equals(version, ''))),
      version,
      sha256: text('KiroCliSha256', {
        Description: 'SHA-256 of that mirrored archive',
        AllowedPattern: '^([0-9a-f]{64})?$',
      }),
      path: text('KiroCliPath', {
        Description: 'Path of the Kiro CLI in your own build image',
        Default: '/usr/local/bin/kiro-cli',
      }),
    },
    agent: {
      hasKey: addAgentKeyChoice(scope),
      archived: scope.condition('UsesAgentArchive', not(equals(archive, ''))),
      archive,
      sha256: text('AgentArchiveSha256', {
        Description: 'SHA-256 of that archive',
        AllowedPattern: '^([0-9a-f]{64})?$',
      }),
    },
  };
}
