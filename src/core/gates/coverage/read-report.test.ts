import { expect } from 'chai';
import {
  COBERTURA_METHODS,
  COVERAGE_PY,
  evaluateCoverage as evaluate,
  type ReportTexts as Files,
  GO,
  ISTANBUL_CLOVER,
  istanbul,
  istanbulFinal,
  JACOCO,
  lcov,
  NODE_TEST,
  PHPUNIT_CLOVER,
} from '../../../../test/support/coverage-reports.ts';

describe('coverage reports', () => {
  describe('formats', () => {
    const rows: ReadonlyArray<
      [
        name: string,
        files: Files,
        lines: number,
        functions: number | null,
        branches: number | null,
        statements: number | null,
      ]
    > = [
      ['LCOV of node:test', NODE_TEST, 40, 50, 100, null],
      ['LCOV with CRLF and BOM', `\ufeff${NODE_TEST.replaceAll('\n', '\r\n')}`, 40, 50, 100, null],
      ['LCOV without line data', 'SF:a\nLF:10\nLH:9\nend_of_record', 90, null, null, null],
      ['LCOV with checksums', 'TN:\nSF:a\nDA:1,1,abc\nDA:2,0,def\nend_of_record\n', 50, null, null, null],
      ['LCOV with one file twice', `${lcov('a', [1, 0])}${lcov('a', [0, 1])}`, 100, null, null, null],
      ['Cobertura of coverage.py', COVERAGE_PY, 75, null, 50, null],
      ['Cobertura with lines in methods', COBERTURA_METHODS, (2 * 100) / 3, 100, null, null],
      ['Cobertura without classes', '<coverage lines-valid="200" lines-covered="161"/>', 80.5, null, null, null],
      ['JaCoCo with groups', JACOCO, 80, 100, 75, 80],
      ['Clover of Istanbul', ISTANBUL_CLOVER, 75, 100, 50, 75],
      ['Clover of PHPUnit', PHPUNIT_CLOVER, 100, 100, null, 100],
      [
        'Istanbul coverage',
        istanbulFinal('/w/a.js', {
          statements: [
            [1, 1],
            [1, 0],
            [2, 3],
            [3, 0],
            [4, 1],
          ],
          functions: [
            [1, 1],
            [3, 0],
          ],
          branches: [[2, 1, 0, 0, 3]],
        }),
        ...([75, 50, 50, 60] as const),
      ],
      ['Istanbul summary', istanbul(17, 20), 85, 50, null, 90],
      [
        'Istanbul summary, total alone',
        JSON.stringify({ total: JSON.parse(istanbul(17, 20)).total }),
        85,
        50,
        null,
        90,
      ],
      ['Go profile', GO, 50, null, null, 50],
    ];
    for (const [name, files, linesPct, functionsPct, branchesPct, statementsPct] of rows) {
      it(`reads ${name}`, () => {
        const verdict = evaluate(files, { thresholdPct: 0 });
        expect(verdict.detail).to.contain('Line coverage');
        expect(verdict).to.deep.include({ linesPct, functionsPct, branchesPct, statementsPct, verdict: 'passed' });
      });
    }
  });

  describe('unknown, each with its own reason', () => {
    const bomb = '<!DOCTYPE coverage [<!ENTITY a "b">]><coverage/>';
    const rows: ReadonlyArray<[name: string, files: Files, detail: RegExp]> = [
      ['no report', {}, /^No coverage report was found\.$/],
      ['empty', '', /coverage\/report is empty\.$/],
      ['blank', '\ufeff \n\t', /is empty/],
      ['plain text', 'All files | 100 | 100', /no known format/],
      ['HTML', '<!DOCTYPE html><html><body></body></html>', /no known coverage format \(its root element is "html"\)/],
      ['HTML that is no XML', '<html><br></html>', /not well-formed/],
      ['a JUnit report', '<testsuites/>', /root element is "testsuites"/],
      ['NUL', '\0\0', /no known format/],
      ['entity bomb', bomb, /defines entities/],
      ['XML cut short', COVERAGE_PY.slice(0, -20), /not well-formed/],
      ['LCOV cut short', NODE_TEST.slice(0, -30), /cut short/],
      ['LCOV cut within the last word', NODE_TEST.slice(0, -3), /cut short/],
      ['LCOV with an invalid hit', 'SF:a\nDA:1,NaN\nend_of_record', /value is not a number: DA:1,NaN/],
      ['LCOV with an invalid line', 'SF:a\nDA:x,1\nend_of_record', /value is not a number: DA:x,1/],
      ['LCOV with an invalid total', 'SF:a\nLF:ten\nLH:9\nend_of_record', /value is not a number: LF:ten/],
      [
        'LCOV with more hit than there are',
        'SF:a\nLF:10\nLH:11\nend_of_record',
        /impossible figures \(11 covered of 10\)/,
      ],
      ['LCOV without lines', 'SF:a\nLF:0\nLH:0\nend_of_record', /LCOV\) contains no executable line/],
      ['LCOV without figures', 'TN:\nSF:a\nend_of_record\n', /no executable line/],
      [
        'Cobertura without lines',
        '<coverage lines-valid="0" lines-covered="0"/>',
        /Cobertura\) contains no executable line/,
      ],
      [
        'Cobertura with a rate alone',
        '<coverage line-rate="0.99"/>',
        /value that is not a number \(lines-covered=""\)/,
      ],
      ['Cobertura NaN', '<coverage lines-valid="NaN" lines-covered="NaN"/>', /value that is not a number/],
      ['Cobertura above 100', '<coverage lines-valid="10" lines-covered="11"/>', /impossible figures/],
      ['Cobertura negative', '<coverage lines-valid="-10" lines-covered="-11"/>', /impossible figures/],
      ['Cobertura huge', '<coverage lines-valid="99999999999999999999" lines-covered="1"/>', /impossible figures/],
      ['Cobertura infinite', '<coverage lines-valid="1e999" lines-covered="1"/>', /value that is not a number/],
      [
        'Cobertura with odd hits',
        COVERAGE_PY.replace('hits="0"', 'hits="many"'),
        /value that is not a number \(hits="many"\)/,
      ],
      ['JaCoCo without lines', '<report name="a"><package name="p"/></report>', /JaCoCo\) contains no executable line/],
      ['JaCoCo negative', JACOCO.replaceAll('covered="4"', 'covered="-4"'), /impossible figures/],
      ['Clover without files', '<coverage><project/></coverage>', /Clover\) contains no executable line/],
      [
        'Clover above 100',
        '<coverage><project><file name="a"><metrics statements="1" coveredstatements="2"/></file></project></coverage>',
        /impossible figures/,
      ],
      ['JSON cut short', '{"total": {', /not valid JSON/],
      ['other JSON', '{"a": 1}', /not an Istanbul summary/],
      ['a JSON list', '[1]', /no known format/],
      ['Istanbul without lines', istanbul(0, 0), /Istanbul summary\) contains no executable line/],
      ['Istanbul above 100', istanbul(11, 10), /impossible figures/],
      ['Istanbul negative', istanbul(-1, 10), /impossible figures/],
      ['Istanbul in parts of lines', istanbul(0.5, 1), /impossible figures/],
      [
        'Istanbul with texts',
        istanbul(1, 2).replaceAll('"covered":1', '"covered":"1"'),
        /value that is not a number \("1"\)/,
      ],
      ['Istanbul with null', '{"total":{"lines":null}}', /value that is not a number|not an Istanbul/],
      ['Istanbul percentages alone', '{"total":{"lines":{"pct":100}}}', /value that is not a number/],
      ['Go without blocks', 'mode: set\n', /Go cover profile\) contains no executable line/],
      ['Go damaged', 'mode: set\na.go:1.1,2.2 x 1\n', /not a block: a\.go/],
      ['Go cut short', 'mode: set\na.go:1.1,2.2 3 1\na.go:3.1,4', /not a block/],
      ['nesting without end', '<coverage>'.repeat(500) + '</coverage>'.repeat(500), /\.$/],
      ['a reserved name', '<coverage><__proto__/></coverage>', /\.$/],
    ];
    for (const [name, files, detail] of rows) {
      it(name, () => {
        const verdict = evaluate(files, { thresholdPct: 0 });
        expect(verdict.findings.map(({ severity, message }) => [severity, message])).to.deep.equal([
          ['error', verdict.detail],
        ]);
        expect(verdict).to.deep.include({
          verdict: 'unknown',
          linesPct: null,
          functionsPct: null,
          branchesPct: null,
          statementsPct: null,
        });
        expect(verdict.detail).to.match(detail);
      });
    }
  });
});
