import { errorMessage, isWorkerError, WorkerError } from '../core/errors.ts';
import { NO_GATE_RESULTS } from '../core/gates/results.ts';
import type { OutcomeKind } from '../core/outcome.ts';
import { outcomeOf } from '../core/outcome.ts';
import { startRunMonitor } from './run-monitor.ts';
import type { Run, RunResult, RunState, Step, WorkerPorts } from './run-state.ts';
import type { WorkerSettings } from './settings.ts';
import { checkout } from './steps/checkout.ts';
import { finish } from './steps/finish.ts';
import { implement } from './steps/implement.ts';
import { readSpec } from './steps/read-spec.ts';
import { syncSteering } from './steps/steering.ts';
import { prepareRepository, verify } from './steps/verify.ts';

/** The run of one build, step by step. */
const CHECKLIST: readonly Step[] = [checkout, readSpec, syncSteering, prepareRepository, implement, verify];

/** Runs one work item to its ending and tells it. Returns the ending; throws only when it could not be told. */
export async function runWorker(settings: WorkerSettings, ports: WorkerPorts, stop?: AbortSignal): Promise<RunResult> {
  const guard = startRunMonitor(settings, ports);
  const stopped = () => guard.abort({ kind: 'partial', detail: 'The build was told to stop.' });
  stop?.addEventListener('abort', stopped, { once: true });
  if (stop?.aborted) stopped();
  const run: Run = { settings, ports, state: emptyState(ports), ...guard };
  try {
    const ending = await runSteps(run);
    return await finishOrStop(run, withProgressMade(run, ending));
  } finally {
    guard.stop();
    stop?.removeEventListener('abort', stopped);
  }
}

/** A run that ends early after finished tasks is a partial one: the next build goes on, and its attempts start over. */
function withProgressMade(run: Run, ending: RunResult): RunResult {
  if (run.state.finished === 0 || !['agent-failed', 'time-limit'].includes(ending.kind)) return ending;
  return { ...ending, kind: 'partial' };
}

/** A fence that is lost while the ending is told stops the telling. */
async function finishOrStop(run: Run, ending: RunResult): Promise<RunResult> {
  try {
    return await finish(run, ending);
  } catch (error) {
    if (!isWorkerError(error, 'FENCE_LOST')) throw error;
    return { kind: 'fence-lost', detail: error.what };
  }
}

async function runSteps(run: Run): Promise<RunResult> {
  try {
    await claim(run);
    await run.watchCard();
    for (const step of CHECKLIST) {
      if (run.signal.aborted) return run.signal.reason as RunResult;
      const ending = await step(run);
      if (ending !== null) return ending;
    }
    const { finished } = run.state;
    return {
      kind: 'completed',
      detail: `${finished} task${finished === 1 ? '' : 's'} implemented in this run; all gates passed.`,
    };
  } catch (error) {
    if (run.signal.aborted) return run.signal.reason as RunResult;
    return endingOfError(error);
  } finally {
    await run.ports.sandbox.end();
  }
}

/** Notes in the lock row which build this is, whether or not the poll came to do so: the attempt counts, and of two builds
 *  that one lock was started for only the first goes on. Throws FENCE_LOST. */
async function claim({ ports, settings }: Run): Promise<void> {
  const { holder, buildId } = settings;
  if (await ports.locks.recordBuild({ ...holder, buildId })) return;
  throw new WorkerError({
    code: 'FENCE_LOST',
    what: `The lock ${holder.lockKey} is not held for this build (fence ${holder.fence}).`,
    remedy: 'Nothing: the build that holds it goes on.',
  });
}

const KIND_OF_CODE: Readonly<Record<string, OutcomeKind>> = {
  FENCE_LOST: 'fence-lost',
  BRANCH_MISSING: 'branch-missing',
  BRANCH_MOVED: 'branch-moved',
  PUSH_REFUSED: 'push-refused',
  SETUP_INCOMPLETE: 'setup-incomplete',
  SECRET_INVALID: 'setup-incomplete',
  SECRET_MISSING: 'setup-incomplete',
  TOOL_MISSING: 'setup-incomplete',
  STEERING_INVALID: 'setup-failed',
  COMMANDS_NOT_DETECTED: 'setup-failed',
  REPOSITORY_FILE_INVALID: 'setup-failed',
  SPEC_UNREADABLE: 'spec-invalid',
  SPEC_TASK_MOVED: 'spec-invalid',
  AGENT_NOT_STARTED: 'agent-failed',
  AGENT_SETUP_INVALID: 'setup-incomplete',
};

function endingOfError(error: unknown): RunResult {
  if (!isWorkerError(error)) return { kind: 'internal-error', detail: errorMessage(error) };
  const kind = KIND_OF_CODE[error.code] ?? 'internal-error';
  const detail = [error.what, ...error.problems, error.why].filter(Boolean).join('\n');
  return { kind, detail, remedy: error.remedy };
}

function emptyState(ports: WorkerPorts): RunState {
  return {
    startedAtMs: ports.clock.now(),
    base: '',
    pullRequest: null,
    head: null,
    baseHead: '',
    mergeBase: '',
    tasksFile: null,
    specFiles: [],
    repositoryFile: null,
    commands: null,
    tasks: [],
    finished: 0,
    gates: NO_GATE_RESULTS,
    findings: [],
    agentCredits: null,
    logs: new Map(),
  };
}

/** Exit code of the worker's process for an ending. */
export function exitCodeOf(ending: RunResult): number {
  return outcomeOf(ending.kind).exitCode;
}
