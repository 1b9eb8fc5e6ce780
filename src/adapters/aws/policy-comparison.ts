import { fullDiff } from '@aws-cdk/cloudformation-diff';
import type { AccessBeforeAndAfter } from '../../core/deploy/review-rules.ts';

/** Returns whether a resource's policies allow more after than before. The library knows which properties are policies; its own
 *  verdict (permissionsBroadened) passes over allowances by NotAction, NotResource and NotPrincipal, so it is not asked. Any
 *  statement that changes counts as a new one: what is allowed in other words is for a person to judge. */
export function widensAccess({ type, before, after }: AccessBeforeAndAfter): boolean {
  const { statements, managedPolicies, ssoAssignments, ssoPermissionSets, ssoInstanceACAConfigs } = fullDiff(
    templateOf(type, before),
    templateOf(type, after),
  ).iamChanges;
  return (
    statements.additions.some(({ effect }) => effect !== 'Deny') ||
    statements.removals.some(({ effect }) => effect !== 'Allow') ||
    [managedPolicies, ssoAssignments, ssoPermissionSets, ssoInstanceACAConfigs].some(
      ({ hasAdditions }) => hasAdditions,
    ) ||
    losesBoundary(before, after)
  );
}

function templateOf(type: string, properties: Readonly<Record<string, unknown>>) {
  return {
    Resources: Object.keys(properties).length === 0 ? {} : { Resource: { Type: type, Properties: properties } },
  };
}

/** A boundary limits a role beside its policies; another one may be wider. */
function losesBoundary(
  { PermissionsBoundary: before }: Readonly<Record<string, unknown>>,
  { PermissionsBoundary: after }: Readonly<Record<string, unknown>>,
): boolean {
  return before !== undefined && JSON.stringify(before) !== JSON.stringify(after);
}
