import { WorkerError } from '../errors.ts';
import { exportsOf, importsOf, type StackTemplate } from './imports.ts';

export interface PlanningOrder<Stack> {
  /** Everything that these import exists: their change sets can be made now. */
  readonly now: readonly Stack[];
  /** These wait until the stacks before them have been deployed; CloudFormation makes no change set for them until then. */
  readonly later: ReadonlyArray<{
    readonly stack: Stack;
    readonly missing: readonly string[];
    readonly producers: readonly string[];
  }>;
}

/** Returns which stacks can be planned now, both lists in the given order. Throws DEPLOYMENT_REFUSED, naming every import that neither exists
 *  nor is given by one of these stacks. */
export function orderPlanning<Stack extends StackTemplate>(
  stacks: readonly Stack[],
  { existing }: { existing: ReadonlySet<string> },
): PlanningOrder<Stack> {
  const producerOf = new Map(
    stacks.flatMap((stack) => exportsOf(stack).map((name) => [name, stack.stackName] as const)),
  );
  const wants = stacks.map((stack) => ({ stack, missing: importsOf(stack).filter((name) => !existing.has(name)) }));
  const orphans = wants.flatMap(({ stack, missing }) =>
    missing
      .filter((name) => !producerOf.has(name) || producerOf.get(name) === stack.stackName)
      .map((name) => `${stack.stackName} imports ${name}`),
  );
  if (orphans.length > 0)
    throw new WorkerError({
      code: 'DEPLOYMENT_REFUSED',
      what: 'What these stacks import does not exist:',
      problems: orphans,
      why: 'A stack that gives it has not been deployed, and is not among those named.',
      remedy: 'Name the stacks that give it as well, or none to deploy all in order.',
    });
  return {
    now: wants.filter(({ missing }) => missing.length === 0).map(({ stack }) => stack),
    later: wants
      .filter(({ missing }) => missing.length > 0)
      .map(({ stack, missing }) => ({
        stack,
        missing,
        producers: stacks
          .map(({ stackName }) => stackName)
          .filter((stackName) => missing.some((name) => producerOf.get(name) === stackName)),
      })),
  };
}
