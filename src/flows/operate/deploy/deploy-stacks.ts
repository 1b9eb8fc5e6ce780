import { orderPlanning } from '../../../core/deploy/planning-order.ts';
import { refuseUnfit } from '../../../core/deploy/refusals.ts';
import { blockingRisks, type Risk, type RiskRule } from '../../../core/deploy/review-rules.ts';
import type { Stack } from '../../../core/ports/stacks.ts';
import type { DeployPorts, PreparedStack, StackToDeploy } from './deploy-types.ts';
import { executeChangeSet } from './execute-change-set.ts';
import { discard, partDue, prepareStack } from './prepare-stack.ts';

export interface Deployment {
  readonly environment: string;
  /** In the order in which they are deployed. */
  readonly stacks: readonly StackToDeploy[];
  /** Stacks of the same environment that are not deployed, whose exports may be imported all the same. */
  readonly others: readonly string[];
  /** Returns the bucket that functions take their code from; null while no stack has made it. */
  readonly bucketOf: (present: readonly Stack[]) => string | null;
  readonly token: string;
}

/** What may be done now, and what comes after it. */
export interface Round {
  readonly prepared: readonly PreparedStack[];
  /** Without producers: the rest of a stack whose base makes its bucket. */
  readonly later: ReadonlyArray<{ readonly stackName: string; readonly producers: readonly string[] }>;
}

export type DeploymentResult =
  | { readonly kind: 'deployed'; readonly changed: readonly Stack[]; readonly unchanged: readonly string[] }
  | { readonly kind: 'blocked'; readonly risks: readonly Risk[]; readonly changed: readonly Stack[] }
  | { readonly kind: 'not-approved'; readonly changed: readonly Stack[] };

/** Deploys stacks in rounds: makes the change sets of all that can be planned, has them reviewed, carries them out in order, and goes
 *  on with those that waited for them. Change sets that are not carried out are deleted. */
export async function deployStacks(
  ports: DeployPorts,
  request: Deployment & {
    readonly allowed: readonly RiskRule[];
    /** Shows a round in which something changes. */
    readonly review: (round: Round) => void;
    /** Whether what was shown may be done; asked only when no rule blocks it. */
    readonly approve: () => Promise<boolean>;
  },
): Promise<DeploymentResult> {
  let changed: Stack[] = [];
  const unchanged: string[] = [];
  let rest = request.stacks;
  for (let rounds = 1; rest.length > 0; rounds += 1) {
    // A request of another round is another one, also about the same stack.
    const token = `${request.token}-${rounds}`;
    const others = [...request.others, ...request.stacks.filter((stack) => !rest.includes(stack)).map(nameOf)];
    const round = await prepareRound(ports, { ...request, token, stacks: rest, others });
    const pending = round.prepared.filter(({ changeSet }) => changeSet !== null);
    const done = new Set<PreparedStack>();
    try {
      if (pending.length > 0) request.review(round);
      const risks = blockingRisks(
        pending.flatMap((stack) => stack.risks),
        request.allowed,
      );
      if (risks.length > 0) return { kind: 'blocked', risks, changed };
      if (pending.length > 0 && !(await request.approve())) return { kind: 'not-approved', changed };
      for (const stack of pending) {
        done.add(stack);
        const now = await execute(ports, { stack, environment: request.environment, token });
        // The base of a stack, and the rest of it, are one stack.
        changed = [...changed.filter(({ name }) => name !== now.name), now];
      }
    } finally {
      await discard(
        ports,
        pending.filter((stack) => !done.has(stack)),
      );
    }
    unchanged.push(
      ...round.prepared.filter(({ changeSet }) => changeSet === null).map(({ packaged }) => packaged.stackName),
    );
    const later = new Set(round.later.map(({ stackName }) => stackName));
    rest = rest.filter(({ stackName }) => later.has(stackName));
  }
  return { kind: 'deployed', changed, unchanged };
}

/** Makes the change sets of all stacks that can be planned now. When one cannot be made, the others are deleted. Throws
 *  DEPLOYMENT_REFUSED and CHANGE_SET_FAILED. */
export async function prepareRound(ports: DeployPorts, deployment: Deployment): Promise<Round> {
  const { environment, stacks, others, bucketOf, token } = deployment;
  ports.onStep('Looking at the stacks');
  const found = await Promise.all([...stacks.map(nameOf), ...others].map((name) => ports.stacks.describe(name)));
  const present = found.filter((stack) => stack !== null);
  const byName = new Map(present.map((stack) => [stack.name, stack]));
  refuseUnfit(
    stacks.map(({ stackName, tags }) => ({ stackName, tags, stack: byName.get(stackName) ?? null })),
    { environment },
  );
  const existing = new Set(present.flatMap(({ outputs }) => outputs.flatMap(({ exportName }) => exportName ?? [])));
  const { now, later } = orderPlanning(stacks, { existing });
  const bucketName = bucketOf(present);
  // At once: CloudFormation takes seconds for each.
  const attempts = await Promise.allSettled(
    now.map((stack) => {
      const facts = { stack, present: byName.get(stack.stackName) ?? null, bucketName, token };
      return prepareStack(ports, facts);
    }),
  );
  const prepared = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const failure = attempts.find((attempt) => attempt.status === 'rejected');
  if (failure !== undefined) {
    await discard(ports, prepared);
    throw failure.reason;
  }
  const begun = now.filter((stack) => partDue(stack, bucketName) !== stack);
  return {
    prepared,
    later: [
      ...begun.map(({ stackName }) => ({ stackName, producers: [] })),
      ...later.map(({ stack, producers }) => ({ stackName: stack.stackName, producers })),
    ],
  };
}

async function execute(
  ports: DeployPorts,
  { stack, environment, token }: { stack: PreparedStack; environment: string; token: string },
): Promise<Stack> {
  const { packaged, stackId, changeSet, before } = stack;
  ports.onStep(`${packaged.stackName}: deploying`);
  return executeChangeSet(ports, {
    environment,
    stackName: packaged.stackName,
    stackId,
    changeSet: changeSet?.arn ?? '',
    changedAtMs: before?.changedAtMs ?? null,
    token: `${token}-${packaged.stackName}`,
  });
}

function nameOf({ stackName }: StackToDeploy): string {
  return stackName;
}
