import { expect } from 'chai';
import { judgeIntegrity } from './gate.ts';
import type { IntegrityInput } from './input.ts';
import { emptyModel, type TestCase } from './model.ts';

const NOTHING: IntegrityInput = {
  ...{ files: [], configurations: [], snapshots: [], paths: [], unread: [] },
  ran: { before: null, after: null },
};
const ADDS: TestCase = {
  ...{ names: ['adds'], line: 3, skip: null, focus: null, cases: 1, isTodo: false, isSwallowing: false },
  ...{ body: 'b', tokens: ['sum', '1'], words: ['sum'] },
  assertions: [{ text: 'expect sum 1 . toBe 1', shape: 'expect sum toBe', subject: 'sum 1', isVague: false }],
};
const model = (tests: readonly TestCase[]) => ({ ...emptyModel('a.test.ts', null), tests });
const rulesOf = (input: Partial<IntegrityInput>) =>
  judgeIntegrity({ ...NOTHING, ...input }, {}).findings.map(({ rule }) => rule);

describe('the verdict on the integrity of tests', () => {
  it('is passed where nothing differs', () => {
    expect(judgeIntegrity(NOTHING, {})).to.deep.include({ verdict: 'passed', findings: [] });
  });

  it('fails for fewer tests that ran, unless some are gone for a reason that is told or honest', () => {
    const ran = { before: 10, after: 9 };
    expect(rulesOf({ ran })).to.deep.equal(['test-integrity/fewer-tests']);
    expect(rulesOf({ ran: { before: 10, after: 10 } })).to.deep.equal([]);
    expect(rulesOf({ ran: { before: null, after: 9 } })).to.deep.equal([]);
    const lost = { before: model([ADDS]), after: model([]) };
    expect(rulesOf({ ran, files: [lost] })).to.deep.equal(['test-integrity/tests-removed']);
    const source = { ...emptyModel('sum.ts', null), declared: ['sum'] };
    const withSubject = [lost, { before: source, after: emptyModel('sum.ts', null) }];
    expect(rulesOf({ ran, files: withSubject })).to.deep.equal([]);
  });

  it('follows the policy of each rule', () => {
    const files = [{ before: model([ADDS]), after: model([]) }];
    const rule = 'test-integrity/tests-removed';
    const verdictOf = (policy: 'block' | 'tell' | 'off') =>
      judgeIntegrity({ ...NOTHING, files }, { [rule]: policy }).verdict;
    expect(verdictOf('block')).to.equal('failed');
    expect(verdictOf('tell')).to.equal('passed');
    const unread = { ...NOTHING, unread: ['huge.test.ts'] };
    expect(judgeIntegrity(unread, {}).verdict).to.equal('passed');
    expect(judgeIntegrity(unread, { 'test-integrity/unknown': 'block' }).verdict).to.equal('unknown');
  });

  it('tells recorded results that were written anew alone', () => {
    const text = (value: number) => [1, 2, 3].map((n) => `exports[\`t ${n}\`] = \`${value}\`;\n`).join('\n');
    const snapshot = { path: 'a.snap', before: text(1), after: text(2), hasOwner: true, isOfChange: false };
    expect(rulesOf({ snapshots: [snapshot] })).to.deep.equal(['test-integrity/snapshots']);
    expect(rulesOf({ snapshots: [{ ...snapshot, isOfChange: true }] })).to.deep.equal([]);
    expect(rulesOf({ snapshots: [{ ...snapshot, after: null }] })).to.deep.equal(['test-integrity/snapshots']);
  });
});
