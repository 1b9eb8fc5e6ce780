import { expect } from 'chai';
import type { BoardDesign } from '../ports/setup/github-setup.ts';
import { planBoard } from './plan-board.ts';

const NAMES = {
  statusField: 'Status',
  branchField: 'Branch',
  targetStatusColumn: 'For Implementation',
  destinations: [
    { setting: 'inProgressColumn', column: 'In Progress' },
    { setting: 'reviewColumn', column: 'In Review' },
  ],
};

function board(fields: Record<string, string | readonly string[]>): BoardDesign {
  return {
    id: 'PVT_1',
    title: 'Work',
    url: 'https://github.com/orgs/acme/projects/7',
    repositories: [],
    canUpdate: true,
    fields: Object.entries(fields).map(([name, kind]) => ({
      id: name,
      name,
      dataType: typeof kind === 'string' ? kind : 'SINGLE_SELECT',
      options:
        typeof kind === 'string'
          ? null
          : kind.map((option) => ({ id: option, name: option, color: 'RED', description: '' })),
    })),
  };
}

describe('the plan for a board', () => {
  it('adds what is missing, in the order in which cards pass', () => {
    const plan = planBoard(board({ Status: ['Todo', 'In Progress'] }), NAMES);
    expect(plan.branchField).to.equal('Branch');
    expect(plan.columns?.names).to.deep.equal(['For Implementation', 'In Review']);
    expect(plan.obstacles).to.deep.equal([]);
  });

  it('adds nothing to a board that has all, in any case of a field', () => {
    const plan = planBoard(
      board({ status: ['For Implementation', 'In Progress', 'In Review'], BRANCH: 'TEXT' }),
      NAMES,
    );
    expect(plan).to.deep.equal({ branchField: null, columns: null, obstacles: [] });
  });

  it('leaves to a person what could only be renamed', () => {
    const plan = planBoard(board({ Status: ['for implementation', 'In Progress'], Branch: 'NUMBER' }), NAMES);
    expect(plan.branchField).to.equal(null);
    expect(plan.columns?.names).to.deep.equal(['In Review']);
    expect(plan.obstacles.join(' ')).to.match(/of type NUMBER.*twin of "for implementation"/);
    expect(planBoard(board({ Branch: 'TEXT' }), NAMES).obstacles.join(' ')).to.include(
      'no single-select field "Status"',
    );
  });
});
