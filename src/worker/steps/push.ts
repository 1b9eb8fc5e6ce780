import { isWorkerError } from '../../core/errors.ts';
import type { PushRefusal, PushResult, Repository } from '../../core/ports/repository.ts';
import type { Logger } from '../../core/ports/telemetry.ts';
import type { RunContext } from '../run-context.ts';
import type { RunMonitor } from '../run-monitor.ts';
import type { RunRecorder } from '../run-record.ts';
import { endRun, type RunResult, resultOfError } from '../run-result.ts';
import type { RunSettings } from '../settings.ts';

export interface PushContext {
  readonly settings: Pick<RunSettings, 'branch'>;
  readonly repository: Pick<Repository, 'push'>;
  readonly monitor: Pick<RunMonitor, 'assertLockHeld' | 'ended' | 'signal'>;
  readonly record: Pick<RunRecorder, 'addLog'>;
  readonly telemetry: Pick<Logger, 'error'>;
}

export interface TryPushContext extends Pick<PushContext, 'settings' | 'monitor' | 'record' | 'telemetry'> {
  readonly repository: Pick<Repository, 'tryPush'>;
}

const RUN_FILES = "The changes are among the run's files (diffs/changes.diff).";

/** Pushes a commit of this run, which is the head, after noting that it is one. Returns as `pushHead`. */
export async function pushOwnCommit(
  context: PushContext & Pick<RunContext, 'ownCommits'>,
  commit: { commit: string; parent: string },
): Promise<RunResult | null> {
  await context.ownCommits.note(commit);
  return pushHead(context);
}

/** Pushes the head. Returns null when the remote branch is at it, else the result that says why not. */
export async function pushHead(context: PushContext): Promise<RunResult | null> {
  const { settings, repository, monitor } = context;
  try {
    const result = await repository.push(settings.branch, { signal: monitor.signal, confirm: monitor.assertLockHeld });
    if (result.kind === 'pushed') return null;
    if (result.kind === 'moved') return branchMoved(settings.branch, result);
    logRefusal(context, result);
    const detail = `GitHub refused the push:\n${result.detail}`;
    // Ending the run may have ended git with it.
    return monitor.ended() ?? endRun({ kind: 'push-refused', detail, remedy: result.remedy });
  } catch (error) {
    if (!isWorkerError(error, 'GIT_UNAVAILABLE')) throw error;
    const result = resultOfError(error);
    return (
      monitor.ended() ?? { ...result, detail: `What is finished could not be pushed. ${RUN_FILES}\n${result.detail}` }
    );
  }
}

/** Asks, before any money is spent, whether a push would be taken: a dry run shows whether the account may write, and whether the
 *  branch has moved. Rules that look at what is pushed answer to a real push alone. Returns null when nothing speaks against it. */
export async function tryPush(context: TryPushContext): Promise<RunResult | null> {
  const { settings, repository, monitor } = context;
  const result = await repository.tryPush(settings.branch, { signal: monitor.signal });
  if (result.kind === 'pushed') return null;
  if (result.kind === 'moved') return branchMoved(settings.branch, result);
  logRefusal(context, result);
  const detail = `A push would be refused, so nothing was started:\n${result.detail}`;
  const kind = result.because === 'rights' ? 'setup-incomplete' : 'push-refused';
  return monitor.ended() ?? endRun({ kind, detail, remedy: result.remedy });
}

/** The whole text, of which people are shown the telling part. */
function logRefusal({ record, telemetry }: Pick<PushContext, 'record' | 'telemetry'>, { text }: PushRefusal): void {
  record.addLog('push.log', `${text}\n`);
  telemetry.error('the push was refused', { text });
}

function branchMoved(branch: string, { head, by }: Extract<PushResult, { kind: 'moved' }>): RunResult {
  const detail =
    head === null
      ? `The branch "${branch}" was deleted during the run.`
      : `The branch has a new head ${head.slice(0, 12)}${by === null ? '' : ` by ${by}`}; nothing was overwritten.`;
  return endRun({ kind: 'branch-moved', detail });
}
