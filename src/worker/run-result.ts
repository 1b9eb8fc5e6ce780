import { tmpdir } from 'node:os';
import { freeSpace, isDiskFull } from '../core/disk-full.ts';
import { type ErrorCode, errorMessage, isWorkerError } from '../core/errors.ts';
import { type ActsNext, afterProgress, type OutcomeKind, outcomeOf } from '../core/outcome.ts';
import type { CommandFailure } from '../core/repository/command-failure.ts';
import type { RunState, Verified } from './run-states.ts';

/** How a run ends: its outcome, one sentence of its own and, where they differ from the outcome's, a remedy and who has to act. */
export interface RunResult {
  readonly stage: 'ended';
  readonly kind: OutcomeKind;
  readonly detail: string;
  readonly remedy?: string;
  readonly actsNext?: ActsNext;
  /** The command that failed: it knows best what to do, and who. */
  readonly failure?: CommandFailure | null;
}

/** Returns a result that ends a run before its last step. */
export function endRun(result: {
  kind: Exclude<OutcomeKind, 'completed'>;
  detail: string;
  remedy?: string;
  actsNext?: ActsNext;
  failure?: CommandFailure | null;
}): RunResult {
  return { stage: 'ended', ...result };
}

/** Returns the result of a run that is verified; nothing else is `completed`. */
export function completeRun({
  verified,
  finishedTasks,
  repairs,
}: {
  verified: Verified;
  finishedTasks: number;
  /** Repair rounds of this run. */
  repairs: number;
}): RunResult {
  const tasks = `${finishedTasks} task${finishedTasks === 1 ? '' : 's'}`;
  const repaired = repairs === 0 ? '' : ` ${repairs} repair round${repairs === 1 ? '' : 's'},`;
  const detail = `${tasks} implemented in this run;${repaired} all gates passed at ${verified.head.slice(0, 12)}.`;
  return { stage: 'ended', kind: 'completed', detail };
}

/** Returns the result that an error ends a run with. */
export function resultOfError(error: unknown): RunResult {
  if (isDiskFull(error)) {
    const remedy = freeSpace(pathOf(error) ?? tmpdir());
    return endRun({ kind: 'internal-error', detail: `A disk of the build is full: ${errorMessage(error)}`, remedy });
  }
  if (!isWorkerError(error)) return endRun({ kind: 'internal-error', detail: errorMessage(error) });
  const detail = [error.what, ...error.problems, error.why].filter(Boolean).join('\n');
  const kind = error.isPassing ? 'service-unavailable' : OUTCOME_OF_CODE[error.code];
  return endRun({ kind, detail, remedy: error.remedy });
}

function pathOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/** A run that ends early after finished tasks is a partial one. */
export function withProgressMade(result: RunResult, finishedTasks: number): RunResult {
  return finishedTasks > 0 ? { ...result, kind: afterProgress(result.kind) } : result;
}

/** Returns whether a step ended the run. */
export function isEnded(next: RunState | RunResult): next is RunResult {
  return next.stage === 'ended';
}

/** Exit code of the worker's process. */
export function exitCodeOf({ kind }: RunResult): number {
  return outcomeOf(kind).exitCode;
}

/** What each error means for a run that it ends: a new code does not compile before that is decided here. */
const OUTCOME_OF_CODE: Readonly<Record<ErrorCode, Exclude<OutcomeKind, 'completed'>>> = {
  AGENT_NOT_STARTED: 'agent-failed',
  AGENT_SETUP_INVALID: 'setup-incomplete',
  ARGUMENT_INVALID: 'internal-error',
  ARTIFACT_NOT_STORED: 'internal-error',
  AWS_REQUEST_FAILED: 'internal-error',
  BOARD_COLUMN_MISSING: 'internal-error',
  BOARD_FIELD_MISSING: 'internal-error',
  BOARD_NOT_FOUND: 'internal-error',
  BRANCH_MISSING: 'branch-missing',
  BUILD_SERVICE_FAILED: 'internal-error',
  CHANGE_SET_FAILED: 'internal-error',
  COMMANDS_NOT_DETECTED: 'setup-failed',
  CONFIG_INVALID: 'internal-error',
  DEPLOYMENT_FAILED: 'internal-error',
  DEPLOYMENT_REFUSED: 'internal-error',
  FENCE_LOST: 'fence-lost',
  GIT_FAILED: 'internal-error',
  GIT_UNAVAILABLE: 'internal-error',
  GITHUB_ANSWER_INVALID: 'internal-error',
  GITHUB_FAILED: 'internal-error',
  GITHUB_REFUSED: 'internal-error',
  LOCK_IN_USE: 'internal-error',
  LOCK_STORE_FAILED: 'internal-error',
  PLAN_INVALID: 'internal-error',
  PLAN_STALE: 'internal-error',
  PROCESS_NOT_ENDED: 'internal-error',
  PROMPT_INVALID: 'internal-error',
  PULL_REQUEST_AMBIGUOUS: 'internal-error',
  RELEASE_INVALID: 'internal-error',
  RELEASE_STORE_FAILED: 'internal-error',
  REPOSITORY_FILE_INVALID: 'setup-failed',
  REPOSITORY_MOVED: 'setup-incomplete',
  SECRET_INVALID: 'setup-incomplete',
  SECRET_MISSING: 'setup-incomplete',
  SETUP_INCOMPLETE: 'setup-incomplete',
  SPEC_TASK_MOVED: 'spec-invalid',
  STACK_MODEL_INVALID: 'internal-error',
  STACK_OPERATION_FAILED: 'internal-error',
  STACK_OPERATION_REFUSED: 'internal-error',
  STACK_STATE_UNKNOWN: 'internal-error',
  STEERING_INVALID: 'setup-failed',
  SYNTH_DRIFT: 'internal-error',
  TOOL_MISSING: 'setup-incomplete',
  WORKSPACE_NOT_COPIED: 'setup-failed',
};
