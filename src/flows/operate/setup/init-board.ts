import type { BoardNames } from '../../../core/cards/board-problems.ts';
import type { BoardDesign, GitHubSetup } from '../../../core/ports/setup/github-setup.ts';
import type { BoardAddress } from '../../../core/setup/board-address.ts';
import { type BoardPlan, planBoard } from '../../../core/setup/plan-board.ts';

export interface InitialisedBoard {
  readonly design: BoardDesign;
  readonly plan: BoardPlan;
  readonly outcome: 'nothing-to-do' | 'not-approved' | 'done';
}

/** Adds to a board what it lacks, once `approve` has seen the plan. Throws BOARD_NOT_FOUND, GITHUB_REFUSED. */
export async function initBoard(request: {
  readonly setup: GitHubSetup;
  readonly address: BoardAddress;
  readonly names: Omit<BoardNames, 'priorityField'>;
  readonly approve: (plan: BoardPlan, design: BoardDesign) => Promise<boolean>;
}): Promise<InitialisedBoard> {
  const { setup, address, names, approve } = request;
  const design = await setup.design(address);
  const plan = planBoard(design, names);
  const { branchField, columns } = plan;
  if (branchField === null && columns === null) return { design, plan, outcome: 'nothing-to-do' };
  if (!(await approve(plan, design))) return { design, plan, outcome: 'not-approved' };
  if (branchField !== null) await setup.addTextField(design.id, branchField);
  if (columns !== null) {
    // Somebody may have changed the columns while the plan was looked at, and what is sent replaces them.
    const { columns: now } = planBoard(await setup.design(address), names);
    if (now !== null) await setup.addOptions(now.field, now.names);
  }
  return { design, plan, outcome: 'done' };
}
