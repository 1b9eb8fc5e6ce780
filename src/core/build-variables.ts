import * as z from 'zod';
import { parseBranchName } from './cards/branch-name.ts';
import { describeIssue } from './config-problems.ts';
import type { Holder } from './lock.ts';
import { ENV } from './names.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What the poll hands to one build, as environment variables. */
export interface BuildVariables {
  readonly branch: string;
  /** Head of the branch when the build was started. */
  readonly head: string;
  readonly specPath: string;
  readonly itemId: string;
  /** Number of the issue or pull request that the card shows. */
  readonly subjectNumber: number;
  readonly itemTitle: string;
  /** The lock that the build was started for. */
  readonly holder: Holder;
  /** From 1. */
  readonly attempt: number;
}

/** Returns the variables of a build: what `parseBuildVariables` reads. A title is cut to 200 characters. */
export function formatBuildVariables(values: BuildVariables): Record<string, string> {
  const { holder } = values;
  return {
    [ENV.branchName]: values.branch,
    [ENV.branchHead]: values.head,
    [ENV.specPath]: values.specPath,
    [ENV.workItemId]: values.itemId,
    [ENV.workItemNumber]: String(values.subjectNumber),
    [ENV.workItemTitle]: values.itemTitle.slice(0, TITLE_LIMIT),
    [ENV.lockKey]: holder.lockKey,
    [ENV.lockOwner]: holder.owner,
    [ENV.lockFence]: String(holder.fence),
    [ENV.attempt]: String(values.attempt),
  };
}

/** Returns what a build was started for, or every problem with its variables: one line each, with name and value. */
export function parseBuildVariables(
  variables: Variables,
): { readonly values: BuildVariables } | { readonly problems: readonly string[] } {
  const parsed = Fields.safeParse(variables);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, variables)) };
  const { data } = parsed;
  return {
    values: {
      branch: data.BRANCH_NAME,
      head: data.BRANCH_HEAD,
      specPath: data.SPEC_PATH,
      itemId: data.WORK_ITEM_ID,
      subjectNumber: data.WORK_ITEM_NUMBER,
      itemTitle: data.WORK_ITEM_TITLE,
      holder: { lockKey: data.LOCK_KEY, owner: data.LOCK_OWNER, fence: data.LOCK_FENCE },
      attempt: data.ATTEMPT,
    },
  };
}

/** Returns what can be read of a build's variables: one that is spoilt costs none of the others. */
export function readBuildVariables(
  variables: Variables,
): Partial<Pick<BuildVariables, 'head' | 'specPath' | 'subjectNumber' | 'attempt'>> {
  const { shape } = Fields;
  const found = {
    head: shape.BRANCH_HEAD.safeParse(variables[ENV.branchHead]).data,
    specPath: shape.SPEC_PATH.safeParse(variables[ENV.specPath]).data,
    subjectNumber: shape.WORK_ITEM_NUMBER.safeParse(variables[ENV.workItemNumber]).data,
    attempt: shape.ATTEMPT.safeParse(variables[ENV.attempt]).data,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Returns the time limit of a build in milliseconds; the worker's own default where its variables do not say. */
export function timeLimitMsIn(variables: Variables): number {
  return wholeNumber.safeParse(variables[ENV.buildTimeoutMs]).data ?? DEFAULT_TIME_LIMIT_MS;
}

/** Returns the limit of credits that the build project sets for a run, null without one. */
export function creditLimitIn(variables: Variables): number | null {
  return wholeNumber.safeParse(variables[ENV.agentCreditLimit]).data ?? null;
}

/** Returns the key of the lock that a build was started for, null when it was started for none. */
export function lockKeyIn(variables: Variables): string | null {
  return variables[ENV.lockKey] || null;
}

/** Returns the variables with the token that the build is found by; the build service adds it to each start. */
export function withStartToken(variables: Readonly<Record<string, string>>, token: string): Record<string, string> {
  return { ...variables, [ENV.startToken]: token };
}

/** Returns the token that a build was started with, null without one. */
export function startTokenIn(variables: Variables): string | null {
  return variables[ENV.startToken] ?? null;
}

/** Time limit of a build whose project sets none. */
export const DEFAULT_TIME_LIMIT_MS = 60 * 60_000;

const TITLE_LIMIT = 200;
const SPECS = '.kiro/specs/';

const required = z.string('is required');
const text = required.min(1, 'must not be empty');
const wholeNumber = required.regex(/^\d{1,12}$/, 'must be a whole number').transform(Number);

/** What git could mistake for something else never reaches a command line, wherever a build was started from. */
const branchName = required.superRefine((name, context) => {
  const parsed = parseBranchName(name);
  if (!parsed.ok)
    context.addIssue({ code: 'custom', message: `is not a valid branch name: ${parsed.reason}`, input: name });
});
const specPath = required.superRefine((path, context) => {
  const isSpec = path.startsWith(SPECS) && parseBranchName(path.slice(SPECS.length)).ok;
  if (!isSpec) context.addIssue({ code: 'custom', message: `must be a folder below ${SPECS}`, input: path });
});

const Fields = z.object({
  [ENV.branchName]: branchName,
  [ENV.branchHead]: text,
  [ENV.specPath]: specPath,
  [ENV.workItemId]: text,
  [ENV.workItemNumber]: wholeNumber,
  // A build service may drop a variable without text.
  [ENV.workItemTitle]: z.string().default(''),
  [ENV.lockKey]: text,
  [ENV.lockOwner]: text,
  [ENV.lockFence]: wholeNumber,
  [ENV.attempt]: wholeNumber,
});
