import { closedByRules } from '../../core/cards/branch-rules.ts';
import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import { isWorkerError } from '../../core/errors.ts';
import type { GitHub } from '../../core/ports/github.ts';

/** Why a card is skipped. */
export type Obstacle = Pick<SkippedCard, 'reason' | 'detail'>;

/** Returns what the rules of a branch forbid that a build would do, null when nothing. Rules that cannot be read are a matter of
 *  this card alone. */
export async function obstacleOf({ branches }: GitHub, branch: string): Promise<Obstacle | null> {
  try {
    const detail = closedByRules(branch, await branches.rules(branch));
    return detail === null ? null : { reason: 'protected-branch', detail };
  } catch (error) {
    if (!isWorkerError(error, 'GITHUB_FAILED')) throw error;
    return {
      reason: 'unreadable',
      detail: `GitHub did not show the rules of "${branch}": ${error.what} ${error.why ?? ''}`,
    };
  }
}
