import type { AwsCall } from './aws-call.ts';
import type { DeployedStacks, PolicyDocument } from './deployed-stacks.ts';
import { PLACE_IN_AWS } from './deployed-stacks.ts';
import type { RoleGrant } from './grants.ts';
import { describeGrant, documentFrom } from './grants.ts';
import type { Simulate, Verdict } from './simulator.ts';

export interface Judge {
  /** Returns the verdict of IAM on a call under these grants of its role. */
  judge(call: AwsCall, grants: readonly RoleGrant[]): Promise<Verdict>;
  /** The same for whole documents. */
  judgeBy(call: AwsCall, policies: readonly PolicyDocument[]): Promise<Verdict>;
  /** Returns everything that refutes the proof: a call that is not allowed, a denial that a wider grant undoes. `only`
   *  restricts it to one action of one role. */
  problems(grants: readonly RoleGrant[], only?: OneAction): Promise<string[]>;
  /** Returns the calls that only this grant allows. */
  usersOf(grant: RoleGrant, grants: readonly RoleGrant[]): Promise<AwsCall[]>;
}

/** Returns the judge of one deployment, for the calls that must be possible and the denials that must hold. */
export function createJudge(proof: {
  readonly simulate: Simulate;
  readonly stacks: readonly DeployedStacks[];
  readonly calls: readonly AwsCall[];
  readonly denials: readonly RoleGrant[];
}): Judge {
  const judgeBy = createSimulation(proof);
  const judge: Judge['judge'] = (call, grants) =>
    judgeBy(call, [documentFrom(grants.filter(({ role }) => role === call.role))]);
  const notAllowed = async (grants: readonly RoleGrant[], only?: OneAction) => {
    const verdicts = await Promise.all(
      matching(proof.calls, only).map(async (call) => [call, await judge(call, grants)] as const),
    );
    return verdicts.filter(([, verdict]) => verdict !== 'Allowed').map(([call]) => call);
  };
  const isUndone = async (denial: RoleGrant, grants: readonly RoleGrant[]) => {
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
      const undone = await Promise.all(
        matching(proof.denials, only).map(async (denial) =>
          (await isUndone(denial, grants)) ? [describeGrant(denial)] : [],
        ),
      );
      return [...refused.map((call) => `not allowed: ${describeCall(call)}`), ...undone.flat()];
    },
    usersOf: (grant, grants) =>
      notAllowed(
        grants.filter((one) => one !== grant),
        grant,
      ),
  };
}

type OneAction = Pick<AwsCall, 'role' | 'action'>;

function matching<T extends OneAction>(all: readonly T[], only: OneAction | undefined): readonly T[] {
  return only === undefined ? all : all.filter(({ role, action }) => role === only.role && action === only.action);
}

function createSimulation({
  simulate,
  stacks,
}: {
  simulate: Simulate;
  stacks: readonly DeployedStacks[];
}): Judge['judgeBy'] {
  const resourcePolicies = stacks.flatMap(resourcePoliciesOf);
  return (call, policies) =>
    simulate({
      principal: `arn:aws:iam::${PLACE_IN_AWS.account}:role/KiroWorker-${call.role}`,
      action: call.action,
      resource: call.resource,
      ...(call.context === undefined ? {} : { context: call.context }),
      policies,
      resourcePolicy: resourcePolicies.find(({ covers }) => covers(call.resource))?.policy,
    });
}

export function describeCall({ role, action, resource, context }: AwsCall): string {
  return `${role} ${action} on ${resource}${context === undefined ? '' : ` with ${JSON.stringify(context)}`}`;
}

/** Returns the policies of bucket, key and queues, which IAM evaluates together with those of the role. */
function resourcePoliciesOf(stacks: DeployedStacks) {
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  const key = stacks.arn('Core', 'Key');
  const queues = stacks.idsOf('Poller', 'AWS::SQS::Queue').map((id) => ({ id, arn: stacks.arn('Poller', id) }));
  return [
    {
      covers: (arn: string) => arn === bucket || arn.startsWith(`${bucket}/`),
      policy: stacks.policyAt(['Core', 'ArtifactsBucketPolicy'], 'PolicyDocument'),
    },
    { covers: (arn: string) => arn === key, policy: stacks.policyAt(['Core', 'Key'], 'KeyPolicy') },
    ...queues.map(({ id, arn }) => ({
      covers: (asked: string) => asked === arn,
      policy: stacks.policyAt(['Poller', `${id}Policy`], 'PolicyDocument'),
    })),
  ];
}
