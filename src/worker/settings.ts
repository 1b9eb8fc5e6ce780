import * as z from 'zod';
import { parseBranchName } from '../core/cards/branch-name.ts';
import { describeIssue } from '../core/config-problems.ts';
import { WorkerError } from '../core/errors.ts';
import { ENV } from '../core/names.ts';

const minutes = 60_000;
const SPECS = '.kiro/specs/';
const wholeNumber = z
  .string()
  .regex(/^\d{1,12}$/, 'must be a whole number')
  .transform(Number);
const text = z.string().min(1, 'must not be empty');

/** What git could take for something else never reaches a command line, wherever a build was started from. */
const branchName = z.string().superRefine((name, context) => {
  const parsed = parseBranchName(name);
  if (!parsed.ok)
    context.addIssue({ code: 'custom', message: `is not a valid branch name: ${parsed.reason}`, input: name });
});
const specPath = z.string().superRefine((path, context) => {
  const isSpec = path.startsWith(SPECS) && parseBranchName(path.slice(SPECS.length)).ok;
  if (!isSpec) context.addIssue({ code: 'custom', message: `must be a folder below ${SPECS}`, input: path });
});

const Settings = z.object({
  [ENV.branchName]: branchName,
  [ENV.specPath]: specPath,
  [ENV.environment]: text,
  [ENV.workItemId]: text,
  [ENV.workItemNumber]: wholeNumber,
  [ENV.workItemTitle]: z.string().default(''),
  [ENV.lockKey]: text,
  [ENV.lockOwner]: text,
  [ENV.lockFence]: wholeNumber,
  [ENV.attempt]: wholeNumber.default(1),
  [ENV.buildId]: text.default('local'),
  [ENV.buildUrl]: z.string().optional(),
  [ENV.coverageThreshold]: z.string().default('80').transform(Number).pipe(z.number().min(0).max(100)),
  [ENV.leaseMinutes]: wholeNumber.default(15).pipe(z.number().min(1)),
  [ENV.buildTimeoutMs]: wholeNumber.default(60 * minutes).pipe(z.number().min(10_000)),
  [ENV.agentTimeoutMs]: wholeNumber.default(30 * minutes),
  [ENV.agentSilenceMs]: wholeNumber.default(10 * minutes),
  [ENV.agentCreditLimit]: wholeNumber.optional(),
  [ENV.testCommand]: text.optional(),
  [ENV.coverageCommand]: text.optional(),
});

/** What one run is asked to do, from its environment; see core/names.ts for the variables. */
export interface WorkerSettings {
  readonly branch: string;
  readonly specPath: string;
  readonly environment: string;
  readonly itemId: string;
  readonly subjectNumber: number;
  readonly itemTitle: string;
  readonly holder: { readonly lockKey: string; readonly owner: string; readonly fence: number };
  readonly attempt: number;
  readonly buildId: string;
  readonly buildUrl: string | null;
  readonly coverageThresholdPct: number;
  readonly leaseMs: number;
  readonly timeLimitMs: number;
  readonly agentTimeoutMs: number;
  readonly agentSilenceMs: number;
  readonly agentCreditLimit: number | null;
  readonly commandEnv: Readonly<Record<string, string>>;
}

/** Returns the run's settings. Throws CONFIG_INVALID naming every variable that is missing or wrong. */
export function parseWorkerSettings(env: Readonly<Record<string, string | undefined>>): WorkerSettings {
  const parsed = Settings.safeParse(env);
  if (!parsed.success) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: "The worker's environment variables are not valid:",
      problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, env)),
      remedy: 'The poll sets them when it starts a build; start builds through it ("npx kiro-worker local poll").',
    });
  }
  const value = parsed.data;
  const commandEnv: Record<string, string> = {};
  for (const name of [ENV.testCommand, ENV.coverageCommand] as const) {
    if (value[name] !== undefined) commandEnv[name] = value[name];
  }
  return {
    branch: value.BRANCH_NAME,
    specPath: value.SPEC_PATH,
    environment: value.ENVIRONMENT,
    itemId: value.WORK_ITEM_ID,
    subjectNumber: value.WORK_ITEM_NUMBER,
    itemTitle: value.WORK_ITEM_TITLE || value.BRANCH_NAME,
    holder: { lockKey: value.LOCK_KEY, owner: value.LOCK_OWNER, fence: value.LOCK_FENCE },
    attempt: value.ATTEMPT,
    buildId: value.CODEBUILD_BUILD_ID,
    buildUrl: value.CODEBUILD_PUBLIC_BUILD_URL ?? null,
    coverageThresholdPct: value.COVERAGE_THRESHOLD,
    leaseMs: value.LEASE_MINUTES * minutes,
    timeLimitMs: value.BUILD_TIMEOUT,
    agentTimeoutMs: value.AGENT_TIMEOUT,
    agentSilenceMs: value.AGENT_SILENCE_TIMEOUT,
    agentCreditLimit: value.AGENT_CREDIT_LIMIT ?? null,
    commandEnv,
  };
}
