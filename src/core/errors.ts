/** Permanent codes of every error the product raises itself; a code is never renamed or reused. */
export type ErrorCode =
  | 'AGENT_NOT_STARTED'
  | 'AGENT_SETUP_INVALID'
  | 'ARGUMENT_INVALID'
  | 'ARTIFACT_NOT_STORED'
  | 'AWS_REQUEST_FAILED'
  | 'BOARD_COLUMN_MISSING'
  | 'BOARD_FIELD_MISSING'
  | 'BOARD_NOT_FOUND'
  | 'BRANCH_MISSING'
  | 'BUILD_SERVICE_FAILED'
  | 'CHANGE_SET_FAILED'
  | 'COMMANDS_NOT_DETECTED'
  | 'CONFIG_INVALID'
  | 'DEPLOYMENT_FAILED'
  | 'DEPLOYMENT_REFUSED'
  | 'FENCE_LOST'
  | 'GIT_FAILED'
  | 'GIT_UNAVAILABLE'
  | 'GITHUB_ANSWER_INVALID'
  | 'GITHUB_FAILED'
  | 'GITHUB_REFUSED'
  | 'LOCK_IN_USE'
  | 'LOCK_STORE_FAILED'
  | 'PLAN_INVALID'
  | 'PLAN_STALE'
  | 'PROMPT_INVALID'
  | 'PULL_REQUEST_AMBIGUOUS'
  | 'PROCESS_NOT_ENDED'
  | 'RELEASE_INVALID'
  | 'RELEASE_STORE_FAILED'
  | 'REPOSITORY_FILE_INVALID'
  | 'REPOSITORY_MOVED'
  | 'SECRET_INVALID'
  | 'SECRET_MISSING'
  | 'SETUP_INCOMPLETE'
  | 'SPEC_TASK_MOVED'
  | 'STACK_MODEL_INVALID'
  | 'STACK_OPERATION_FAILED'
  | 'STACK_OPERATION_REFUSED'
  | 'STACK_STATE_UNKNOWN'
  | 'STEERING_INVALID'
  | 'SYNTH_DRIFT'
  | 'TOOL_MISSING'
  | 'WORKSPACE_NOT_COPIED';

export interface ErrorParts {
  readonly code: ErrorCode;
  /** What happened, one sentence. */
  readonly what: string;
  /** Why it happened, as far as is known. */
  readonly why?: string;
  /** What to do next. */
  readonly remedy: string;
  /** A service is at fault and may be well again by itself: nothing that its user did, or can do. */
  readonly isPassing?: boolean;
  readonly cause?: unknown;
  /** One line per problem, when there are several. */
  readonly problems?: readonly string[];
}

/** The product's only error class: says what happened, why, and what to do next; `code` is permanent. */
export class WorkerError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string | undefined;
  readonly remedy: string;
  readonly problems: readonly string[];
  readonly isPassing: boolean;

  constructor(parts: ErrorParts) {
    super(formatParts(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'WorkerError';
    this.code = parts.code;
    this.what = parts.what;
    this.why = parts.why;
    this.remedy = parts.remedy;
    this.problems = parts.problems ?? [];
    this.isPassing = parts.isPassing ?? false;
  }
}

/** Returns whether `error` is a WorkerError, with the given code when one is named. */
export function isWorkerError(error: unknown, code?: ErrorCode): error is WorkerError {
  return error instanceof WorkerError && (code === undefined || error.code === code);
}

/** Returns the message of anything that was thrown, never an empty text. */
export function errorMessage(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/** Throws the one failure, or all of them in one; returns when there is none. */
export function throwFailures(failures: readonly unknown[], words: string): void {
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, words);
}

/** Returns the message of a WorkerError without what to do, for where that is said in another way. */
export function withoutRemedy(message: string): string {
  return message.replace(/\s*\bWhat to do: [\s\S]*$/, '');
}

function formatParts({ code, what, why, remedy, problems }: ErrorParts): string {
  const list = (problems ?? []).map((problem) => `\n  - ${problem}`).join('');
  return `${what}${list}${why ? `\nWhy: ${why}` : ''}\nWhat to do: ${remedy} [${code}]`;
}
