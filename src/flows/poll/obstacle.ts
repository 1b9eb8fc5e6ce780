import { closedByRules } from '../../core/cards/branch-rules.ts';
import type { EligibleItem } from '../../core/cards/selection.ts';
import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import { isWorkerError } from '../../core/errors.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import type { Branches, GitHub } from '../../core/ports/github.ts';
import { readRulesFile } from '../../core/repository/rules-file.ts';

/** Why a card is skipped. */
export type Obstacle = Pick<SkippedCard, 'reason' | 'detail'>;

/** Returns what would stop the build of a card before it does anything: rules that forbid its push, or a `.kiro-worker.yml` that
 *  cannot be used. Null when nothing does. Rules that cannot be read are a matter of this card alone. */
export async function obstacleOf({ branches }: GitHub, item: EligibleItem): Promise<Obstacle | null> {
  const { branch } = item.workItem;
  try {
    const detail = closedByRules(branch, await branches.rules(branch));
    if (detail !== null) return { reason: 'protected-branch', detail };
    return item.rulesBranch === null ? null : await unusableRules(branches, item.rulesBranch);
  } catch (error) {
    if (!isWorkerError(error, 'GITHUB_FAILED') && !isWorkerError(error, 'GITHUB_ANSWER_INVALID')) throw error;
    const said = [error.what, ...error.problems, error.why].filter(Boolean).join(' ');
    return {
      reason: 'unreadable',
      detail: `GitHub did not show the rules of "${branch}": ${said}`,
    };
  }
}

async function unusableRules(branches: Branches, branch: string): Promise<Obstacle | null> {
  const file = await branches.rulesFile(branch);
  if (file === null) return null;
  try {
    readRulesFile(file, `${REPOSITORY_FILE} on ${branch}`);
    return null;
  } catch (error) {
    if (!isWorkerError(error, 'REPOSITORY_FILE_INVALID')) throw error;
    return { reason: 'rules-invalid', detail: [error.what, ...error.problems, error.remedy].join(' ') };
  }
}
