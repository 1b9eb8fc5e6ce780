import {
  type EvaluationResult,
  GetRoleCommand,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import { WorkerError } from '../../../core/errors.ts';
import type { AccessSimulator, AccessVerdict } from '../../../core/ports/setup/access.ts';
import { parseCallerIdentity } from '../../../core/setup/caller-identity.ts';
import { attempt } from '../aws-failure.ts';

/** Makes the simulator for whom `callerArn` (of STS) names. IAM knows the policies of a role or user, its boundary and the organization's
 *  policies; not those of a session or of the resources. Throws AWS_REQUEST_FAILED when it cannot simulate them. */
export async function createAccessSimulator(client: IAMClient, callerArn: string): Promise<AccessSimulator> {
  const principal = await principalOf(client, callerArn);
  return {
    async simulate({ actions, resources, context }) {
      const results = await attempt(`IAM did not simulate what ${principal} may do.`, async () => {
        const found: EvaluationResult[] = [];
        const input = {
          PolicySourceArn: principal,
          ActionNames: [...actions],
          ResourceArns: [...resources],
          ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
            ContextKeyName,
            ContextKeyValues: [value],
            ContextKeyType: 'string' as const,
          })),
        };
        for await (const page of paginateSimulatePrincipalPolicy({ client }, input))
          found.push(...(page.EvaluationResults ?? []));
        return found;
      });
      return actions.map((action) => verdictOn(action, { results, resources }));
    },
  };
}

async function principalOf(client: IAMClient, callerArn: string): Promise<string> {
  const caller = parseCallerIdentity(callerArn);
  if (caller.kind === 'user') return caller.arn;
  if (caller.kind === 'other')
    throw new WorkerError({
      code: 'AWS_REQUEST_FAILED',
      what: 'What the caller may do cannot be simulated.',
      why: caller.why,
      remedy: 'Sign in as a role or a user, then type the command again.',
    });
  return attempt(`IAM did not describe the role ${caller.roleName} of the credentials.`, async () => {
    const { Role } = await client.send(new GetRoleCommand({ RoleName: caller.roleName }));
    if (!Role?.Arn) throw new Error('the answer contains no ARN');
    return Role.Arn;
  });
}

/** Every resource must be spoken of, and allowed. */
function verdictOn(
  action: string,
  { results, resources }: { results: readonly EvaluationResult[]; resources: readonly string[] },
): AccessVerdict {
  const decisions = results
    .filter(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase())
    .flatMap(decisionsIn);
  const missing = [...new Set(decisions.flatMap((decision) => decision.missing))];
  if (missing.length > 0) return { action, state: 'unknown', why: `it depends on ${missing.join(' and ')}` };
  const denied = decisions.find(({ decision }) => decision !== 'allowed');
  if (denied !== undefined)
    return {
      action,
      state: 'denied',
      why: denied.decision === 'explicitDeny' ? 'a policy forbids it' : 'no policy allows it',
    };
  const unspoken = resources.some((one) => !decisions.some(({ resource }) => resource === one || resource === '*'));
  return unspoken ? { action, state: 'unknown', why: 'IAM gave no answer for it' } : { action, state: 'allowed' };
}

interface Decision {
  readonly resource: string;
  readonly decision: string;
  readonly missing: readonly string[];
}

/** A result is for one resource, or has one of its own for each. */
function decisionsIn(result: EvaluationResult): Decision[] {
  const {
    EvalResourceName = '*',
    EvalDecision = 'none',
    MissingContextValues = [],
    ResourceSpecificResults = [],
  } = result;
  if (ResourceSpecificResults.length === 0)
    return [{ resource: EvalResourceName, decision: EvalDecision, missing: MissingContextValues }];
  return ResourceSpecificResults.map((one) => ({
    resource: one.EvalResourceName ?? '*',
    decision: one.EvalResourceDecision ?? 'none',
    missing: one.MissingContextValues ?? [],
  }));
}
