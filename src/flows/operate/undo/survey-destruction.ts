import { importsOf } from '../../../core/deploy/imports.ts';
import { FOREIGN_REMEDY, foreignness } from '../../../core/deploy/refusals.ts';
import { contentsOf, type StackContents } from '../../../core/deploy/stack-contents.ts';
import { isRunning } from '../../../core/deploy/stack-state.ts';
import { errorMessage, WorkerError } from '../../../core/errors.ts';
import type { DataProtection, LeftBucket, Remainders } from '../../../core/ports/operate/remainders.ts';
import type { Stack } from '../../../core/ports/stacks.ts';
import type { OwnStack, UndoPorts } from './undo-types.ts';

export interface SurveyPorts extends UndoPorts {
  readonly remainders: Remainders;
  readonly protection: DataProtection;
  /** Branches whose builds run now, each with the build where that is known. */
  readonly listBuilds: () => Promise<ReadonlyArray<{ readonly branch: string; readonly buildId: string | null }>>;
  /** Parses a template in YAML or JSON. */
  readonly parse: (text: string) => unknown;
}

export interface DestructionRequest {
  readonly environment: string;
  /** Those to be deleted, in the order of deployment. */
  readonly stacks: readonly OwnStack[];
  /** The other stacks of the environment. */
  readonly others: readonly OwnStack[];
  /** Whether production, and what is protected against deletion, may go. */
  readonly mayDestroyProtected: boolean;
  readonly isProduction: boolean;
  readonly emptyBuckets: boolean;
}

export interface SurveyedStack {
  readonly stack: Stack;
  readonly contents: StackContents;
}

/** What destroying would do. */
export interface Survey {
  /** In the order in which they are deleted. */
  readonly stacks: readonly SurveyedStack[];
  /** No stack of the environment is left afterwards: what none owns goes too. */
  readonly isWhole: boolean;
  readonly parameters: readonly string[];
  readonly buckets: readonly LeftBucket[];
  readonly protectedData: readonly string[];
  readonly builds: ReadonlyArray<{ readonly branch: string; readonly buildId: string | null }>;
  /** Why it is not known whether builds run; null where it is. */
  readonly buildsUnknown: string | null;
}

/** Looks at everything that destroying would touch, and changes nothing. Throws STACK_OPERATION_REFUSED with every reason against it. */
export async function surveyDestruction(ports: SurveyPorts, request: DestructionRequest): Promise<Survey> {
  refuseProduction(request);
  ports.onStep('Looking at the stacks');
  const [chosen, others] = await Promise.all([present(ports, request.stacks), present(ports, request.others)]);
  const [parameters, buckets] = await Promise.all([ports.remainders.parameters(), ports.remainders.buckets()]);
  const protectedData = chosen.length === 0 ? [] : await ports.protection.list();
  const isWhole = others.length === 0;
  const problems = [
    ...chosen.flatMap((stack) => problemsOf(stack, request)),
    ...(await importProblems(ports, { chosen, others })),
    ...(protectedData.length > 0 && !request.mayDestroyProtected
      ? [`${protectedData.join(', ')}: protected against deletion.`]
      : []),
    ...(request.emptyBuckets && !isWhole ? ['The artifacts bucket is in use while other stacks stay.'] : []),
  ];
  if (problems.length > 0) throw refusal(problems, request);
  const stacks = await Promise.all(chosen.map((stack) => look(ports, stack)));
  const running = chosen.length === 0 ? { builds: [], buildsUnknown: null } : await listBuilds(ports);
  return { stacks: stacks.reverse(), isWhole, parameters, buckets, protectedData, ...running };
}

function refuseProduction({ isProduction, mayDestroyProtected, environment }: DestructionRequest): void {
  if (!isProduction || mayDestroyProtected) return;
  throw new WorkerError({
    code: 'STACK_OPERATION_REFUSED',
    what: `${environment} is not destroyed by a slip.`,
    remedy: 'If it is meant, type the same command again with --allow-production.',
  });
}

async function present({ stacks }: UndoPorts, own: readonly OwnStack[]): Promise<Array<Stack & { own: OwnStack }>> {
  const found = await Promise.all(own.map(({ stackName }) => stacks.describe(stackName)));
  return own.flatMap((one, index) => {
    const stack = found[index] ?? null;
    return stack === null ? [] : [{ ...stack, own: one }];
  });
}

function problemsOf(stack: Stack & { own: OwnStack }, { mayDestroyProtected }: DestructionRequest): string[] {
  const foreign = foreignness(stack, stack.own.tags);
  if (foreign !== null) return [foreign];
  return [
    ...(isRunning(stack) ? [`CloudFormation is at work on ${stack.name} (${stack.status}).`] : []),
    ...(stack.isProtected && !mayDestroyProtected ? [`${stack.name}: protected against deletion.`] : []),
  ];
}

/** CloudFormation deletes no stack whose exports another one imports, and says so only after it has accepted the request. */
async function importProblems(
  { stacks, parse }: SurveyPorts,
  { chosen, others }: { chosen: readonly Stack[]; others: readonly Stack[] },
): Promise<string[]> {
  const producerOf = new Map(
    chosen.flatMap(({ name, outputs }) =>
      outputs.flatMap(({ exportName }) => (exportName ? [[exportName, name]] : [])),
    ),
  );
  if (producerOf.size === 0) return [];
  const found = await Promise.all(
    others.map(async ({ name, parameters }) => {
      const template = parse((await stacks.getTemplate(name)) ?? '{}');
      if (typeof template !== 'object' || template === null) return [];
      const used = importsOf({ stackName: name, template, parameters }).flatMap((one) => producerOf.get(one) ?? []);
      return [...new Set(used)].map((producer) => `${name} imports from ${producer}: name it too, it goes first.`);
    }),
  );
  return found.flat();
}

async function look({ stacks, parse }: SurveyPorts, stack: Stack): Promise<SurveyedStack> {
  const [resources, text] = await Promise.all([stacks.listResources(stack.id), stacks.getTemplate(stack.id)]);
  return { stack, contents: contentsOf(resources, text === null ? null : parse(text)) };
}

/** Where it cannot be told, that is said: whoever destroys decides. */
async function listBuilds({ listBuilds: list }: SurveyPorts): Promise<Pick<Survey, 'builds' | 'buildsUnknown'>> {
  try {
    return { builds: await list(), buildsUnknown: null };
  } catch (error) {
    return { builds: [], buildsUnknown: errorMessage(error) };
  }
}

function refusal(problems: readonly string[], { isProduction }: DestructionRequest): WorkerError {
  const remedies = [
    ...(problems.some((problem) => problem.includes('not ours')) ? [FOREIGN_REMEDY] : []),
    ...(problems.some((problem) => problem.includes('at work')) ? ['Wait until CloudFormation has ended.'] : []),
    ...(problems.some((problem) => problem.includes('protected against')) && !isProduction
      ? ['If that is meant to go too, add --allow-production.']
      : []),
  ];
  return new WorkerError({
    code: 'STACK_OPERATION_REFUSED',
    what: 'Nothing was destroyed:',
    problems,
    remedy: remedies.join(' ') || 'Name other stacks, or none for all of the environment.',
  });
}
