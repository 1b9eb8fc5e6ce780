import { expect } from 'chai';
import { testsGate } from './tests.ts';

const XML = '<testsuite name="a" tests="2"><testcase name="x"/><testcase name="y"/></testsuite>';

describe("summaries of Ant's task junitreport", () => {
  const totalOf = (paths: readonly string[]) =>
    testsGate.evaluate({
      ...{ exitCode: 0, endedBy: 'exit', reportProblems: [], reportExpected: false },
      reports: paths.map((path) => ({ path, bytes: new TextEncoder().encode(`<testsuites>${XML}</testsuites>`) })),
    }).counts?.total;

  it('count for nothing beside what they put together, and alone for themselves', () => {
    expect(totalOf(['out/TEST-a.xml', 'out/TESTS-TestSuites.xml'])).to.equal(2);
    expect(totalOf(['out/TESTS-TestSuites.xml', 'out/TEST-a.xml', 'out/TEST-b.xml'])).to.equal(4);
    expect(totalOf(['out/TESTS-TestSuites.xml'])).to.equal(2);
    expect(totalOf(['out/TESTS-TestSuites.xml', 'other/TEST-a.xml'])).to.equal(4);
  });
});
