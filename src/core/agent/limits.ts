import * as z from 'zod';

const MINUTE_MS = 60_000;
const MEBIBYTE = 2 ** 20;

/** What the worker lets an agent use, in the project configuration. What a variable of the environment says wins. */
export const LimitFields = z
  .strictObject({
    minutesPerTask: z.int().min(1).max(1_440).default(30).describe('Minutes for one task.'),
    minutesPerRun: z
      .int()
      .min(1)
      .max(10_000)
      .nullable()
      .default(null)
      .describe('Minutes for all tasks of one build; null: the time limit of the build alone counts.'),
    silenceMinutes: z
      .int()
      .min(1)
      .max(1_440)
      .default(10)
      .describe("Minutes without a message of the agent's protocol; output of other programs is none."),
    creditsPerRun: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('kiro: credits of one build; null: no limit but that of the work item.'),
    callsPerTask: z.int().min(1).max(1_000_000).default(5_000).describe('Tools that it may call in one task.'),
    outputMebibytesPerTask: z
      .int()
      .min(1)
      .max(1_048_576)
      .default(4_096)
      .describe('Output that it and its programs may write in one task.'),
  })
  .prefault({});

export type LimitConfig = Readonly<z.output<typeof LimitFields>>;

/** What variables of the environment say; null where they say nothing. */
export interface GivenLimits {
  readonly agentTimeoutMs: number | null;
  readonly agentSilenceMs: number | null;
  readonly agentCreditLimit: number | null;
}

/** The limits of one build; null: there is none. */
export interface RunLimits {
  readonly taskMs: number;
  readonly runMs: number | null;
  readonly silenceMs: number;
  readonly credits: number | null;
  readonly tokens: number | null;
}

/** Limits that the agent's adapter counts by itself, for one task. */
export interface TaskLimits {
  readonly toolCalls: number;
  readonly outputBytes: number;
}

/** Returns the limits of a build. */
export function runLimitsOf(
  agent: { readonly limits: LimitConfig; readonly tokensPerRun: number | null },
  given: GivenLimits,
): RunLimits {
  const { minutesPerTask, minutesPerRun, silenceMinutes, creditsPerRun } = agent.limits;
  return {
    taskMs: given.agentTimeoutMs ?? minutesPerTask * MINUTE_MS,
    runMs: minutesPerRun === null ? null : minutesPerRun * MINUTE_MS,
    silenceMs: given.agentSilenceMs ?? silenceMinutes * MINUTE_MS,
    credits: given.agentCreditLimit ?? creditsPerRun,
    tokens: agent.tokensPerRun,
  };
}

/** What stands where nobody says anything else. */
export const DEFAULT_TASK_LIMITS: TaskLimits = { toolCalls: 5_000, outputBytes: 4_096 * MEBIBYTE };

/** Returns the limits of one task that its adapter counts. */
export function taskLimitsOf({ callsPerTask, outputMebibytesPerTask }: LimitConfig): TaskLimits {
  return { toolCalls: callsPerTask, outputBytes: outputMebibytesPerTask * MEBIBYTE };
}

/** What an agent has used in a build so far. */
export interface Use {
  readonly ms: number;
  readonly credits: number;
  readonly tokens: number;
}

/** Returns what is left of a build's limits; never below 0. */
export function leftOf(limits: RunLimits, used: Use): Pick<RunLimits, 'runMs' | 'credits' | 'tokens'> {
  const rest = (limit: number | null, use: number) => (limit === null ? null : Math.max(0, limit - use));
  return {
    runMs: rest(limits.runMs, used.ms),
    credits: rest(limits.credits, used.credits),
    tokens: rest(limits.tokens, used.tokens),
  };
}

/** Returns which of a build's limits is used up, in words, or null while the next task may begin. */
export function usedUp(limits: RunLimits, used: Use): string | null {
  const left = leftOf(limits, used);
  if (left.credits === 0) return limitWords('credits', limits);
  if (left.tokens === 0) return limitWords('tokens', limits);
  return left.runMs === 0 ? runTimeWords(limits) : null;
}

/** Returns which limit ended a task, where it is set, and how high it is; null for any other ending. */
export function limitWords(kind: string, limits: RunLimits & { readonly usedMs?: number }): string | null {
  switch (kind) {
    case 'credits':
      return `the limit of ${limits.credits} credits in one build (agent.limits.creditsPerRun, or AGENT_CREDIT_LIMIT)`;
    case 'tokens':
      return `the limit of ${limits.tokens} tokens in one build (agent.tokensPerRun)`;
    case 'timeout':
      return limits.runMs !== null && limits.runMs - (limits.usedMs ?? 0) < limits.taskMs
        ? runTimeWords(limits)
        : 'the time limit of one task (agent.limits.minutesPerTask, or AGENT_TIMEOUT)';
    case 'silence':
      return 'the limit of silence (agent.limits.silenceMinutes, or AGENT_SILENCE_TIMEOUT)';
    case 'calls':
      return 'the limit of tools that are called in one task (agent.limits.callsPerTask)';
    case 'output':
      return 'the limit of output in one task (agent.limits.outputMebibytesPerTask)';
    default:
      return null;
  }
}

function runTimeWords({ runMs }: RunLimits): string {
  return `the limit of ${Math.round((runMs ?? 0) / MINUTE_MS)} minutes of the agent in one build (agent.limits.minutesPerRun)`;
}
