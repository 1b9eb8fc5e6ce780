import type { Run, RunResult } from '../run-state.ts';

/** Pushes the head; null when it is on the remote branch, else the Ending that says why not. */
export async function pushOrEnd(run: Run): Promise<RunResult | null> {
  await run.assertLockHeld();
  const result = await run.ports.repository.push(run.settings.branch);
  if (result.kind === 'pushed') return null;
  // Whoever ends the run may have ended git with it.
  if (result.kind === 'refused' && run.signal.aborted) return run.signal.reason as RunResult;
  if (result.kind === 'refused') return { kind: 'push-refused', detail: `GitHub refused the push:\n${result.detail}` };
  if (result.head === null)
    return { kind: 'branch-moved', detail: `The branch "${run.settings.branch}" was deleted during the run.` };
  const by = result.by === null ? '' : ` by ${result.by}`;
  return {
    kind: 'branch-moved',
    detail: `The branch has a new head ${result.head.slice(0, 12)}${by}; nothing was overwritten.`,
  };
}
