import type { StackId } from '../../../../src/stacks/stack-names.ts';
import type { RoleId } from './aws-call.ts';
import type { DeployedStacks, PolicyDocument, Statement } from './deployed-stacks.ts';

const STACKS_OF: Readonly<Record<RoleId, StackId>> = {
  PollerRole: 'Poller',
  FinalizerRole: 'Poller',
  BuildRole: 'CodeBuild',
};

/** The smallest part of a role's permissions: one action on one resource, through one service where a statement names several. */
export interface RoleGrant {
  readonly role: RoleId;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resource: string;
  readonly condition: Statement['Condition'];
}

/** Returns the documents of a role as the templates have them. */
export function documentsOf(stacks: DeployedStacks, role: RoleId): PolicyDocument[] {
  return stacks.policiesOf(STACKS_OF[role], role);
}

/** Splits a role's policies into their smallest parts; together the parts mean the same. */
export function grantsOf(stacks: DeployedStacks, role: RoleId): RoleGrant[] {
  return documentsOf(stacks, role).flatMap(({ Statement }) =>
    Statement.flatMap(({ Sid: sid = '', Effect: effect, Action, Resource, Condition }) =>
      Action.flatMap((action) =>
        Resource.flatMap((resource) =>
          splitCondition(Condition).map((condition) => ({ role, sid, effect, action, resource, condition })),
        ),
      ),
    ),
  );
}

/** The values of one condition key are alternatives; several keys must all hold, so such a condition stays whole. */
function splitCondition(condition: Statement['Condition']): Statement['Condition'][] {
  const pairs = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat() })),
  );
  const [only] = pairs;
  if (only === undefined || pairs.length > 1) return [condition];
  return only.values.map((value) => ({ [only.operator]: { [only.key]: value } }));
}

/** Joins grants to one document. */
export function documentFrom(grants: readonly RoleGrant[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: grants.map(({ effect, action, resource, condition }) => ({
      Effect: effect,
      Action: [action],
      Resource: [resource],
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
  };
}

export function describeGrant({ role, sid, effect, action, resource, condition }: RoleGrant): string {
  const when = condition === undefined ? '' : ` when ${JSON.stringify(condition)}`;
  return `${role}.${sid}: ${effect} ${action} on ${resource}${when}`;
}
