import type { ConditionName, Intrinsic } from '../cfn/intrinsics.ts';
import { equals, not, pseudo, split, sub } from '../cfn/intrinsics.ts';
import type { Scope } from '../cfn/scope.ts';

/** What may be chosen when somebody deploys: nothing of it is known to the repository. */
export interface BuildChoices {
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
}

/** Adds the parameters and conditions of these choices. */
export function addBuildChoices(scope: Scope): BuildChoices {
  const text = (name: string, description: string, extra: { Default?: string; AllowedPattern?: string } = {}) =>
    scope.parameter(name, { Type: 'String', Description: description, Default: '', ...extra });
  const vpcId = text('VpcId', 'Network for the builds; empty: none of your own');
  const repository = text(
    'BuildImageRepository',
    'ECR repository of an image that brings the Kiro CLI; empty: the image of AWS',
  );
  const tag = text('BuildImageTag', 'Tag of that image', { Default: 'latest' });
  const version = text('KiroCliVersion', 'Version of the Kiro CLI mirrored to tools/ of the bucket; empty: none');
  return {
    vpc: {
      used: scope.condition('UsesVpc', not(equals(vpcId, ''))),
      vpcId,
      subnetIds: split(',', text('SubnetIds', 'Subnets of that network, with a way to the internet, comma-separated')),
      securityGroupIds: split(',', text('SecurityGroupIds', 'Security groups of the builds there, comma-separated')),
    },
    ownImage: {
      used: scope.condition('UsesOwnImage', not(equals(repository, ''))),
      uri: sub`${pseudo.accountId}.dkr.ecr.${pseudo.region}.${pseudo.urlSuffix}/${repository}:${tag}`,
      repository,
    },
    kiro: {
      mirrored: scope.condition('UsesMirroredKiro', not(equals(version, ''))),
      version,
      sha256: text('KiroCliSha256', 'SHA-256 of that mirrored archive', { AllowedPattern: '^([0-9a-f]{64})?$' }),
      path: text('KiroCliPath', 'Path of the Kiro CLI in an image of your own', { Default: '/usr/local/bin/kiro-cli' }),
    },
  };
}
