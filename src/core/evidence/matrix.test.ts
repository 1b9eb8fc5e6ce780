import { expect } from 'chai';
import { parseTasks } from '../spec/tasks.ts';
import { readRequirementsFile } from './criteria.ts';
import { matchReported } from './match-tests.ts';
import { type EvidenceInput, evaluateEvidence, type ReportedTest } from './matrix.ts';

const SPEC = [1, 2]
  .map((number) => `### Requirement ${number}\n#### Acceptance Criteria\n1. WHEN a\n2. WHEN b\n3. WHEN c\n`)
  .join('\n');
const TASKS = `- [x] 1. Sign in
  - _Requirements: 1.1, 1.2_
- [ ] 2. Sign out
  - _Requirements: 2.1_
- [x] 3. Roles
  - _Requirements: 1.3, 7.7_
- [x] 4. Everything about teams
  - _Requirements: 2_
  - [x] 4.1 Add a team
`;
const reported: readonly ReportedTest[] = [
  { name: 'session › begins (Requirement 1.1)', state: 'passed' },
  { name: 'session › [1.2] ends', state: 'failed' },
  { name: 'roles › are kept', state: 'passed' },
  { name: 'Requirement 2.1: signs out', state: 'passed' },
  { name: 'teams › [2.2] are added', state: 'skipped' },
];

function judge(more: Partial<EvidenceInput> = {}) {
  const { rows, unknownReferences } = evaluateEvidence({
    criteria: readRequirementsFile(SPEC, 'requirements.md'),
    tasks: parseTasks(TASKS),
    properties: new Map(),
    reported,
    testsOfUnit: new Map([[5, [2]]]),
    ...more,
  });
  const lines = rows.map(({ criterion, verdict, reason }) => `${criterion.id} ${verdict}: ${reason}`);
  return { lines, unknownReferences, rows };
}

describe('evaluateEvidence', () => {
  it('passes what a done task and a passed test show, fails what a test refutes, and leaves all else unknown', () => {
    expect(judge().lines).to.deep.equal([
      '1.1 PASS: 1 test passed',
      '1.2 FAIL: 1 of 1 test failed',
      '1.3 PASS: 1 test passed',
      '2.1 PASS: 1 test passed',
      '2.2 UNKNOWN: its tests were skipped',
      '2.3 UNKNOWN: no reported test names it, and its tasks added or changed none',
    ]);
  });

  it('knows nothing of a criterion that no task refers to, whatever tests name it', () => {
    const tasks = parseTasks('- [x] 1. Sign in\n');
    expect(judge({ tasks }).lines[0]).to.equal('1.1 UNKNOWN: no task refers to it');
  });

  it('knows nothing of a criterion whose task is open, also where its test passes already', () => {
    const tasks = parseTasks('- [ ] 1. Sign in\n  - _Requirements: 1.1_\n');
    expect(judge({ tasks }).lines[0]).to.equal('1.1 UNKNOWN: no task that refers to it is done');
  });

  it('takes a test that names one criterion of its task for no evidence of the others', () => {
    const testsOfUnit = new Map([[5, [0, 2]]]);
    expect(judge({ testsOfUnit }).lines[2]).to.equal('1.3 PASS: 1 test passed');
    expect(judge({ testsOfUnit: new Map([[5, [0]]]) }).lines[2]).to.match(/^1\.3 UNKNOWN: no reported test names it/);
  });

  it('says that no report names the tests', () => {
    expect(judge({ reported: null, testsOfUnit: new Map() }).lines[0]).to.equal(
      '1.1 UNKNOWN: no report names the tests that ran',
    );
  });

  it('names the tasks and the tests of a criterion, and references that name none', () => {
    const { rows, unknownReferences } = judge();
    expect(rows[0]).to.deep.include({ units: ['1 Sign in'], tests: [reported[0]] });
    expect(unknownReferences).to.deep.equal(['7.7']);
  });
});

describe('matchReported', () => {
  const names = (...list: string[]) => list.map((name) => ({ name }));
  it('finds a test whatever a report writes around its name', () => {
    const cases = names(
      'session begins when asked',
      'session › begins when asked',
      'tests.test_session.TestSession › test_begins[admin-1]',
      'app.SessionTest › begins(String)[2]',
      'example.org/app › TestBegins/admin',
    );
    const declared = (path: string, ...own: string[]) => matchReported({ path, names: own }, cases);
    expect(declared('test/session.test.js', 'session', 'begins when asked')).to.deep.equal([0, 1]);
    expect(declared('tests/test_session.py', 'TestSession', 'test_begins')).to.deep.equal([2]);
    expect(declared('src/test/java/app/SessionTest.java', 'SessionTest', 'begins')).to.deep.equal([3]);
    expect(declared('session_test.go', 'TestBegins')).to.deep.equal([4]);
  });

  it('takes no longer name for it, and prefers the suite that it stands in', () => {
    const cases = names('roles › begins', 'session › begins', 'session › begins later', 'session › beginsAgain');
    expect(matchReported({ path: 'a.test.js', names: ['roles', 'begins'] }, cases)).to.deep.equal([0]);
    expect(matchReported({ path: 'a.test.js', names: ['begins later'] }, cases)).to.deep.equal([2]);
    expect(matchReported({ path: 'a.test.js', names: ['ends'] }, cases)).to.deep.equal([]);
    expect(matchReported({ path: 'a.test.js', names: [] }, cases)).to.deep.equal([]);
  });
});
