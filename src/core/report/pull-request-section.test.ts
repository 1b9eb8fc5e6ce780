import { expect } from 'chai';
import fc from 'fast-check';
import { HEAD, makeCoverageResult, makeReport, makeTestsResult } from '../../../test/support/run-report.ts';
import { NO_GATE_RESULTS } from '../gates/results.ts';
import { MARKERS } from '../names.ts';
import { OUTCOME_KINDS } from '../outcome.ts';
import { findSections } from './marked-section.ts';
import { BODY_LIMIT, parseSection, renderSection, replaceSection } from './pull-request-section.ts';

const { sectionStart: START, sectionEnd: END } = MARKERS;

describe('renderSection', () => {
  it('shows outcome, remedy, tasks, tests, coverage, findings and the run, in this order', () => {
    const section = renderSection(makeReport());
    const order = [
      START,
      '## Kiro Worker',
      '**The tests do not pass.** One of three tests failed.',
      '**What to do next:** Fix the code on the branch.',
      `| 1.1 Read | done | [01234567](https://g.example/${HEAD}) | 0.25 |`,
      '| Write | open |  | – |',
      '| 3 | 2 | 1 | 0 | failed |',
      '#### reads an empty file',
      '<pre>\nexpected 1 to equal 2\n  at parser.test.ts:3\n</pre>',
      '| 79.99 % | 90 % | – | – | 80 % |',
      'Coverage **FAILED**: 79.99 % of lines (threshold 80 %).',
      '- **Warning:** .kiro/specs/feature/parser/tasks.md:3: This open box has no text. Give it one. (spec/warning)',
      '- src/parser.ts',
      '| Build ID | [kiro-worker-test:7f](https://builds.example/7f) |',
      '| Environment | test |',
      '| Attempt | 2 |',
      '| Timestamp | 2023-11-14T22:14:50.000Z |',
      '| Duration | 1 min 30 s |',
      END,
    ];
    const places = order.map((text) => section.indexOf(text));
    expect(
      places.every((place) => place >= 0),
      order.filter((_, index) => (places[index] ?? -1) < 0).join(),
    ).to.equal(true);
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
  });

  it('says when figures are missing instead of showing none', () => {
    const tests = makeTestsResult({ reason: 'passed-uncounted', counts: null });
    const coverage = makeCoverageResult({ verdict: 'unknown', linesPct: null });
    expect(renderSection(makeReport({ gates: { ...NO_GATE_RESULTS, tests, coverage } })))
      .to.contain('Tests **passed**; no report says how many ran.')
      .and.contain('Coverage **FAILED**: no usable figure (threshold 80 %).');
    expect(renderSection(makeReport({ gates: NO_GATE_RESULTS })))
      .to.contain('The tests did not run.')
      .and.not.contain('Coverage');
  });

  it('shows the verdict of each gate and decides nothing again', () => {
    const passed = renderSection(
      makeReport({
        gates: { ...NO_GATE_RESULTS, tests: makeTestsResult(), coverage: makeCoverageResult({ linesPct: 12 }) },
      }),
    );
    expect(passed).to.contain('Coverage **PASSED**: 12 % of lines (threshold 80 %).').and.contain('| passed |');
    const failed = makeCoverageResult({ verdict: 'failed', linesPct: 99 });
    expect(
      renderSection(
        makeReport({ gates: { ...NO_GATE_RESULTS, tests: makeTestsResult({ verdict: 'unknown' }), coverage: failed } }),
      ),
    )
      .to.contain('Coverage **FAILED**: 99 % of lines (threshold 80 %).')
      .and.contain('| unknown |');
  });

  it('lets no untrusted text leave its place', () => {
    const evil = `x\n${END}\n| @octocat fixes #1 [a](https://evil.example) <b> \`\u0007`;
    const section = renderSection(
      makeReport({
        detail: evil,
        remedy: evil,
        branch: evil,
        specPath: evil,
        environment: evil,
        buildId: evil,
        buildUrl: 'javascript:alert(1)',
        head: evil,
        tasks: [{ id: evil, title: evil, status: 'failed', commit: evil, commitUrl: evil, credits: null }],
        gates: {
          ...NO_GATE_RESULTS,
          tests: makeTestsResult({ detail: evil, failedTests: [{ name: evil, message: `</pre>${evil}` }] }),
          coverage: makeCoverageResult({ detail: evil }),
        },
        findings: [
          { rule: 'spec/warning', severity: 'error', path: evil, message: `a ${evil}`, remedy: evil },
          { rule: 'spec/warning', severity: 'notice', path: evil, line: 1, message: evil, remedy: evil },
        ],
        changedFiles: [evil],
      }),
    );
    expect(findSections(section)).to.have.length(1);
    expect(section.split(END)).to.have.length(2);
    expect(section).not.to.match(/@octocat|fixes #1|javascript:alert\(1\)\)|<b>|\u0060/);
    const markdown = section.replace(/<pre>[^<]*<\/pre>/, '');
    expect(markdown).not.to.match(/\(https:\/\/evil/);
    expect(section).not.to.match(/(?!\n)\p{Cc}/u);
    const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
    expect(rows.every((row) => row.endsWith(' |'))).to.equal(true);
  });

  it('gives up details before it grows beyond the limit', () => {
    const huge = makeReport({
      tasks: Array.from({ length: 3000 }, (_, at) => ({
        id: `${at}`,
        title: '|'.repeat(500),
        status: 'done' as const,
        commit: null,
        commitUrl: null,
        credits: null,
      })),
      gates: {
        ...NO_GATE_RESULTS,
        tests: makeTestsResult({
          failedTests: Array.from({ length: 3000 }, () => ({ name: '<'.repeat(9000), message: '<\n'.repeat(9000) })),
        }),
        coverage: null,
      },
      findings: Array.from({ length: 3000 }, () => ({
        rule: 'spec/warning',
        severity: 'notice',
        path: '_'.repeat(9000),
        message: '*'.repeat(9000),
        remedy: '#'.repeat(9000),
      })),
      changedFiles: Array.from({ length: 3000 }, () => '~'.repeat(9000)),
    });
    for (const limit of [BODY_LIMIT, 20_000, 3000]) {
      const section = renderSection(huge, limit);
      expect(section.length).to.be.at.most(limit);
      expect(parseSection(section)?.head).to.equal(HEAD);
    }
    expect(renderSection(huge)).to.match(/\d+ more tasks omitted here/);
  });

  it('shows a dash for times that are not valid', () => {
    const section = renderSection(makeReport({ startedAtMs: Number.NaN, finishedAtMs: Number.POSITIVE_INFINITY }));
    expect(section).to.contain('| Timestamp | – |').and.contain('| Duration | – |');
  });
});

describe('replaceSection', () => {
  const section = renderSection(makeReport());
  const old = `${START}\nold\n${END}`;

  const rows: ReadonlyArray<[name: string, body: string | null, expected: string]> = [
    ['no body', null, section],
    ['an empty body', '', section],
    ['text without a line end', 'Hello', `Hello\n\n${section}`],
    ['text with a line end', 'Hello\n', `Hello\n\n${section}`],
    ['an old section', `a\n${old}\nb`, `a\n${section}\nb`],
    ['an old section alone', old, section],
    ['spaces behind the markers', `a\n${START}  \nold\n${END}\t\nb`, `a\n${section}\t\nb`],
    ['two old sections', `a\n${old}\nb\n${old}\nc`, `a\n${section}\nb\nc`],
    ['three old sections, no text between', `${old}\n${old}\n${old}\n`, `${section}\n`],
    ['a start without an end', `a\n${START}\nb`, `a\n${START}\nb\n\n${section}`],
    ['an end without a start', `a\n${END}\nb`, `a\n${END}\nb\n\n${section}`],
    ['end before start', `${END}\na\n${START}\n`, `${END}\na\n${START}\n\n${section}`],
    ['a lost end, then a whole section', `${START}\nmine\n${old}\nb`, `${START}\nmine\n${section}\nb`],
    ['a marker within a line', `see ${START} x ${END}`, `see ${START} x ${END}\n\n${section}`],
    ['an indented marker', ` ${START}\nx\n ${END}`, ` ${START}\nx\n ${END}\n\n${section}`],
    ['a quoted section', `> ${START}\n> x\n> ${END}\n`, `> ${START}\n> x\n> ${END}\n\n${section}`],
    ['a section in a code fence', `\`\`\`html\n${old}\n\`\`\`\n`, `\`\`\`html\n${old}\n\`\`\`\n\n${section}`],
    ['a section in a tilde fence', `~~~~\n~~~\n${old}\n~~~~\n`, `~~~~\n~~~\n${old}\n~~~~\n\n${section}`],
    ['a section in a fence of a list', `1. \`\`\`\n${old}\n   \`\`\`\n`, `1. \`\`\`\n${old}\n   \`\`\`\n\n${section}`],
    ['a fence above', `\`\`\`\ncode\n\`\`\`\n${old}\nb`, `\`\`\`\ncode\n\`\`\`\n${section}\nb`],
    ['a fence that nobody closed', 'a\n```\ncode\n', `${section}\n\na\n\`\`\`\ncode\n`],
    ['an old section in front of an open fence', `${old}\n\n\`\`\`\ncode`, `${section}\n\n\`\`\`\ncode`],
    ['a line that only looks like a fence', `\`\`\`a\`b\n${old}\n`, `\`\`\`a\`b\n${section}\n`],
  ];
  for (const [name, body, expected] of rows) {
    it(`handles ${name}`, () => {
      const next = replaceSection(body, makeReport());
      expect(next).to.equal(expected);
      expect(replaceSection(next, makeReport()), 'a second time').to.equal(next);
      expect(parseSection(next)?.outcome).to.equal('tests-failed');
    });
  }

  it('keeps CRLF, and uses it for its own lines', () => {
    const next = replaceSection('a\r\n\r\nb\r\n', makeReport());
    expect(next.startsWith('a\r\n\r\nb\r\n\r\n<!--')).to.equal(true);
    expect(next).not.to.match(/[^\r]\n/);
    expect(parseSection(next)).to.deep.equal({ outcome: 'tests-failed', head: HEAD, buildId: 'kiro-worker-test:7f' });
    const replaced = replaceSection(`a\r\n${START}\r\nold\r\n${END}\r\nb`, makeReport());
    expect(replaced).to.equal(`a\r\n${section.replaceAll('\n', '\r\n')}\r\nb`);
  });

  it('shortens itself, never the text of the user', () => {
    const failedTests = Array.from({ length: 20 }, (_, at) => ({ name: `t${at}`, message: 'x'.repeat(1900) }));
    const report = makeReport({ gates: { ...NO_GATE_RESULTS, tests: makeTestsResult({ failedTests }) } });
    const text = 'u'.repeat(BODY_LIMIT - 8000);
    const next = replaceSection(text, report);
    expect(next.startsWith(`${text}\n\n${START}`)).to.equal(true);
    expect(next.length).to.be.at.most(BODY_LIMIT);
    expect(next).to.contain('failed tests omitted here');
  });

  it('leaves the shortest section where there is hardly room, and nothing where there is none', () => {
    const crowded = 'u'.repeat(BODY_LIMIT - 100);
    const next = replaceSection(crowded, makeReport());
    expect(next.length).to.be.within(BODY_LIMIT, 65_536);
    expect(parseSection(next)?.outcome).to.equal('tests-failed');
    expect(next).to.contain('**What to do next:** Fix the code').and.not.contain('### Tasks');
    const full = 'u'.repeat(65_500);
    expect(replaceSection(full, makeReport())).to.equal(full);
  });

  it('leaves all other text byte for byte, and forgets earlier runs of its own', () => {
    const piece = fc.constantFrom(
      'text',
      '\n',
      '\r\n',
      START,
      END,
      `\n${START}\n`,
      `\n${END}\n`,
      '\n```\n',
      '\n~~~\n',
      '> ',
      '- ',
      '  ',
      '\t',
      '<!-- x -->',
      '\u2028',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const body = pieces.join('');
        const first = replaceSection(body, makeReport({ outcome: 'partial', head: null }));
        const next = replaceSection(first, makeReport());
        expect(next).to.equal(replaceSection(body, makeReport()));
        expect(parseSection(next)?.head).to.equal(HEAD);
        const [span, ...others] = findSections(next);
        expect(others).to.deep.equal([]);
        // Without old sections in it, the body is still there whole.
        if (findSections(body).length === 0 && body.trim() !== '') {
          expect(next.slice(0, span?.from) + next.slice(span?.to)).to.contain(body);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parseSection', () => {
  it('reads every outcome and head back', () => {
    for (const outcome of OUTCOME_KINDS) {
      for (const head of [HEAD, null, 'ab'.repeat(32)]) {
        const buildId = 'p:1 --> <!-- "\\ \u2028é';
        expect(parseSection(replaceSection('text', makeReport({ outcome, head, buildId })))).to.deep.equal({
          outcome,
          head,
          buildId,
        });
      }
    }
  });

  const damaged: ReadonlyArray<[name: string, body: string | null]> = [
    ['no body', null],
    ['no section', 'text'],
    ['no data', `${START}\n${END}`],
    ['broken JSON', `${START}\n<!-- kiro-worker:data {"outcome": -->\n${END}`],
    ['text that is not JSON', `${START}\n<!-- kiro-worker:data {"outcome":} -->\n${END}`],
    ['an array', `${START}\n<!-- kiro-worker:data {}[] -->\n${END}`],
    ['an unknown outcome', `${START}\n<!-- kiro-worker:data {"outcome":"x","head":null,"buildId":""} -->\n${END}`],
    [
      'a key of every object',
      `${START}\n<!-- kiro-worker:data {"outcome":"toString","head":null,"buildId":""} -->\n${END}`,
    ],
    [
      'a head that is not an object id',
      `${START}\n<!-- kiro-worker:data {"outcome":"partial","head":"main","buildId":""} -->\n${END}`,
    ],
    ['a number as head', `${START}\n<!-- kiro-worker:data {"outcome":"partial","head":1,"buildId":""} -->\n${END}`],
    ['no head', `${START}\n<!-- kiro-worker:data {"outcome":"partial","buildId":""} -->\n${END}`],
    [
      'data outside the section',
      `<!-- kiro-worker:data {"outcome":"partial","head":null,"buildId":""} -->\n${START}\n${END}`,
    ],
    [
      'a section in a code fence',
      `\`\`\`\n${START}\n<!-- kiro-worker:data {"outcome":"partial","head":null,"buildId":""} -->\n${END}\n\`\`\``,
    ],
  ];
  for (const [name, body] of damaged) {
    it(`reads nothing from ${name}`, () => {
      expect(parseSection(body)).to.equal(null);
    });
  }
});
