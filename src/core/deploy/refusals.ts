import { WorkerError } from '../errors.ts';
import type { Stack } from '../ports/stacks.ts';
import { isRunning, operationAllowedBy } from './stack-state.ts';

export interface StackBefore {
  readonly stackName: string;
  /** Null when there is none. */
  readonly stack: Stack | null;
  /** Tags that our stacks of this environment bear. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Throws DEPLOYMENT_REFUSED, naming every stack that may not be deployed to: another one's, one at work, or one in a state that
 *  allows neither creation nor update. */
export function refuseUnfit(stacks: readonly StackBefore[], { environment }: { environment: string }): void {
  const problems = stacks.flatMap(({ stack, tags }) =>
    stack === null ? [] : problemsOf(stack, { tags, environment }),
  );
  if (problems.length === 0) return;
  throw new WorkerError({
    code: 'DEPLOYMENT_REFUSED',
    what: 'Nothing was deployed, since these stacks are not fit for it:',
    problems: problems.map(({ what }) => what),
    remedy: [...new Set(problems.map(({ remedy }) => remedy))].join(' '),
  });
}

/** Returns why a stack is not ours, by the tags that ours bear; null when it is. */
export function foreignness(stack: Stack, tags: Readonly<Record<string, string>>): string | null {
  const foreign = Object.entries(tags).filter(([key, value]) => stack.tags[key] !== value);
  const shown = foreign.map(([key, value]) => `${key} is ${stack.tags[key] ?? 'missing'} instead of ${value}`);
  return foreign.length === 0 ? null : `${stack.name} is not ours: its tag ${shown.join(', ')}.`;
}

/** What to do about a stack that is not ours. */
export const FOREIGN_REMEDY =
  'Check account, region and stackPrefix in src/stacks/environments.ts; a stack of somebody else is left alone.';

interface Problem {
  readonly what: string;
  readonly remedy: string;
}

function problemsOf(
  stack: Stack,
  { tags, environment }: { tags: Readonly<Record<string, string>>; environment: string },
): Problem[] {
  const { name, status } = stack;
  const foreign = foreignness(stack, tags);
  if (foreign !== null) return [{ what: foreign, remedy: FOREIGN_REMEDY }];
  if (isRunning(stack))
    return [
      {
        what: `CloudFormation is at work on ${name} (${status}).`,
        remedy: 'Wait until it has ended, then run the command again.',
      },
    ];
  const allowed = operationAllowedBy(stack);
  if (allowed === 'create' || allowed === 'update') return [];
  return [
    {
      what: `${name} is in the state ${status}${stack.reason ? ` (${stack.reason})` : ''}, which takes no deployment.`,
      remedy: `Repair it first: npx kiro-worker recover --env ${environment} ${name}`,
    },
  ];
}
