import { checkFreshness, type Plan, type PlannedStack, summarizeChanges } from '../../../core/deploy/plan.ts';
import { refuseUnfit } from '../../../core/deploy/refusals.ts';
import { blockingRisks, type Risk, type RiskRule } from '../../../core/deploy/review-rules.ts';
import type { CodeStore } from '../../../core/ports/code-store.ts';
import type { Stack } from '../../../core/ports/stacks.ts';
import { type Deployment, prepareRound, type Round } from './deploy-stacks.ts';
import type { DeployPorts, PreparedStack } from './deploy-types.ts';
import { executeChangeSet } from './execute-change-set.ts';
import { partDue, readMadeChangeSet, risksOf } from './prepare-stack.ts';

export interface Place {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Content hash of the worker of this checkout. */
  readonly release: string;
}

/** Makes the change sets of all stacks that can be planned now, and leaves them for whoever carries the plan out. */
export async function planDeployment(
  ports: DeployPorts,
  request: Deployment & Place,
): Promise<{ readonly plan: Plan; readonly round: Round }> {
  const round = await prepareRound(ports, request);
  const plan: Plan = {
    schema: 1,
    environment: request.environment,
    account: request.account,
    region: request.region,
    madeAt: new Date(ports.clock.now()).toISOString(),
    release: request.release,
    stacks: round.prepared.map(planned),
    later: round.later.map(({ stackName }) => stackName),
  };
  return { plan, round };
}

function planned({ packaged, before, stackId, changeSet, risks }: PreparedStack): PlannedStack {
  return {
    stackName: packaged.stackName,
    stackId,
    changedAtMs: before?.changedAtMs ?? null,
    changeSet: changeSet?.arn ?? null,
    inputHash: packaged.inputHash,
    artifacts: packaged.artifacts.map(({ key }) => key),
    changes: summarizeChanges(changeSet?.changes ?? []),
    risks: [...risks],
  };
}

export type PlanResult =
  | { readonly kind: 'deployed'; readonly changed: readonly Stack[]; readonly later: readonly string[] }
  | { readonly kind: 'blocked'; readonly risks: readonly Risk[] };

/** Carries out a plan as it was reviewed. Throws PLAN_STALE before anything is done when something has moved on, DEPLOYMENT_REFUSED
 *  and DEPLOYMENT_FAILED. */
export async function deployPlan(
  ports: DeployPorts,
  request: Deployment & Place & { readonly plan: Plan; readonly allowed: readonly RiskRule[] },
): Promise<PlanResult> {
  const { plan, allowed, token } = request;
  ports.onStep('Comparing the plan with what stands');
  const { stacks, risks: found } = await lookAtPresent(ports, request);
  const { environment, account, region, release } = request;
  checkFreshness(plan, { environment, account, region, release, stacks });
  const risks = blockingRisks(found, allowed);
  if (risks.length > 0) return { kind: 'blocked', risks };
  const changed: Stack[] = [];
  for (const { stackName, stackId, changeSet, changedAtMs } of plan.stacks) {
    if (changeSet === null) continue;
    ports.onStep(`${stackName}: deploying`);
    const execution = { environment, stackName, stackId, changeSet, changedAtMs, token: `${token}-${stackName}` };
    changed.push(await executeChangeSet(ports, execution));
  }
  return { kind: 'deployed', changed, later: plan.later };
}

/** The risks are found anew in the change sets: those in the plan are for its readers. */
async function lookAtPresent(ports: DeployPorts, request: Deployment & { readonly plan: Plan }) {
  const { environment, plan, stacks, others, bucketOf } = request;
  const names = new Set([
    ...plan.stacks.map(({ stackName }) => stackName),
    ...stacks.map(({ stackName }) => stackName),
    ...others,
  ]);
  const present = (await Promise.all([...names].map((name) => ports.stacks.describe(name)))).filter(
    (stack) => stack !== null,
  );
  const byName = new Map(present.map((stack) => [stack.name, stack]));
  refuseUnfit(
    stacks.map(({ stackName, tags }) => ({ stackName, tags, stack: byName.get(stackName) ?? null })),
    { environment },
  );
  const looks = await Promise.all(
    plan.stacks.map(async (planned) => {
      const { stackName, changeSet: arn } = planned;
      const bucketName = bucketOf(present);
      const whole = stacks.find((each) => each.stackName === stackName);
      const source = whole && partDue(whole, bucketName);
      const packaged = source && ports.packageStack(source, { bucketName });
      const artifacts = (packaged?.artifacts ?? []).map(({ key }) => key);
      const stack = byName.get(stackName) ?? null;
      const changeSet = arn === null ? null : await readMadeChangeSet(ports, arn);
      return {
        look: {
          stackName,
          stack,
          inputHash: packaged?.inputHash ?? null,
          artifacts,
          missingCode: bucketName === null ? [] : await missingIn(ports.codeIn(bucketName), artifacts),
          changeSet,
        },
        risks:
          changeSet && source
            ? await risksOf(ports, { changeSet, stack: source, before: planned.changedAtMs === null ? null : stack })
            : [],
      };
    }),
  );
  return { stacks: looks.map(({ look }) => look), risks: looks.flatMap(({ risks }) => risks) };
}

/** A bucket's rules, or people, can have removed what was uploaded when the plan was made. */
async function missingIn(store: CodeStore, keys: readonly string[]): Promise<string[]> {
  const found = await Promise.all(keys.map((key) => store.has(key)));
  return keys.filter((_, index) => !found[index]);
}
