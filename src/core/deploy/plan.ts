import * as z from 'zod';
import { WorkerError } from '../errors.ts';
import type { Stack } from '../ports/stacks.ts';
import type { ChangeSet } from './change-set.ts';
import { RISK_RULES } from './review-rules.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const PlannedStack = z.strictObject({
  stackName: z.string().min(1),
  /** ARN of the stack that the change set belongs to. */
  stackId: z.string().min(1),
  /** When that stack was changed last; null for one that the change set makes. */
  changedAtMs: z.number().nullable(),
  /** ARN; null where nothing would change. */
  changeSet: z.string().min(1).nullable(),
  /** SHA-256 of the template as sent, its parameters and tags. */
  inputHash: Sha256,
  /** Keys in the artifacts bucket of what the template names. */
  artifacts: z.array(z.string()),
  changes: z.array(
    z.strictObject({ action: z.string(), logicalId: z.string(), type: z.string(), replacement: z.string().nullable() }),
  ),
  risks: z.array(
    z.strictObject({
      rule: z.enum(RISK_RULES),
      stackName: z.string(),
      subject: z.string().nullable(),
      what: z.string(),
    }),
  ),
});

const Plan = z.strictObject({
  schema: z.literal(1),
  environment: z.string().min(1),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().min(1),
  madeAt: z.iso.datetime(),
  /** Content hash of the worker that new builds are to run. */
  release: Sha256,
  stacks: z.array(PlannedStack).min(1),
  /** Stacks whose change sets can be made only after these. */
  later: z.array(z.string()),
});

/** What was reviewed, and is to be carried out as it was reviewed. */
export type Plan = Readonly<z.output<typeof Plan>>;
export type PlannedStack = z.output<typeof PlannedStack>;

/** Returns the text of a plan for a file. */
export function formatPlan(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** Where a plan was read, and for which environment. */
export interface PlanSource {
  readonly source: string;
  readonly environment: string;
}

/** Reads a plan's file. Throws PLAN_INVALID with every problem. */
export function parsePlan(text: string, from: PlanSource): Plan {
  const { data, error } = Plan.safeParse(parseJson(text, from));
  if (data !== undefined) return data;
  throw planInvalid(
    from,
    (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'the plan'}: ${message}`),
  );
}

function parseJson(text: string, from: PlanSource): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw planInvalid(from, ['it is no JSON']);
  }
}

function planInvalid({ source, environment }: PlanSource, problems: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'PLAN_INVALID',
    what: `${source} is no plan of a deployment that this version can read:`,
    problems,
    remedy: `Make a new plan: ${planLine(environment)}`,
  });
}

function planLine(environment: string): string {
  return `npx kiro-worker deploy --env ${environment} --plan-only --out plan.json`;
}

/** What stands now where a plan was made for. */
export interface Present {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Content hash of this checkout's worker. */
  readonly release: string;
  readonly stacks: ReadonlyArray<{
    readonly stackName: string;
    /** Null when there is none. */
    readonly stack: Pick<Stack, 'id' | 'changedAtMs' | 'status'> | null;
    /** What the checkout would deploy; null for a stack that it does not have. */
    readonly inputHash: string | null;
    readonly artifacts: readonly string[];
    /** Those of them that do not lie in the artifacts bucket. */
    readonly missingCode: readonly string[];
    /** Null when there is none of the plan's ARN any more, or the plan has none. */
    readonly changeSet: Pick<ChangeSet, 'arn' | 'stackId' | 'executionStatus' | 'changes'> | null;
  }>;
}

/** Throws PLAN_STALE, with every difference, when anything has moved on since a plan was made. */
export function checkFreshness(plan: Plan, present: Present): void {
  const problems = [
    ...(['environment', 'account', 'region'] as const)
      .filter((fact) => plan[fact] !== present[fact])
      .map((fact) => `The plan is for the ${fact} ${plan[fact]}; this is ${present[fact]}.`),
    ...(plan.release === present.release ? [] : ['The worker is another one in this checkout.']),
    ...plan.stacks.flatMap((planned) => {
      const now = present.stacks.find(({ stackName }) => stackName === planned.stackName);
      return now === undefined ? [`${planned.stackName} was not looked at.`] : staleness(planned, now);
    }),
  ];
  if (problems.length === 0) return;
  throw new WorkerError({
    code: 'PLAN_STALE',
    what: 'The plan does not hold any more:',
    problems,
    remedy: `Make a new plan and have it reviewed: ${planLine(present.environment)}`,
  });
}

function staleness(planned: PlannedStack, now: Present['stacks'][number]): string[] {
  const { stackName } = planned;
  const problems: string[] = [];
  const missing = planned.artifacts.filter((key) => !now.artifacts.includes(key));
  const added = now.artifacts.filter((key) => !planned.artifacts.includes(key));
  if (now.stack?.id !== planned.stackId) problems.push(`${stackName}: the stack is gone, or another one has its name.`);
  else if (
    planned.changedAtMs === null
      ? now.stack.status !== 'REVIEW_IN_PROGRESS'
      : now.stack.changedAtMs !== planned.changedAtMs
  )
    problems.push(`${stackName}: the stack was changed.`);
  if (missing.length + added.length > 0) problems.push(`${stackName}: the code of its functions is another.`);
  for (const key of now.missingCode)
    problems.push(`${stackName}: ${key}, the code of its functions, is not in the artifacts bucket any more.`);
  if (now.inputHash !== planned.inputHash)
    problems.push(`${stackName}: template, parameters or tags are others in this checkout.`);
  if (planned.changeSet !== null) problems.push(...changeSetProblems(planned, now.changeSet));
  return problems;
}

/** The plan is a file: what it names must be what was reviewed. */
function changeSetProblems(planned: PlannedStack, now: Present['stacks'][number]['changeSet']): string[] {
  const { stackName } = planned;
  if (now === null) return [`${stackName}: its change set is gone.`];
  if (now.executionStatus !== 'AVAILABLE')
    return [`${stackName}: its change set cannot be carried out (${now.executionStatus || 'no state'}).`];
  const isTheSame =
    now.arn === planned.changeSet &&
    now.stackId === planned.stackId &&
    JSON.stringify(summarizeChanges(now.changes)) === JSON.stringify(planned.changes);
  return isTheSame ? [] : [`${stackName}: its change set is not the one that was reviewed.`];
}

/** Returns changes as a plan lists them, sorted by resource. */
export function summarizeChanges(changes: ChangeSet['changes']): PlannedStack['changes'] {
  return changes
    .map(({ action, logicalId, type, replacement }) => ({ action, logicalId, type, replacement }))
    .sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
}
