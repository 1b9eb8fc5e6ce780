import { type Difference, differencesBetween } from '../../../core/deploy/difference.ts';
import type { Stack } from '../../../core/ports/stacks.ts';
import type { DeployPorts, StackToDeploy } from './deploy-types.ts';

export interface StackComparison {
  readonly stackName: string;
  /** It does not exist, or nothing was ever deployed to it. */
  readonly isNew: boolean;
  /** None for a new stack. */
  readonly differences: readonly Difference[];
}

/** Compares what was sent to CloudFormation last with what would be sent now; makes no change set and writes nothing. */
export async function compareStacks(
  { stacks, packageStack }: Pick<DeployPorts, 'stacks' | 'packageStack'>,
  request: {
    readonly stacks: readonly StackToDeploy[];
    readonly others: readonly string[];
    readonly bucketOf: (present: readonly Stack[]) => string | null;
    /** Parses a template in YAML or JSON. */
    readonly parse: (text: string) => unknown;
  },
): Promise<StackComparison[]> {
  const names = [...request.stacks.map(({ stackName }) => stackName), ...request.others];
  const present = (await Promise.all(names.map((name) => stacks.describe(name)))).filter((stack) => stack !== null);
  const bucketName = request.bucketOf(present);
  return Promise.all(
    request.stacks.map(async (stack) => {
      const { stackName } = stack;
      const found = present.find(({ name, status }) => name === stackName && status !== 'REVIEW_IN_PROGRESS');
      const text = found && (await stacks.getTemplate(stackName));
      if (!found || !text) return { stackName, isNew: true, differences: [] };
      const after = { ...stack, template: request.parse(packageStack(stack, { bucketName }).text) };
      return {
        stackName,
        isNew: false,
        differences: differencesBetween({ ...found, template: request.parse(text) }, after),
      };
    }),
  );
}
