import { expect } from 'chai';
import { countNames, type TestsInput, type Tolerated, testsGate } from './tests.ts';

const failing = (name: string) => `<testcase name="${name}"><failure message="no"/></testcase>`;
const report = (...cases: string[]) => `<testsuite><testcase name="ok"/>${cases.join('')}</testsuite>`;

function evaluate(xml: string, tolerated: Tolerated | null, parts: Partial<TestsInput> = {}) {
  return testsGate.evaluate({
    ...{ exitCode: 1, endedBy: 'exit', reportProblems: [], reportExpected: false },
    reports: [{ path: 'junit.xml', bytes: new TextEncoder().encode(xml) }],
    ...(tolerated && { tolerated }),
    ...parts,
  });
}

describe('known failures', () => {
  const known = new Map([['a', 1]]);

  it('pass, and are listed', () => {
    const result = evaluate(report(failing('a')), known);
    expect(result).to.deep.include({ verdict: 'passed', reason: 'passed-but-known' });
    expect(result.detail).to.equal('1 of 2 tests passed, 1 known failure tolerated.');
    expect(result.findings.map(({ rule, message }) => [rule, message])).to.deep.equal([
      ['tests/known-failure', 'They fail as they did before: a'],
    ]);
    expect(evaluate(report(failing('x'), failing('y')), 'named').verdict).to.equal('passed');
  });

  it('excuse no other failure, and no more of the same name', () => {
    expect(evaluate(report(failing('a'), failing('b')), known).verdict).to.equal('failed');
    expect(evaluate(report(failing('a'), failing('a')), known).verdict).to.equal('failed');
    expect(evaluate(report(failing('A')), known).verdict).to.equal('failed');
    expect(evaluate(report(failing('a')), null).verdict).to.equal('failed');
  });

  it('excuse nothing that a report does not show whole', () => {
    for (const tolerated of [known, 'named'] as const) {
      expect(evaluate('<testsuite tests="3" failures="1"/>', tolerated).verdict).to.equal('failed');
      expect(evaluate(report('<testcase><failure/></testcase>'), tolerated).verdict).to.equal('failed');
      expect(evaluate(`<testsuite>${failing('a')}</testsuite>`, tolerated).verdict, 'none passed').to.equal('failed');
      expect(evaluate(report(), tolerated).verdict, 'red without a failure').to.equal('failed');
      const problem = { reportProblems: ['b.xml is a link.'] };
      expect(evaluate(report(failing('a')), tolerated, problem).verdict, 'unread').to.equal('failed');
      expect(evaluate(report(failing('a')), tolerated, { exitCode: null }).verdict, 'signal').to.not.equal('passed');
      expect(evaluate(report(failing('a')), tolerated, { endedBy: 'timeout' }).verdict, 'late').to.not.equal('passed');
      expect(evaluate('', tolerated, { reports: [] }).verdict, 'no report').to.equal('failed');
    }
  });

  it('are counted by name', () => {
    const failed = ['a', 'b', 'a'].map((name) => ({ name, message: '' }));
    expect([...countNames(failed)]).to.deep.equal([
      ['a', 2],
      ['b', 1],
    ]);
  });
});
