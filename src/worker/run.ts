import { isWorkerError } from '../core/errors.ts';
import { createOwnCommits } from './own-commits.ts';
import type { RunContext, WorkerPorts } from './run-context.ts';
import { startRunMonitor } from './run-monitor.ts';
import { createRunRecorder } from './run-record.ts';
import { completeRun, endRun, isEnded, type RunResult, resultOfError, withProgressMade } from './run-result.ts';
import type { RunState } from './run-states.ts';
import type { RunSettings } from './settings.ts';
import { implement } from './steps/agent/implement.ts';
import { checkOut } from './steps/check-out.ts';
import { confirmLock } from './steps/confirm-lock.ts';
import { verifyAndRepair } from './steps/finish/verify-and-repair.ts';
import { prepareRepository } from './steps/prepare.ts';
import { noteGitService } from './steps/probe-git.ts';
import { publishResult } from './steps/publish.ts';
import { readSpec } from './steps/read-spec.ts';
import { showNoReports } from './steps/show-reports.ts';
import { syncSteering } from './steps/steering.ts';

/** Runs one work item to its end and publishes the result. Returns it; throws only when it could not be published. */
export async function runWorker(request: {
  settings: RunSettings;
  ports: WorkerPorts;
  /** Aborted when the build is asked to stop. */
  stop: AbortSignal;
}): Promise<RunResult> {
  const { settings, ports, stop } = request;
  const monitor = startRunMonitor({ ...ports, settings });
  const onStop = () => monitor.end(endRun({ kind: 'partial', detail: 'The build was asked to stop.' }));
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const run: RunContext = {
    ...ports,
    settings,
    startedAtMs: ports.clock.now(),
    startedMonotonicMs: ports.clock.monotonicMs(),
    monitor,
    record: createRunRecorder(),
    ownCommits: createOwnCommits({ ...ports, lockKey: settings.holder.lockKey }),
    reportProgress: (progress) => ports.telemetry.info('progress', { ...progress }),
  };
  try {
    const result = withProgressMade(await runSteps(run), run.record.current().finishedTasks);
    await run.ownCommits.flush();
    await noteGitService(run, result);
    return await publishOrYield(run, result);
  } finally {
    monitor.stop();
    stop.removeEventListener('abort', onStop);
  }
}

/** The story of a run, one line per step. */
async function runSteps(run: RunContext): Promise<RunResult> {
  try {
    await showNoReports(run);
    const locked = await advance(run, { from: { stage: 'started' }, step: confirmLock });
    const checkedOut = await advance(run, { from: locked, step: checkOut });
    const planned = await advance(run, { from: checkedOut, step: readSpec });
    const steered = await advance(run, { from: planned, step: syncSteering });
    const prepared = await advance(run, { from: steered, step: prepareRepository });
    const implemented = await advance(run, { from: prepared, step: implement });
    const verified = await advance(run, { from: implemented, step: verifyAndRepair });
    if (isEnded(verified)) return verified;
    const { finishedTasks, results } = run.record.current();
    return completeRun({ verified, finishedTasks, repairs: results.repairs.length });
  } catch (error) {
    return run.monitor.ended() ?? resultOfError(error);
  } finally {
    await run.sandbox.end();
  }
}

/** Takes the next step from a state, unless a step before, or the monitor, has ended the run. */
async function advance<From extends RunState, To extends RunState>(
  run: RunContext,
  { from, step }: { from: From | RunResult; step: (run: RunContext, from: From) => Promise<To | RunResult> },
): Promise<To | RunResult> {
  if (isEnded(from)) return from;
  const ended = run.monitor.ended();
  if (ended !== null) return ended;
  const next = await step(run, from);
  if (!isEnded(next)) run.record.reach(next);
  return next;
}

/** A lock that is lost while the result is published stops the publishing. */
async function publishOrYield(run: RunContext, result: RunResult): Promise<RunResult> {
  try {
    return await publishResult(run, result);
  } catch (error) {
    if (isWorkerError(error, 'FENCE_LOST')) return resultOfError(error);
    throw error;
  }
}
