import { expect } from 'chai';
import { createGitOfTrees, type GitOfTrees } from '../../../../test/gates/git-of-trees.ts';
import { createSourceParser } from '../../../adapters/parsers/source-parser.ts';
import type { BranchCommit } from '../../../core/ports/repository.ts';
import { judgeEvidence } from './evidence.ts';

const SPEC = '.kiro/specs/feature/a';
const REQUIREMENTS = `### Requirement 1
#### Acceptance Criteria
1. WHEN two numbers are added THEN the sum is returned
2. WHEN one is no number THEN it is refused
3. WHEN nothing is added THEN 0 is returned
4. WHEN it overflows THEN it says so
`;
const TASKS = `- [x] 1. Add
  - _Requirements: 1.1_
- [x] 2. Refuse
  - _Requirements: 1.2, 1.3_
- [ ] 3. Overflow
  - _Requirements: 1.4_
`;
const TEST = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n";
const LATER = `${TEST}it('refuses words', () => {\n  expect(() => add('a')).toThrow();\n});\n`;
const junit = (...cases: string[]) =>
  Buffer.from(`<testsuites><testsuite name="s">${cases.join('')}</testsuite></testsuites>`);

describe('judgeEvidence', () => {
  let git: GitOfTrees;
  before(async () => {
    git = await createGitOfTrees();
    const spec = { [`${SPEC}/requirements.md`]: REQUIREMENTS, [`${SPEC}/tasks.md`]: TASKS };
    await git.commit({
      'refs/heads/base': { ...spec, 'README.md': 'x\n' },
      'refs/heads/first': { ...spec, 'src/add.test.js': TEST },
      'refs/heads/second': { ...spec, 'src/add.test.js': LATER },
    });
  });
  after(() => git.close());

  const unit = (id: string, parent: string, task: string): BranchCommit => ({
    id: `refs/heads/${id}`,
    parent: `refs/heads/${parent}`,
    trailers: new Map([
      ['Kiro-Worker-Spec', SPEC],
      ['Kiro-Worker-Task', task],
    ]),
  });
  const judge = async (reports: readonly Buffer[]) => {
    const { repository } = git;
    const { objects } = repository;
    const { rows } = await judgeEvidence(
      {
        repository: {
          objects,
          read: (commit, file) => repository.read(commit, file),
          commits: async () => [unit('first', 'base', '1'), unit('second', 'first', '2')],
        },
        createSourceParser,
      },
      {
        specPath: SPEC,
        head: 'refs/heads/second',
        reports: reports.map((bytes) => ({ path: 'reports/junit.xml', bytes })),
        policies: {},
      },
    );
    return rows.map(({ criterion, verdict, reason }) => `${criterion.id} ${verdict}: ${reason}`);
  };

  it('shows a criterion by the tests that came with its task, and by those that name it', async () => {
    const cases = [
      '<testcase name="adds"/>',
      '<testcase name="refuses words"/>',
      '<testcase name="Requirement 1.3: 0"><failure/></testcase>',
    ];
    expect(await judge([junit(...cases)])).to.deep.equal([
      '1.1 PASS: 1 test passed',
      '1.2 PASS: 1 test passed',
      '1.3 FAIL: 1 of 2 tests failed',
      '1.4 UNKNOWN: no task that refers to it is done',
    ]);
  });

  it('takes a test that was there before for no evidence of a later task', async () => {
    expect((await judge([junit('<testcase name="adds"/>')]))[1]).to.equal(
      '1.2 UNKNOWN: no reported test names it, and its tasks added or changed none',
    );
  });

  it('knows nothing without a report that names tests, also where one cannot be read', async () => {
    for (const reports of [[], [Buffer.from('<testsuite')], [Buffer.from('TAP version 13')]]) {
      expect((await judge(reports))[0]).to.equal('1.1 UNKNOWN: no report names the tests that ran');
    }
  });
});
