/** Words by which Kiro's plans name a task that only looks whether all is well so far. */
const CHECKPOINT =
  /^(?:final\s+)?checkpoint\b|^(?:最终)?检查点|^(?:最終)?チェックポイント|ensure (?:that )?all tests pass/i;

/** Tells whether a task is a checkpoint: one that an agent may finish without changing a file, since the tests that run
 *  before hand-over are its check. */
export function isCheckpoint(title: string): boolean {
  return CHECKPOINT.test(title.replace(/^[\s*_`#-]+/, ''));
}
