import { expect } from 'chai';
import { WorkerError } from '../errors.ts';
import type { BoardField } from '../ports/github.ts';
import type { BoardNames } from './board-problems.ts';
import { requireUsableBoard } from './board-problems.ts';

const NAMES: BoardNames = {
  statusField: 'Status',
  branchField: 'Branch',
  priorityField: 'Priority',
  targetStatusColumn: 'For Implementation',
  destinations: [{ setting: 'reviewColumn', column: 'In Review' }],
};

const select = (...options: string[]): BoardField => ({ dataType: 'SINGLE_SELECT', options, foreignValue: null });
const TEXT: BoardField = { dataType: 'TEXT', options: null, foreignValue: null };
const ISSUE_FIELD = { foreignValue: 'ProjectV2ItemIssueFieldValue' };

const FIELDS = {
  status: select('For Implementation', 'In Review') as BoardField | null,
  branch: TEXT as BoardField | null,
  priority: select('P0', 'P1') as BoardField | null,
  all: [
    { name: 'Status', dataType: 'SINGLE_SELECT' },
    { name: 'Phase', dataType: 'SINGLE_SELECT' },
    { name: 'Git branch', dataType: 'TEXT' },
  ],
};

function problemsOf(
  fields: Partial<typeof FIELDS>,
  names: Partial<BoardNames> = {},
  canUpdate = true,
): string[] | WorkerError {
  try {
    return requireUsableBoard({ title: 'Work', fields: { ...FIELDS, ...fields }, canUpdate }, { ...NAMES, ...names });
  } catch (error) {
    if (error instanceof WorkerError) return error;
    throw error;
  }
}

describe('the fields and columns of a board', () => {
  it('are no problem where they are as the configuration says, with or without priorities', () => {
    expect(problemsOf({})).to.deep.equal([]);
    expect(problemsOf({ priority: null })).to.deep.equal([]);
  });

  for (const [what, fields, names, words] of [
    [
      'a branch field of another type',
      { branch: select('feature/x') },
      {},
      '"Branch" (branchField) is of type SINGLE_SELECT',
    ],
    ['no branch field', { branch: null }, {}, 'has no field "Branch"'],
    ['a branch field that only looks alike', { branch: null }, { branchField: 'git  branch' }, 'but "Git branch"'],
    [
      'a branch field that is an issue field',
      { branch: { ...TEXT, ...ISSUE_FIELD } },
      {},
      'an issue field of the organisation',
    ],
    [
      'values of an unknown type',
      { branch: { ...TEXT, foreignValue: 'NewValue' } },
      {},
      'holds values of type NewValue',
    ],
    ['priorities in a text', { priority: TEXT }, {}, '"Priority" (priorityField) is of type TEXT'],
    [
      'priorities of an issue field',
      { priority: { ...select('P0'), ...ISSUE_FIELD } },
      {},
      'an issue field of the organisation',
    ],
    [
      'priorities by a chosen name that is not there',
      { priority: null },
      { priorityField: 'Urgency' },
      'no field "Urgency"',
    ],
    ['priorities that look alike', { priority: select('High', 'high ') }, {}, '"High" and "high "'],
    [
      'two columns that look alike',
      { status: select('For Implementation', 'In Review', 'In\u00a0Review') },
      {},
      'look alike',
    ],
    [
      'an invisible twin',
      { status: select('For Implementation', 'For Implementation\u2060', 'In Review') },
      {},
      '\\u{2060}',
    ],
    [
      'a chosen name with something that cannot be seen',
      { branch: null },
      { branchField: 'Branch\u200b' },
      'no field "Branch\\u{200b}" (branchField)',
    ],
    [
      'a destination that is not there',
      { status: select('For Implementation', 'in review') },
      {},
      '(there is "in review")',
    ],
  ] as const) {
    it(`are named with what was found: ${what}`, () => {
      const problems = problemsOf(fields, names);
      expect(problems).to.be.an('array').with.lengthOf(1);
      expect(String(problems)).to.include(words);
    });
  }

  it('are an error where no card could ever be eligible', () => {
    for (const [fields, names, code, words] of [
      [{ status: null }, {}, 'BOARD_FIELD_MISSING', 'no field "Status"'],
      [{ status: null }, { statusField: 'phase' }, 'BOARD_FIELD_MISSING', 'but "Phase"'],
      [{ status: TEXT }, {}, 'BOARD_FIELD_MISSING', 'of type TEXT'],
      [{ status: { ...select('For Implementation'), ...ISSUE_FIELD } }, {}, 'BOARD_FIELD_MISSING', 'issue field'],
      [{}, { targetStatusColumn: 'Ready' }, 'BOARD_COLUMN_MISSING', '"Ready"'],
    ] as const) {
      const error = problemsOf(fields, names);
      expect(error).to.be.instanceOf(WorkerError).and.include({ code });
      expect(String(error)).to.include(words);
    }
  });

  it('are told all at once', () => {
    const error = problemsOf({ status: select('Todo'), branch: null, priority: TEXT }, {}, false);
    expect(error).to.be.instanceOf(WorkerError);
    expect(String(error)).to.include('"For Implementation"').and.to.include('"In Review"').and.to.include('"Branch"');
    expect(String(error)).to.include('"Priority"').and.to.include('may not move cards');
  });
});
