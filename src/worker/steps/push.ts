import type { PushResult, Repository } from '../../core/ports/repository.ts';
import type { RunMonitor } from '../run-monitor.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { RunSettings } from '../settings.ts';

export interface PushContext {
  readonly settings: Pick<RunSettings, 'branch'>;
  readonly repository: Pick<Repository, 'push'>;
  readonly monitor: Pick<RunMonitor, 'assertLockHeld' | 'ended'>;
}

/** Pushes the head. Returns null when the remote branch is at it, else the result that says why not. */
export async function pushHead({ settings, repository, monitor }: PushContext): Promise<RunResult | null> {
  await monitor.assertLockHeld();
  const result = await repository.push(settings.branch);
  if (result.kind === 'pushed') return null;
  if (result.kind === 'moved') return branchMoved(settings.branch, result);
  // Ending the run may have ended git with it.
  const refused = endRun({ kind: 'push-refused', detail: `GitHub refused the push:\n${result.detail}` });
  return monitor.ended() ?? refused;
}

function branchMoved(branch: string, { head, by }: Extract<PushResult, { kind: 'moved' }>): RunResult {
  const detail =
    head === null
      ? `The branch "${branch}" was deleted during the run.`
      : `The branch has a new head ${head.slice(0, 12)}${by === null ? '' : ` by ${by}`}; nothing was overwritten.`;
  return endRun({ kind: 'branch-moved', detail });
}
