import { coverageGate } from '../../src/core/gates/coverage/gate.ts';
import { testsGate } from '../../src/core/gates/tests.ts';

// Runs as a program of its own, with a small heap: judges the large reports of these names one after the other, and prints a line of JSON for
// each, `[name, detail]`.

const MEGABYTE = 1024 * 1024;
const FILE_BYTES = 49 * MEGABYTE;

interface Shape {
  readonly head?: string;
  readonly unit: (index: number) => string;
  readonly tail?: string;
  readonly count?: number;
  readonly bytes?: number;
}

/** A report that repeats a unit until it has `count` of them or is as large as `bytes`. */
function fill({ head = '', unit, tail = '', count = Number.POSITIVE_INFINITY, bytes = FILE_BYTES }: Shape): Uint8Array {
  if (unit.length === 0) return repeat({ head, unit: unit(0), tail, bytes });
  const buffer = Buffer.alloc(bytes);
  let at = buffer.write(head);
  for (let index = 0; index < count; ) {
    let piece = '';
    for (; piece.length < 32 * 1024 && index < count; index += 1) piece += unit(index);
    if (at + Buffer.byteLength(piece) + tail.length > bytes) break;
    at += buffer.write(piece, at);
  }
  at += buffer.write(tail, at);
  return buffer.subarray(0, at);
}

/** The same for a unit that is always the same one, which needs no text of each. */
function repeat({ head, unit, tail, bytes }: { head: string; unit: string; tail: string; bytes: number }): Uint8Array {
  const middle = bytes - Buffer.byteLength(head) - Buffer.byteLength(tail);
  const unitBytes = Buffer.from(unit);
  const whole = middle - (middle % unitBytes.length);
  return Buffer.concat([Buffer.from(head), Buffer.alloc(whole, unitBytes), Buffer.from(tail)]);
}

const SUITE = { head: '<testsuites><testsuite>', tail: '</testsuite></testsuites>' };
const JACOCO = {
  head: '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="app"><package name="p">',
  tail: '</package></report>',
};
const LINES = Array.from({ length: 60 }, (_, at) => `<line nr="${at}" mi="0" ci="2" mb="0" cb="0"/>`).join('');
const COUNTERS =
  '<counter type="INSTRUCTION" missed="5" covered="20"/><counter type="LINE" missed="6" covered="54"/><counter type="METHOD" missed="0" covered="2"/>';
const FIGURE = '{"total":10,"covered":9,"skipped":0,"pct":90}';
const FIGURES = `{"lines":${FIGURE},"functions":${FIGURE},"branches":${FIGURE},"statements":${FIGURE}}`;

const TEST_REPORTS: Readonly<Record<string, Shape>> = {
  'empty elements': { head: '<testsuites>', unit: () => '<a/>', tail: '</testsuites>' },
  'endless nesting': { unit: () => '<testsuite>' },
  'one attribute': { head: '<testsuites a="', unit: () => 'xxxxxxxx', tail: '"/>' },
  'very many attributes': { head: '<testsuites', unit: (index) => ` a${index}="x"`, tail: '/>' },
  'very many entities': { head: '<!DOCTYPE a [', unit: (index) => `<!ENTITY a${index} "x">`, tail: ']><a/>' },
  'entities that nobody defines': { head: '<testsuites>', unit: () => '&x;', tail: '</testsuites>' },
  'one comment': { head: '<testsuites><!--', unit: () => 'xxxxxxxx', tail: '--></testsuites>' },
  'one text': {
    head: `${SUITE.head}<testcase name="a"/><system-out>`,
    unit: () => 'x\u{1f600}y',
    tail: `</system-out>${SUITE.tail}`,
  },
  'blanks alone': { unit: () => '        ' },
  '100,000 failures': {
    ...SUITE,
    unit: (index) => `<testcase name="${index}"><failure message="m">b</failure></testcase>`,
    count: 100_000,
  },
};

const COVERAGE_REPORTS: Readonly<Record<string, Shape>> = {
  'honest JaCoCo of 40 MB': {
    ...JACOCO,
    unit: (index) => `<sourcefile name="A${index}.java">${LINES}${COUNTERS}</sourcefile>`,
    count: 14_000,
  },
  'LCOV of 5,000,000 lines': {
    head: 'SF:a\n',
    unit: (index) => `DA:${index + 1},${index % 2}\n`,
    tail: 'end_of_record\n',
    count: 5_000_000,
    bytes: 64 * MEGABYTE,
  },
  'LCOV of one file that comes a million times': {
    head: 'TN:\n',
    unit: (index) => `SF:a\nDA:${index + 1},1\nend_of_record\n`,
    count: 1_000_000,
  },
  'LCOV of very many files': { head: 'TN:\n', unit: (index) => `SF:${index}\nDA:1,1\nend_of_record\n` },
  'LCOV of far lines': {
    head: 'TN:\n',
    unit: (index) => `SF:${index}\nDA:2147483647,1\nend_of_record\n`,
    count: 90_000,
  },
  'LCOV of one line': { head: 'TN:\nSF:a\n', unit: () => 'xxxxxxxx' },
  'Go of very many blocks': { head: 'mode: set\n', unit: (index) => `a.go:${index}.1,9.2 1 1\n` },
  'Cobertura of one class': {
    head: '<coverage><packages><package><classes><class filename="a"><lines>',
    unit: (index) => `<line number="${index}" hits="${index % 2}"/>`,
    tail: '</lines></class></classes></package></packages></coverage>',
    count: 500_000,
  },
  'Clover of one file': {
    head: '<coverage><project><file name="a">',
    unit: (index) => `<line num="${index}" count="${index % 2}"/>`,
    tail: '</file></project></coverage>',
    count: 500_000,
  },
  'Istanbul summary of 20,000 files': {
    head: `{"total":${FIGURES}`,
    unit: (index) => `,"/w/${index}.js":${FIGURES}`,
    tail: '}',
    count: 20_000,
  },
  'JSON of endless nesting': { unit: () => '{"a":' },
  'JSON of one text': { head: '{"', unit: () => 'xé\u{1f600}', tail: '":1}' },
  'JSON of one number': { head: '{"a":', unit: () => '1' },
};

function judgeTests(bytes: Uint8Array): string {
  const reports = [{ path: 'junit.xml', bytes }];
  const { reason, detail, failedTests } = testsGate.evaluate({
    exitCode: 0,
    endedBy: 'exit',
    reports,
    reportProblems: [],
    reportExpected: true,
  });
  return `${reason}: ${detail} (${failedTests.length})`;
}

function judgeCoverage(bytes: Uint8Array): string {
  const reports = [{ path: 'report', bytes }];
  const { verdict, detail } = coverageGate.evaluate({
    reports,
    reportProblems: [],
    commandFailure: null,
    thresholdPct: 80,
  });
  return `${verdict}: ${detail}`;
}

function print(name: string, detail: string): void {
  process.stdout.write(`${JSON.stringify([name, detail])}\n`);
}

for (const name of process.argv.slice(2)) {
  const [ofTests, ofCoverage] = [TEST_REPORTS[name], COVERAGE_REPORTS[name]];
  if (ofTests !== undefined) print(name, judgeTests(fill(ofTests)));
  if (ofCoverage !== undefined) print(name, judgeCoverage(fill(ofCoverage)));
}
