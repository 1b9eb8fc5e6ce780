import type { ConditionName, Intrinsic } from '../cfn/intrinsics.ts';
import { ifElse, pseudo } from '../cfn/intrinsics.ts';
import type { Grant } from '../cfn/policy.ts';
import { policyOf, trustOf } from '../cfn/policy.ts';
import type { Resource, Scope } from '../cfn/scope.ts';

export interface RoleDefinition {
  readonly service: 'lambda.amazonaws.com' | 'codebuild.amazonaws.com';
  readonly description: string;
  readonly grants: readonly Grant[];
  /** Findings of linters that are accepted: rule => reason. */
  readonly accept?: Readonly<Record<string, string>>;
  /** Further rights that only exist while a condition holds. */
  readonly conditional?: ReadonlyArray<{
    readonly when: ConditionName;
    readonly name: string;
    readonly grants: readonly Grant[];
  }>;
}

/** Metadata key under which a role tells why it has each right; docs/iam-permissions.md is made of it. */
export const REASONS = 'Reasons';

/** Adds a role with rights of its own: no managed policies, each right with its reason in the Metadata. */
export function addRole(scope: Scope, logicalId: string, role: RoleDefinition): Resource<'AWS::IAM::Role'> {
  const { service, description, grants, conditional = [], accept } = role;
  const all = [...grants, ...conditional.flatMap((part) => part.grants)];
  return scope.resource(logicalId, 'AWS::IAM::Role', {
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
        ...conditional.map((part) => conditionalPolicy(part)),
      ],
    },
  });
}

function conditionalPolicy({ when, name, grants }: { when: ConditionName; name: string; grants: readonly Grant[] }) {
  return ifElse(when, { PolicyName: name, PolicyDocument: policyOf(grants) }, pseudo.noValue) as Intrinsic & {
    PolicyName: string;
    PolicyDocument: object;
  };
}
