import type { AwsCall } from './aws-call.ts';
import type { DeployedStacks, PolicyDocument } from './deployed-stacks.ts';
import { PLACE_IN_AWS } from './deployed-stacks.ts';
import type { RoleGrant } from './grants.ts';
import { describeGrant, documentFrom } from './grants.ts';
import type { Simulate, Verdict } from './simulator.ts';

export interface Judge {
  /** What IAM says to a call under these grants of its role. */
  judge(call: AwsCall, grants: readonly RoleGrant[]): Promise<Verdict>;
  /** The same under whole documents. */
  judgeBy(call: AwsCall, policies: readonly PolicyDocument[]): Promise<Verdict>;
  /** Everything that keeps the proof from holding: a call that is not allowed, a denial that gives way once somebody
   *  grants what it denies. `only` looks at one action of one role. */
  problems(grants: readonly RoleGrant[], only?: Pick<AwsCall, 'role' | 'action'>): Promise<string[]>;
  /** Calls that only this grant allows. */
  usersOf(grant: RoleGrant, grants: readonly RoleGrant[]): Promise<AwsCall[]>;
}

/** Makes the judge of one deployment for the calls that must be possible, and the denials that must hold. */
export function createJudge(request: {
  readonly simulate: Simulate;
  readonly stacks: readonly DeployedStacks[];
  readonly calls: readonly AwsCall[];
  readonly denials: readonly RoleGrant[];
}): Judge {
  const { simulate, stacks, calls, denials } = request;
  const resourcePolicies = stacks.flatMap(resourcePoliciesOf);
  const judgeBy: Judge['judgeBy'] = (call, policies) =>
    simulate({
      principal: `arn:aws:iam::${PLACE_IN_AWS.account}:role/KiroWorker-${call.role}`,
      action: call.action,
      resource: call.resource,
      ...(call.context === undefined ? {} : { context: call.context }),
      policies,
      resourcePolicy: resourcePolicies.find(({ covers }) => covers(call.resource))?.policy,
    });
  const judge: Judge['judge'] = (call, grants) =>
    judgeBy(call, [documentFrom(grants.filter(({ role }) => role === call.role))]);
  const asked = (only?: Pick<AwsCall, 'role' | 'action'>) =>
    calls.filter(({ role, action }) => only === undefined || (only.role === role && only.action === action));
  const notAllowed = async (grants: readonly RoleGrant[], only?: Pick<AwsCall, 'role' | 'action'>) => {
    const verdicts = await Promise.all(asked(only).map(async (call) => [call, await judge(call, grants)] as const));
    return verdicts.filter(([, verdict]) => verdict !== 'Allowed').map(([call]) => call);
  };
  const denialGivesWay = async (denial: RoleGrant, grants: readonly RoleGrant[]) => {
    const { role, action, resource } = denial;
    const wide: RoleGrant = { ...denial, sid: 'Wide', effect: 'Allow', resource: '*' };
    const call = { role, action, resource: resource.replace(/\*$/, 'any') };
    return (await judge(call, [...grants, wide])) !== 'ExplicitlyDenied';
  };
  return {
    judge,
    judgeBy,
    async problems(grants, only) {
      const refused = await notAllowed(grants, only);
      const concerned = denials.filter(
        ({ role, action }) => only === undefined || (only.role === role && only.action === action),
      );
      const gone = await Promise.all(
        concerned.map(async (denial) => ((await denialGivesWay(denial, grants)) ? [describeGrant(denial)] : [])),
      );
      return [...refused.map((call) => `not allowed: ${describeCall(call)}`), ...gone.flat()];
    },
    usersOf: (grant, grants) =>
      notAllowed(
        grants.filter((one) => one !== grant),
        grant,
      ),
  };
}

export function describeCall({ role, action, resource, context }: AwsCall): string {
  return `${role} ${action} on ${resource}${context === undefined ? '' : ` with ${JSON.stringify(context)}`}`;
}

/** Bucket, key and queues have policies of their own, which IAM reads beside those of the role. */
function resourcePoliciesOf(stacks: DeployedStacks) {
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  const key = stacks.arn('Core', 'Key');
  const queues = stacks.idsOf('Poller', 'AWS::SQS::Queue').map((id) => ({ id, arn: stacks.arn('Poller', id) }));
  const policy = (stack: 'Core' | 'Poller', id: string, property: string) =>
    stacks.property(stack, id, property) as PolicyDocument;
  return [
    {
      covers: (arn: string) => arn === bucket || arn.startsWith(`${bucket}/`),
      policy: policy('Core', 'ArtifactsBucketPolicy', 'PolicyDocument'),
    },
    { covers: (arn: string) => arn === key, policy: policy('Core', 'Key', 'KeyPolicy') },
    ...queues.map(({ id, arn }) => ({
      covers: (asked: string) => asked === arn,
      policy: policy('Poller', `${id}Policy`, 'PolicyDocument'),
    })),
  ];
}
