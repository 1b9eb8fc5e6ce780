import { expect } from 'chai';
import { openCoverageReport } from '../gates/coverage/read-report.ts';
import { readJUnit } from '../gates/junit.ts';
import { renderCoverageReport, renderTestReport } from './build-reports.ts';

const report = (text: string, path = 'r') => ({ path, bytes: new TextEncoder().encode(text) });
const read = (text: string) => readJUnit(new TextEncoder().encode(text));

describe('the test report of a build', () => {
  it('holds every test case of every report once, with figures that agree with them', () => {
    const text = renderTestReport([
      report(
        '<testsuites tests="1" failures="9"><testsuite name="a"><testcase name="one"/><testcase name="a &lt; b"><failure message="no">because &amp; so</failure></testcase></testsuite></testsuites>',
      ),
      report('<testsuite tests="0"><testcase name="two" classname="B"><skipped/></testcase></testsuite>'),
    ]);
    expect(text).to.include('<testsuites tests="3" failures="1" errors="0" skipped="1">');
    const again = read(text);
    expect(again?.counts).to.deep.equal({ total: 3, passed: 1, failed: 1, skipped: 1 });
    expect(again?.failedTests.map(({ name }) => name)).to.deep.equal(['a < b']);
  });

  it('is there, and valid, when there is nothing or only damage to report', () => {
    for (const reports of [[], [report('')], [report('not xml')], [report('<html/>')]]) {
      expect(read(renderTestReport(reports))?.counts.total).to.equal(0);
    }
  });

  it('keeps what came before the damage', () => {
    const text = renderTestReport([
      report('<testsuite><testcase name="one"/><testcase name="t'),
      report('<testsuite/>'),
    ]);
    expect(read(text)?.counts).to.include({ total: 1, passed: 1 });
  });

  it('stays small, and its figures agree with what it kept', () => {
    const many = `<testsuite>${`<testcase name="${'n'.repeat(200)}"/>`.repeat(30_000)}</testsuite>`;
    const text = renderTestReport([report(many)]);
    expect(text.length).to.be.lessThan(5.1 * 1024 * 1024);
    const total = Number(/tests="(\d+)"/.exec(text)?.[1]);
    expect(total)
      .to.be.within(10_000, 29_999)
      .and.to.equal(text.split('<testcase ').length - 1);
  });
});

describe('the coverage report of a build', () => {
  const COBERTURA =
    '<coverage><packages><package><classes><class name="A" filename="src/a.py"><lines><line number="1" hits="3"/><line number="4" hits="0"/></lines></class></classes></package></packages></coverage>';

  it('is LCOV of any format, line by line', () => {
    expect(renderCoverageReport([report(COBERTURA)])).to.equal(
      'TN:\nSF:src/a.py\nDA:1,1\nDA:4,0\nLF:2\nLH:1\nend_of_record\n',
    );
    const lcov = renderCoverageReport([report('TN:\nSF:b.js\nDA:1,0\nend_of_record\n'), report(COBERTURA)]);
    const sources: string[] = [];
    const opened = openCoverageReport(new TextEncoder().encode(lcov));
    opened.read(({ path }) => void sources.push(path));
    expect([opened.format, ...sources]).to.deep.equal(['LCOV', 'b.js', 'src/a.py']);
  });

  it('says the figures of formats without line numbers', () => {
    const figures = { total: 10, covered: 7, skipped: 0, pct: 70 };
    const all = { lines: figures, statements: figures, functions: figures, branches: figures };
    const summary = report(JSON.stringify({ total: all, '/w/a.js': all }), 'coverage/coverage-summary.json');
    expect(renderCoverageReport([summary])).to.match(/LF:10\nLH:7\nend_of_record\n$/);
  });

  it('is there when there is nothing, or only damage, to report', () => {
    for (const reports of [[], [report('')], [report('<html/>')]]) {
      expect(renderCoverageReport(reports)).to.equal('TN:\n');
    }
  });

  it('keeps a path on its line', () => {
    const text = renderCoverageReport([report('TN:\nSF:a\u001b[0m b.js\nDA:1,1\nend_of_record\n')]);
    expect(text.split('\n')).to.have.length(7);
    expect(text).not.to.include('\u001b');
  });
});
