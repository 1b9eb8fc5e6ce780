import { expect } from 'chai';
import fc from 'fast-check';
import type { GateResult, Verdict } from './gate.ts';
import { type TestsInput, testsGate } from './tests.ts';

function evaluate(xml: string | string[], parts: Partial<TestsInput> = {}) {
  const reports = [xml].flat().map((text, at) => ({
    path: `reports/${at}.xml`,
    bytes: new TextEncoder().encode(text),
  }));
  const ended = { exitCode: 0, endedBy: 'exit' } as const;
  return testsGate.evaluate({ ...ended, reports, reportProblems: [], reportExpected: false, ...parts });
}

const rulesOf = ({ findings }: GateResult) => findings.map(({ rule }) => rule);

const NODE_TEST = `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testsuite name="math" time="0.003" disabled="0" errors="0" tests="4" failures="1" skipped="2" hostname="vm">
		<testcase name="adds &lt;b> &amp; c" time="0.001" classname="math" file="/w/a.test.mjs"/>
		<testcase name="fails" time="0.000531" classname="math" file="/w/a.test.mjs" failure="3 == 4">
			<failure type="testCodeFailure" message="3 == 4">
Error [ERR_TEST_FAILURE]: 3 == 4
    at async Promise.all (index 0)
			</failure>
		</testcase>
		<testcase name="later" time="0.000059" classname="math"><skipped type="skipped" message="true"/></testcase>
		<testcase name="todo one" time="0.000055" classname="math"><skipped type="todo" message="true"/></testcase>
	</testsuite>
	<testsuite name="top" tests="1" failures="0"><testcase name="sub" classname="top"/></testsuite>
	<testcase name="alone" classname="test"/>
	<!-- tests 7 -->
</testsuites>`;

const JEST = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="0.5">
  <testsuite name="math" errors="0" failures="1" skipped="0" timestamp="2026-01-01T00:00:00" time="0.3" tests="3">
    <testcase classname="math adds" name="math adds" time="0.002"></testcase>
    <testcase classname="math subtracts" name="math subtracts" time="0.001">
      <failure>Error: expect(received).toBe(expected)
    at Object.toBe (math.test.js:9:21)</failure>
    </testcase>
    <testcase classname="math later" name="math later" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>`;

const PYTEST = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" skipped="1" tests="3" time="0.02" hostname="h"><testcase classname="tests.test_a" name="test_ok" time="0.001" /><testcase classname="tests.test_a" name="test_x" time="0.0"><skipped type="pytest.xfail" message="known" /></testcase><testcase classname="tests.test_a" name="test_fixture" time="0.0"><error message="failed on setup with &quot;E&quot;">def f():
&gt;       raise E</error></testcase></testsuite></testsuites>`;

const SUREFIRE = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0" name="a.ATest" time="0.05" tests="2" errors="0" skipped="0" failures="0">
  <properties><property name="java.version" value="21"/></properties>
  <testcase name="adds" classname="a.ATest" time="0.01"/>
  <testcase name="flaky" classname="a.ATest" time="0.01"><flakyFailure message="once" type="x"><stackTrace><![CDATA[at x]]></stackTrace></flakyFailure></testcase>
  <system-out><![CDATA[<testcase name="printed"><failure/></testcase>]]></system-out>
</testsuite>`;

const GRADLE = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="b.BTest" tests="2" skipped="1" failures="1" errors="0" timestamp="2026-01-01T00:00:00" hostname="h" time="0.01">
  <properties/>
  <testcase name="off" classname="b.BTest" time="0.0"><skipped/></testcase>
  <testcase name="bad()" classname="b.BTest" time="0.01"><failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="E">org.opentest4j.AssertionFailedError: expected: &lt;1&gt; but was: &lt;2&gt;
	at b.BTest.bad(BTest.java:9)</failure></testcase>
  <system-err><![CDATA[]]></system-err>
</testsuite>`;

const GO = `<testsuites tests="2" failures="1" errors="0"><testsuite name="example.com/m" tests="2" failures="1" errors="0" id="0"><testcase name="TestA" classname="example.com/m" time="0.000"></testcase><testcase name="TestB/sub" classname="example.com/m"><failure message="Failed"><![CDATA[    m_test.go:9: got 1]]></failure></testcase></testsuite></testsuites>`;

describe('the tests gate', () => {
  describe('dialects', () => {
    const rows: ReadonlyArray<[name: string, xml: string, counts: number[], failed: string[]]> = [
      ['node:test', NODE_TEST, [6, 3, 1, 2], ['math › fails']],
      ['jest-junit', JEST, [3, 1, 1, 1], ['math subtracts']],
      ['pytest', PYTEST, [3, 1, 1, 1], ['tests.test_a › test_fixture']],
      ['surefire', SUREFIRE, [2, 2, 0, 0], []],
      ['gradle', GRADLE, [2, 0, 1, 1], ['b.BTest › bad()']],
      ['go-junit-report', GO, [2, 1, 1, 0], ['example.com/m › TestB/sub']],
    ];
    for (const [name, xml, [total, passed, failed, skipped], names] of rows) {
      it(`counts ${name}`, () => {
        const verdict = evaluate(xml, { exitCode: failed === 0 ? 0 : 1 });
        expect(verdict.counts).to.deep.equal({ total, passed, failed, skipped });
        expect(verdict.failedTests.map((test) => test.name)).to.deep.equal(names);
        expect(verdict.verdict).to.equal(failed === 0 ? 'passed' : 'failed');
        expect(rulesOf(verdict)).to.deep.equal(failed === 0 ? [] : ['tests/exit-code']);
      });
    }

    it('adds up many files', () => {
      const verdict = evaluate([SUREFIRE, GRADLE, SUREFIRE], { exitCode: 1 });
      expect(verdict.counts).to.deep.equal({ total: 6, passed: 4, failed: 1, skipped: 1 });
    });

    it('counts a copy of a report once, and modules that came out alike each', () => {
      const xml = '<testsuite timestamp="2030-01-01T00:00:00"><testcase name="a" time="0.012"/></testsuite>';
      const totalOf = (paths: string[], text = xml) => {
        const reports = paths.map((path) => ({ path, bytes: new TextEncoder().encode(text) }));
        return evaluate([], { reports }).counts?.total;
      };
      expect(totalOf(['reports/junit.xml', 'junit.xml'])).to.equal(1);
      expect(totalOf(['a/target/surefire-reports/TEST-A.xml', 'b/target/surefire-reports/TEST-B.xml'])).to.equal(2);
      expect(totalOf(['a/junit.xml', 'b/junit.xml'], '<testsuite><testcase name="a"/></testsuite>')).to.equal(2);
    });

    it('gives message and stack of a failure, once', () => {
      const [gradle] = evaluate(GRADLE, { exitCode: 1 }).failedTests;
      expect(gradle?.message).to.equal(
        'org.opentest4j.AssertionFailedError: expected: <1> but was: <2>\n\tat b.BTest.bad(BTest.java:9)',
      );
      const [pytest] = evaluate(PYTEST, { exitCode: 1 }).failedTests;
      expect(pytest?.message).to.equal('failed on setup with "E"\ndef f():\n>       raise E');
    });

    it('reads UTF-16, with a mark and without', () => {
      const text = Buffer.from('<testsuite><testcase name="ünï"><failure/></testcase></testsuite>', 'utf16le');
      const mark = Buffer.from('\ufeff', 'utf16le');
      for (const bytes of [
        text,
        Buffer.concat([mark, text]),
        Buffer.from(text).swap16(),
        Buffer.concat([mark, text]).swap16(),
      ])
        expect(
          testsGate.evaluate({
            ...{ exitCode: 0, endedBy: 'exit', reportProblems: [], reportExpected: false },
            reports: [{ path: 'junit.xml', bytes }],
          }),
        ).to.deep.include({ reason: 'report-disagrees', counts: { total: 1, passed: 0, failed: 1, skipped: 0 } });
    });

    it('goes down nested suites', () => {
      const xml =
        '<testsuites><testsuite><testsuite><testcase name="a"/></testsuite><testcase name="b"/></testsuite></testsuites>';
      expect(evaluate(xml).counts?.total).to.equal(2);
    });

    it('counts a suite without cases by its own figures', () => {
      const verdict = evaluate(
        '<testsuites><testsuite name="broken.test.js" tests="0" failures="0" errors="1"><system-err>SyntaxError</system-err></testsuite><testsuite tests="2"><testcase name="a"/></testsuite></testsuites>',
        { exitCode: 1 },
      );
      expect(verdict.counts).to.deep.equal({ total: 2, passed: 1, failed: 1, skipped: 0 });
      expect(verdict.failedTests).to.deep.equal([{ name: 'broken.test.js', message: 'SyntaxError' }]);
      expect(evaluate('<testsuite tests="5" failures="0" skipped="2"/>').counts).to.deep.equal({
        total: 5,
        passed: 3,
        failed: 0,
        skipped: 2,
      });
    });

    it('does not fail for a "todo" that node:test lets fail', () => {
      const xml =
        '<testsuites><testcase name="a"/><testcase name="b"><skipped type="todo"/><failure message="x"/></testcase></testsuites>';
      expect(evaluate(xml)).to.deep.include({ verdict: 'passed', reason: 'passed' });
    });
  });

  describe('verdict', () => {
    const rows: ReadonlyArray<
      [name: string, xml: string[], run: Partial<TestsInput>, expected: Verdict, reason: string, detail: RegExp]
    > = [
      ['passed', [SUREFIRE], {}, 'passed', 'passed', /2 of 2 tests passed\.$/],
      ['no report, exit 0', [], {}, 'passed', 'passed-uncounted', /no report says/],
      ['no report, exit 1', [], { exitCode: 1 }, 'failed', 'exit-code', /ended with exit code 1\.$/],
      ['ended by a signal', [], { exitCode: null }, 'failed', 'exit-code', /ended by a signal/],
      ['failed tests', [GO], { exitCode: 2 }, 'failed', 'exit-code', /1 of 2 tests failed; .*exit code 2/],
      [
        'exit 1, report green',
        [SUREFIRE],
        { exitCode: 1 },
        'failed',
        'exit-code',
        /although its report shows no failed/,
      ],
      [
        'exit 0, report red',
        [GO],
        {},
        'failed',
        'report-disagrees',
        /exit code 0, but its report shows 1 failed test\./,
      ],
      ['red report among green ones', [SUREFIRE, GO], {}, 'failed', 'report-disagrees', /1 failed test/],
      ['no test', ['<testsuites/>'], {}, 'failed', 'no-tests', /shows no test/],
      ['no test in a suite', ['<testsuite tests="0"/>'], {}, 'failed', 'no-tests', /shows no test/],
      [
        'all skipped',
        ['<testsuite><testcase><skipped/></testcase></testsuite>'],
        {},
        'failed',
        'all-skipped',
        /skipped/,
      ],
      ['time limit', [SUREFIRE], { endedBy: 'timeout', exitCode: null }, 'failed', 'timeout', /time limit/],
      ['silence', [], { endedBy: 'silence', exitCode: null }, 'failed', 'silence', /wrote nothing/],
      ['stopped', [], { endedBy: 'abort', exitCode: null }, 'unknown', 'aborted', /stopped before/],
      ['not started', [], { endedBy: 'spawn-failure', exitCode: null }, 'unknown', 'not-started', /not be started/],
      [
        'stopped, whatever the exit code',
        [SUREFIRE],
        { endedBy: 'timeout', exitCode: 0 },
        'failed',
        'timeout',
        /limit/,
      ],
      ['expected report missing', [], { reportExpected: true }, 'failed', 'report-missing', /wrote no report/],
      ['expected report empty', [''], { reportExpected: true }, 'failed', 'report-unreadable', /0\.xml is empty/],
      ['expected report other XML', ['<x/>'], { reportExpected: true }, 'failed', 'report-missing', /no report/],
      ['empty report', [' \n'], {}, 'passed', 'passed-uncounted', /no report says/],
      ['report cut short', [SUREFIRE.slice(0, 300)], {}, 'passed', 'passed-uncounted', /no report says/],
      ['other XML', ['<checkstyle/>'], {}, 'passed', 'passed-uncounted', /no report says/],
    ];
    for (const [name, xml, run, expected, reason, detail] of rows) {
      it(`is ${expected}: ${name}`, () => {
        const result = evaluate(xml, run);
        expect(result).to.deep.include({ gate: 'tests', verdict: expected, reason });
        expect(result.detail).to.match(detail);
        const errors = result.findings.filter(({ severity }) => severity === 'error');
        expect(errors.map(({ rule }) => rule)).to.deep.equal(expected === 'passed' ? [] : [`tests/${reason}`]);
        expect(errors[0]?.message ?? result.detail).to.equal(result.detail);
      });
    }

    it('warns of reports that could not be used, and lets them decide only where one is expected', () => {
      const problem = 'reports/junit.xml is a link, which is not followed.';
      const run = { reportProblems: [problem] };
      expect(evaluate([SUREFIRE], run)).to.include({ verdict: 'passed' });
      expect(evaluate([SUREFIRE], run).findings.map(({ rule, message }) => [rule, message])).to.deep.equal([
        ['tests/report-ignored', problem],
      ]);
      const expected = evaluate([''], { ...run, reportExpected: true });
      expect(expected).to.deep.include({ verdict: 'failed', reason: 'report-unreadable', detail: problem });
      expect(rulesOf(expected)).to.deep.equal(['tests/report-unreadable', 'tests/report-unreadable']);
      expect(rulesOf(evaluate([GO, ''], { exitCode: 1 }))).to.deep.equal(['tests/exit-code', 'tests/report-ignored']);
    });
  });

  describe('hostile reports', () => {
    const unreadable: ReadonlyArray<[name: string, text: string, words: RegExp]> = [
      ['empty', '', /reports\/0\.xml is empty/],
      ['cut short', '<testsuites><testsuite><testcase name="a"/>', /not well-formed/],
      ['text', 'ok 1', /not well-formed/],
      ['NUL', '\0\0\0', /not well-formed/],
      ['entity bomb', '<!DOCTYPE x [<!ENTITY a "b">]><testsuites>&a;</testsuites>', /defines entities/],
      ['too deep', `${'<testsuite>'.repeat(500)}${'</testsuite>'.repeat(500)}`, /\./],
    ];
    for (const [name, text, words] of unreadable) {
      it(`gives no counts for: ${name}`, () => {
        const verdict = evaluate(text, { exitCode: 1 });
        expect(verdict).to.deep.include({ verdict: 'failed', counts: null, failedTests: [] });
        expect(verdict.findings.at(-1)).to.deep.include({ rule: 'tests/report-ignored', severity: 'warning' });
        expect(verdict.findings.at(-1)?.message).to.match(words);
      });
    }

    it('cuts names and messages, and cleans them', () => {
      const xml = `<testsuite>${`<testcase name="n\u001b[31m\n${'x'.repeat(5000)}"><failure message="m\u202e">${'y\n'.repeat(9000)}</failure></testcase>`.repeat(300)}</testsuite>`;
      const { failedTests, counts } = evaluate(xml, { exitCode: 1 });
      expect(counts?.failed).to.equal(300);
      expect(failedTests).to.have.length(200);
      expect(failedTests.every(({ name }) => name.length === 300 && /^n x+…$/.test(name))).to.equal(true);
      expect(failedTests.every(({ message }) => message.length === 4000 && !message.includes('\u202e'))).to.equal(true);
    });

    it('counts invalid figures as zero', () => {
      const xml = '<testsuite tests="-5" failures="NaN" errors="1e99" skipped="x"/>';
      expect(evaluate(xml)).to.deep.include({ verdict: 'failed', reason: 'no-tests' });
    });

    it('reads 20,000 cases without trouble', () => {
      const xml = `<testsuites><testsuite>${'<testcase name="a" classname="b.c" time="0.1"/>'.repeat(20_000)}</testsuite></testsuites>`;
      expect(evaluate(xml).counts?.passed).to.equal(20_000);
    });

    it('never turns red into green, and keeps its counts whole', () => {
      const test = fc.constantFrom(
        '<testcase name="a"/>',
        '<testcase><failure/></testcase>',
        '<testcase><error message="e"/></testcase>',
        '<testcase><skipped/></testcase>',
        '<testsuite tests="3" failures="1"/>',
        '<testsuite/>',
        '<properties/>',
      );
      const report = fc.array(test, { maxLength: 8 }).map((tests) => `<testsuite>${tests.join('')}</testsuite>`);
      fc.assert(
        fc.property(fc.array(report, { maxLength: 3 }), fc.constantFrom(0, 1, 137), (reports, exitCode) => {
          const { verdict, counts } = evaluate(reports, { exitCode });
          if (exitCode !== 0) expect(verdict).to.equal('failed');
          expect(counts === null).to.equal(reports.length === 0);
          if (counts === null) return;
          expect(counts.passed + counts.failed + counts.skipped).to.equal(counts.total);
          const green = exitCode === 0 && counts.failed === 0 && counts.passed > 0;
          expect(verdict).to.equal(green ? 'passed' : 'failed');
        }),
      );
    });
  });
});
