import type { ConditionName } from '../cfn/intrinsics.ts';
import { onlyIf, pseudo } from '../cfn/intrinsics.ts';
import type { Grant } from '../cfn/policy.ts';
import { policyOf, trustOf } from '../cfn/policy.ts';
import type { Resource, Scope } from '../cfn/scope.ts';

export interface RoleDefinition {
  readonly logicalId: string;
  readonly service: 'lambda.amazonaws.com' | 'codebuild.amazonaws.com';
  readonly description: string;
  readonly grants: readonly Grant[];
  /** Linter findings accepted here: rule => reason. */
  readonly accept?: Readonly<Record<string, string>>;
  /** Permissions that exist only while a condition holds. */
  readonly conditional?: ReadonlyArray<{
    readonly when: ConditionName;
    readonly name: string;
    readonly grants: readonly Grant[];
  }>;
}

/** Metadata key of a role: statement id => why the role has it. docs/iam-permissions.md shows these reasons. */
export const REASONS = 'Reasons';

/** Adds a role with inline policies only, and the reason for each statement in its Metadata. */
export function addRole(scope: Scope, role: RoleDefinition): Resource<'AWS::IAM::Role'> {
  const { logicalId, service, description, grants, conditional = [], accept } = role;
  const all = [...grants, ...conditional.flatMap((part) => part.grants)];
  return scope.resource(logicalId, {
    type: 'AWS::IAM::Role',
    metadata: {
      [REASONS]: Object.fromEntries(
        all.map(({ sid, why, wildcardBecause }) => [
          sid,
          wildcardBecause === undefined ? why : `${why}; resource "*": ${wildcardBecause}`,
        ]),
      ),
    },
    ...(accept === undefined ? {} : { accept }),
    properties: {
      Description: description,
      AssumeRolePolicyDocument: trustOf(service, service === 'codebuild.amazonaws.com' ? pseudo.accountId : undefined),
      Policies: [
        { PolicyName: 'own', PolicyDocument: policyOf(grants) },
        ...conditional.map(({ when, name, grants: granted }) =>
          onlyIf(when, { PolicyName: name, PolicyDocument: policyOf(granted) }),
        ),
      ],
    },
  });
}
