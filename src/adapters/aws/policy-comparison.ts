import { fullDiff } from '@aws-cdk/cloudformation-diff';
import { grantsMore } from '../../core/deploy/access-grants.ts';
import type { AccessBeforeAndAfter } from '../../core/deploy/review-rules.ts';

/** Returns whether a resource gives more access after than before. The library knows which properties of many types are policies, and
 *  nothing of others: roles that are lent, managed policies, policies as texts, whatever is opened to the public. Its own verdict
 *  (permissionsBroadened) passes over allowances by NotAction, NotResource and NotPrincipal, so it is not asked. */
export function widensAccess(change: AccessBeforeAndAfter): boolean {
  if (grantsMore(change)) return true;
  const { type, before, after } = change;
  const { statements, managedPolicies, ssoAssignments, ssoPermissionSets, ssoInstanceACAConfigs } = fullDiff(
    templateOf(type, before),
    templateOf(type, after),
  ).iamChanges;
  return (
    statements.additions.some(({ effect }) => effect !== 'Deny') ||
    statements.removals.some(({ effect }) => effect !== 'Allow') ||
    [managedPolicies, ssoAssignments, ssoPermissionSets, ssoInstanceACAConfigs].some(({ hasAdditions }) => hasAdditions)
  );
}

function templateOf(type: string, properties: Readonly<Record<string, unknown>>) {
  return {
    Resources: Object.keys(properties).length === 0 ? {} : { Resource: { Type: type, Properties: properties } },
  };
}
