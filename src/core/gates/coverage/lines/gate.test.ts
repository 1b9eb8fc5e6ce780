import { expect } from 'chai';
import { coberturaOf, jacocoOf, judgeLines, lcovOf } from '../../../../../test/gates/judge-lines.ts';
import { uncoveredLines } from './gate.ts';
import { createLocator } from './locate.ts';
import { findUnchanged } from './unchanged-lines.ts';

const CODE = 'export function a(b) {\n  c(b);\n  d(b);\n  return b;\n}\n';

describe('the result of changed lines', () => {
  const judge = (marks: string, input: object = {}) =>
    judgeLines({ before: {}, after: { 'src/a.js': CODE }, reports: { 'lcov.info': lcovOf('src/a.js', marks) }, input });

  it('names the lines, the worst file first', () => {
    const result = judgeLines({
      before: {},
      after: { 'src/a.js': CODE, 'src/b.js': CODE },
      reports: { 'lcov.info': lcovOf('src/a.js', '+-++') + lcovOf('src/b.js', '+-+-') },
    });
    expect(result.lines).to.deep.equal({ covered: 5, total: 8 });
    expect(result.uncovered).to.deep.equal([
      {
        path: 'src/b.js',
        ranges: [
          [2, 2],
          [4, 4],
        ],
      },
      { path: 'src/a.js', ranges: [[2, 2]] },
    ]);
    expect(result.findings).to.deep.include({
      rule: 'changed-lines/uncovered',
      severity: 'error',
      path: 'src/b.js',
      line: 2,
      message:
        'Tests execute 5 of 8 changed lines (62.5 %), below the threshold of 80 %. Not executed: src/b.js 2, 4; src/a.js 2.',
      remedy: 'Add tests that execute these lines, or remove code that nothing needs.',
    });
    expect(uncoveredLines(result, 1000)).to.equal('src/b.js: 2, 4\nsrc/a.js: 2');
    expect(uncoveredLines(result, 16)).to.equal('src/b.js: 2, 4\nand 1 more files');
  });

  it('follows the policy of each rule', () => {
    const verdicts = (['block', 'tell', 'off'] as const).map((policy) => {
      const { verdict, findings } = judge('+---', { policies: { 'changed-lines/uncovered': policy } });
      return [verdict, findings.map(({ severity }) => severity)];
    });
    expect(verdicts).to.deep.equal([
      ['failed', ['error']],
      ['passed', ['warning']],
      ['passed', []],
    ]);
    const unsure = (policy: 'block' | 'tell') =>
      judge('+'.repeat(99), { policies: { 'changed-lines/unknown': policy } }).verdict;
    expect([unsure('tell'), unsure('block')]).to.deep.equal(['passed', 'unknown']);
  });

  it('says beside it what the whole branch comes to, which decides nothing', () => {
    const all = judge('+---');
    const none = judge('+---', { files: [] });
    expect([none.verdict, none.lines, none.linesOfBranch]).to.deep.equal([
      'passed',
      { covered: 0, total: 0 },
      all.lines,
    ]);
    expect(none.detail).to.equal('No changed line can run.');
  });

  it('tells of files that could not be compared, and of reports that cannot be read', () => {
    const { findings } = judge('++++', { unread: ['src/big.js'] });
    expect(findings.map(({ rule, message }) => [rule, message])).to.deep.equal([
      [
        'changed-lines/unknown',
        'Not everything about the changed lines is known: src/big.js is too large to be compared.',
      ],
    ]);
    const damaged = judgeLines({
      before: {},
      after: { 'src/a.js': CODE },
      reports: { 'lcov.info': 'SF:src/a.js\nDA:1,1\n' },
    });
    expect(damaged.findings.map(({ rule }) => rule)).to.deep.equal(['changed-lines/unknown']);
    expect(damaged.findings[0]?.message).to.include('lcov.info is cut short');
  });

  it('compares totals of one format only', () => {
    const before = [{ covered: 9, total: 10, format: 'LCOV' }];
    const judgeTotals = (format: string) =>
      judge('++++', { totalsBefore: before, totals: [{ covered: 1, total: 10, format }] });
    expect(judgeTotals('LCOV').findings.map(({ rule }) => rule)).to.deep.equal(['changed-lines/total-lowered']);
    const [other] = judgeTotals('JaCoCo').findings;
    expect(other?.rule).to.equal('changed-lines/unknown');
    expect(other?.message).to.include('the base line was measured in another format (LCOV) than the head (JaCoCo)');
  });
});

describe('lines that were there before', () => {
  const numbered = (text: string) => text.split('\n').map((one, at) => ({ line: at + 1, text: one }));
  const unchanged = (removed: string, added: string, path = 'b.js') => [
    ...(findUnchanged([
      { path: 'a.js', removed: numbered(removed), added: [] },
      { path, removed: [], added: numbered(added) },
    ]).get(path) ?? []),
  ];
  const BLOCK = 'const first = compute(1);\nconst second = compute(2);';

  it('are moved in blocks, each once, within their language', () => {
    expect(unchanged(BLOCK, BLOCK)).to.deep.equal([1, 2]);
    expect(unchanged(BLOCK, `${BLOCK}\n\n${BLOCK}`)).to.deep.equal([1, 2]);
    expect(unchanged(BLOCK, BLOCK.replace('\n', '\nrun(first);\n'))).to.deep.equal([]);
    expect(unchanged(BLOCK, BLOCK, 'b.py')).to.deep.equal([]);
    expect(unchanged('return a;', 'return a;')).to.deep.equal([]);
  });

  it('are formatted otherwise where their words stood in a row', () => {
    const within = (removed: string, added: string) => [
      ...(findUnchanged([{ path: 'a.js', removed: numbered(removed), added: numbered(added) }]).get('a.js') ?? []),
    ];
    expect(within("call('a',b)", 'call(\n  "a",\n  b,\n);')).to.deep.equal([1, 2, 3]);
    expect(within('return a + b;', 'return a - b;')).to.deep.equal([]);
    expect(within('a(); b();', 'a();\nlog(x);\nb();')).to.deep.equal([1, 3]);
  });

  it('take a moment where much differs', () => {
    const lines = (seed: number) =>
      Array.from({ length: 20_000 }, (_, at) => `word${(at * seed) % 7919} = ${at};`).join('\n');
    expect(unchanged(lines(3), lines(5)).length).to.be.lessThan(20_000);
  });
});

describe('source files of reports', () => {
  const tree = (paths: readonly string[], goModules: Readonly<Record<string, string>> = {}) => ({
    ...{ root: '/w/app', realRoot: '/private/w/app', folder: '.', paths: new Set(paths) },
    goModules: new Map(Object.entries(goModules)),
  });

  it('are found by module, package, folder and root', () => {
    const go = createLocator(
      tree(['go.mod', 'x.go', 'sub/y.go'], { 'go.mod': 'module m.io/a\n', 'sub/go.mod': 'module m.io/a/sub\n' }),
    );
    const find = (source: string) => go('Go cover profile', { report: 'cover.out', source });
    expect(find('m.io/a/x.go')).to.deep.equal({ kind: 'file', path: 'x.go' });
    expect(find('m.io/a/sub/y.go')).to.deep.equal({ kind: 'file', path: 'sub/y.go' });
    expect(find('fmt/print.go')).to.deep.equal({ kind: 'foreign' });
    expect(find('m.io/a/gone.go')).to.deep.equal({ kind: 'nowhere', name: 'gone.go' });

    const A = 'src/main/java/x/A.java';
    const java = createLocator(tree([`one/${A}`, `two/${A}`, 'two/src/main/kotlin/B.kt']));
    const classAt = (report: string, source: string) => java('JaCoCo', { report, source });
    expect(classAt('one/target/site/jacoco/jacoco.xml', 'x/A.java')).to.deep.equal({ kind: 'file', path: `one/${A}` });
    expect(classAt('jacoco.xml', 'all/two:x/A.java')).to.deep.equal({ kind: 'file', path: `two/${A}` });
    expect(classAt('jacoco.xml', 'x/A.java')).to.deep.equal({ kind: 'one-of', paths: [`one/${A}`, `two/${A}`] });
    expect(classAt('jacoco.xml', 'com/x/B.kt')).to.deep.equal({ kind: 'file', path: 'two/src/main/kotlin/B.kt' });
    expect(classAt('jacoco.xml', 'y/A.java')).to.deep.equal({ kind: 'nowhere', name: 'y/A.java' });

    const python = createLocator(tree(['a/m.py', 'b/m.py', 'a/n.py']));
    const fileIn = (folders: readonly string[], source: string) =>
      python('Cobertura', { report: 'c.xml', source, folders });
    expect(fileIn(['/w/app/a', '/w/app/b'], 'm.py')).to.deep.equal({ kind: 'one-of', paths: ['a/m.py', 'b/m.py'] });
    expect(fileIn(['/w/app/a', '/w/app/b'], 'n.py')).to.deep.equal({ kind: 'file', path: 'a/n.py' });
    expect(fileIn(['/private/w/app/b'], 'm.py')).to.deep.equal({ kind: 'file', path: 'b/m.py' });
    expect(fileIn([], 'n.py')).to.deep.equal({ kind: 'file', path: 'a/n.py' });
    expect(fileIn([], '/usr/lib/os.py')).to.deep.equal({ kind: 'foreign' });
  });

  it('may be what a compiler made of a changed file, which nothing is known of then', () => {
    const after = { 'src/deep/a.ts': CODE, 'src/b.ts': CODE };
    const reports = { 'lcov.info': lcovOf('dist/deep/a.js', '----') + lcovOf('src/b.ts', '++++') };
    const { findings, lines } = judgeLines({ before: { 'src/b.ts': CODE }, after, reports });
    expect(findings.map(({ rule }) => rule)).to.deep.equal(['changed-lines/unknown']);
    expect(findings[0]?.message).to.include('src/deep/a.ts: a report names dist/deep/a.js, which may be made of it');
    expect(lines.total).to.equal(0);
  });

  it('are read of whatever format, also of several together', () => {
    const java = 'class A {\n  int b() {\n    c();\n    return d;\n  }\n}\n';
    const after = { 'src/A.java': java, 'app/b.py': 'def b(x):\n    return x\n' };
    const reports = {
      'jacoco.xml': jacocoOf({ '/A.java': '..+-' }),
      'coverage.xml': coberturaOf({ 'app/b.py': '+-' }),
      'empty/lcov.info': 'TN:\n',
    };
    expect(judgeLines({ before: {}, after, reports }).lines).to.deep.equal({ covered: 2, total: 4 });
  });
});
