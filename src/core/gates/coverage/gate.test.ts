import { expect } from 'chai';
import fc from 'fast-check';
import {
  evaluateCoverage as evaluate,
  ISTANBUL_CLOVER,
  istanbul,
  lcov,
} from '../../../../test/support/coverage-reports.ts';
import type { Verdict } from '../gate.ts';
import { USUAL_COVERAGE_REPORTS } from './formats.ts';
import type { CoverageGateResult } from './gate.ts';

describe('the coverage gate', () => {
  describe('threshold', () => {
    const rows: ReadonlyArray<[hit: number, total: number, threshold: number, expected: Verdict, shown: string]> = [
      [4, 5, 80, 'passed', '80 %'],
      [79_999, 100_000, 80, 'failed', '79.99 %'],
      [799_999, 1_000_000, 80, 'failed', '79.99 %'],
      [57, 100, 57, 'passed', '57 %'],
      [801, 1000, 80.1, 'passed', '80.1 %'],
      [29, 100, 29, 'passed', '29 %'],
      [0, 5, 0, 'passed', '0 %'],
      [0, 5, 1, 'failed', '0 %'],
      [5, 5, 100, 'passed', '100 %'],
      [99_999, 100_000, 100, 'failed', '99.99 %'],
    ];
    for (const [hit, total, threshold, expected, shown] of rows) {
      it(`${hit} of ${total} at ${threshold} is ${expected}, shown as ${shown}`, () => {
        const verdict = evaluate(istanbul(hit, total), { thresholdPct: threshold });
        expect(verdict).to.deep.include({ verdict: expected, thresholdPct: threshold });
        expect(verdict.detail).to.contain(`Line coverage is ${shown} (${hit} of ${total} lines)`);
      });
    }

    it('is met exactly when covered/total reaches it, for any whole threshold', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 100 }),
          fc.integer({ min: 1, max: 5000 }).chain((total) => fc.tuple(fc.nat(total), fc.constant(total))),
          (threshold, [covered, total]) => {
            const met = covered * 100 >= threshold * total;
            expect(evaluate(istanbul(covered, total), { thresholdPct: threshold }).verdict).to.equal(
              met ? 'passed' : 'failed',
            );
          },
        ),
      );
    });
  });

  describe('several reports', () => {
    it('adds packages up, though their files are named alike', () => {
      const verdict = evaluate({
        'packages/a/coverage/lcov.info': lcov('src/index.ts', [1, 1, 1, 1]),
        'packages/b/coverage/lcov.info': lcov('src/index.ts', [0, 0, 0, 1]),
      });
      expect(verdict.linesPct).to.equal(62.5);
    });

    it('finds out of which package a file is, wherever its report lies', () => {
      const files = new Set(['packages/a/src/index.ts', 'packages/b/src/index.ts', 'src/index.ts']);
      const tree = { root: '/w/app', isFile: (path: string) => files.has(path) };
      const index = (hits: number[], path = 'src/index.ts') => lcov(path, hits);
      const pctOf = (reports: Record<string, string>) => evaluate(reports, { tree }).linesPct;
      // Each in a folder of one for all.
      expect(
        pctOf({
          'coverage/packages/a/lcov.info': index([1, 1]),
          'coverage/packages/b/lcov.info': index([0, 0]),
        }),
      ).to.equal(50);
      // Two runs of the same package.
      expect(pctOf({ 'coverage/unit/lcov.info': index([1, 0]), 'coverage/e2e/lcov.info': index([0, 1]) })).to.equal(
        100,
      );
      // Seen from its own folder, from the root, and by its absolute path.
      expect(
        pctOf({
          'packages/a/coverage/lcov.info': index([1, 0]),
          'coverage/lcov.info':
            index([0, 0], 'packages/a/src/index.ts') + index([0, 1], '/w/app/packages/a/src/index.ts'),
          'packages/b/coverage/lcov.info': index([0, 1], 'packages/a/src/index.ts'),
          'packages/b/reports/lcov.info': index([0, 0], '../a/src/index.ts'),
        }),
      ).to.equal(100);
    });

    it('tells files of Cobertura apart by the folder that their report names', () => {
      const report = (folder: string, hits: number) =>
        `<coverage><sources><source>${folder}</source></sources><packages><package name="."><classes><class name="a" filename="__init__.py"><methods/><lines><line number="1" hits="${hits}"/></lines></class></classes></package></packages></coverage>`;
      const reports = { 'reports/a.xml': report('/w/a/src', 1), 'reports/b.xml': report('/w/b/src', 0) };
      expect(evaluate(reports, { thresholdPct: 10 }).linesPct).to.equal(50);
      const twice = { 'reports/a.xml': report('/w/a/src', 1), 'reports/b.xml': report('/w/a/src/', 0) };
      expect(evaluate(twice).linesPct).to.equal(100);
    });

    it('counts modules of JaCoCo each, and once where a report of all has them too', () => {
      const file = (name: string, covered: number) =>
        `<sourcefile name="${name}"><counter type="LINE" missed="${4 - covered}" covered="${covered}"/></sourcefile>`;
      const report = (inside: string) => `<report name="r">${inside}</report>`;
      const packageOf = (...files: string[]) => `<package name="com/x">${files.join('')}</package>`;
      const modules = {
        'a/target/site/jacoco/jacoco.xml': report(packageOf(file('App.java', 4))),
        'b/target/site/jacoco/jacoco.xml': report(packageOf(file('App.java', 0))),
      };
      expect(evaluate(modules, { thresholdPct: 10 }).linesPct).to.equal(50);
      const all = ['a', 'b'].map((name, at) => `<group name="${name}">${packageOf(file('App.java', 4 - at))}</group>`);
      const grouped = { ...modules, 'all/target/site/jacoco-aggregate/jacoco.xml': report(all.join('')) };
      expect(evaluate(grouped).linesPct).to.equal(87.5);
      const flat = {
        'a/build/reports/jacoco/test/a.xml': report(packageOf(file('A.java', 1))),
        'b/build/reports/jacoco/test/b.xml': report(packageOf(file('B.java', 1))),
        'build/reports/jacoco/all/all.xml': report(packageOf(file('A.java', 3), file('B.java', 4))),
      };
      expect(evaluate(flat).linesPct).to.equal(87.5);
    });

    it('takes a Go package for the same in the profile of each module', () => {
      const profile = (first: number) => `mode: set\nexample.com/b/y.go:1.1,2.2 3 ${first}\n`;
      const reports = { 'a/cover.out': profile(1), 'b/cover.out': `${profile(1)}example.com/b/z.go:1.1,2.2 1 0\n` };
      expect(evaluate(reports, { thresholdPct: 10 }).linesPct).to.equal(75);
    });

    it('joins reports of the same files line by line', () => {
      const verdict = evaluate({
        'coverage/unit/lcov.info': lcov('src/a.ts', [1, 0, 0, 0]) + lcov('src/b.ts', [1, 1]),
        'coverage/e2e/lcov.info': lcov('./src/a.ts', [0, 1, 1, 0]),
        'lcov.info': lcov('src/a.ts', [0, 0, 0, 0]),
      });
      expect(verdict.linesPct).to.be.closeTo((5 * 100) / 6, 1e-9);
    });

    it('takes packages in which nothing is measured for what they are', () => {
      const clover = '<coverage generated="1"><project timestamp="1"><metrics statements="0"/></project></coverage>';
      const verdict = evaluate({
        'packages/a/coverage/lcov.info': lcov('src/a.ts', [1, 1, 1, 0]),
        'packages/b/coverage/lcov.info': '',
        'packages/c/coverage/lcov.info': 'TN:\n',
        'packages/c/coverage/clover.xml': clover,
        'cover.out': 'mode: set',
      });
      expect(verdict.linesPct).to.equal(75);
      for (const [path, text] of Object.entries({
        'lcov.info': '',
        'coverage/clover.xml': clover,
        'cover.out': 'mode: set',
      }))
        expect(evaluate({ [path]: text }), path).to.deep.include({ verdict: 'unknown', linesPct: null });
    });

    it('takes formats that agree, at the lowest figure', () => {
      const verdict = evaluate(
        {
          'coverage/lcov.info': lcov('/w/src/a.js', [1, 2, 1, 0]),
          'coverage/clover.xml': ISTANBUL_CLOVER,
          'coverage/coverage-summary.json': istanbul(749, 1000),
        },
        { thresholdPct: 70 },
      );
      expect(verdict).to.deep.include({ verdict: 'passed', linesPct: 74.9 });
    });

    const contradictions: ReadonlyArray<[name: string, files: Record<string, string>, threshold: number]> = [
      ['formats far apart', { 'coverage/lcov.info': lcov('a', [1, 0]), 'coverage/clover.xml': ISTANBUL_CLOVER }, 10],
      [
        'formats on both sides of the threshold',
        { 'a.json': istanbul(800, 1000), 'cover.out': `mode: set\na.go:1.1,2.2 795 1\na.go:3.1,4.2 205 0\n` },
        80,
      ],
      ['one file, two counts', { 'a.json': istanbul(9, 10), 'b.json': istanbul(5, 10) }, 10],
      [
        'a Go block in two profiles',
        { 'a.out': 'mode: set\na.go:1.1,2.2 5 1\n', 'b.out': 'mode: set\na.go:1.1,2.2 5 0\n' },
        0,
      ],
    ];
    for (const [name, files, threshold] of contradictions) {
      it(`knows nothing from ${name}`, () => {
        const verdict = evaluate(files, { thresholdPct: threshold });
        expect(verdict).to.deep.include({ verdict: 'unknown', linesPct: null });
        expect(verdict.detail).to.contain('contradict each other').and.contain('under "reports"');
      });
    }

    it('lets one damaged report spoil the figure, and names it', () => {
      const verdict = evaluate({ 'coverage/lcov.info': lcov('a', [1]), 'coverage/clover.xml': '<coverage>' });
      expect(verdict.verdict).to.equal('unknown');
      expect(verdict.detail).to.match(/coverage\/clover\.xml is not well-formed/);
    });
  });

  describe('findings', () => {
    const rulesOf = ({ findings }: CoverageGateResult) => findings.map(({ rule }) => rule);
    const commandFailure = 'The coverage command ended with exit code 2.';

    it('name the rule of each verdict but passed', () => {
      expect(rulesOf(evaluate(istanbul(9, 10)))).to.deep.equal([]);
      expect(rulesOf(evaluate(istanbul(7, 10)))).to.deep.equal(['coverage/below-threshold']);
      expect(rulesOf(evaluate({}))).to.deep.equal(['coverage/report-missing']);
      expect(rulesOf(evaluate('text'))).to.deep.equal(['coverage/report-unusable']);
      expect(rulesOf(evaluate({ 'a.json': istanbul(9, 10), 'b.json': istanbul(5, 10) }))).to.deep.equal([
        'coverage/reports-disagree',
      ]);
    });

    it('do not trust a good figure of a failed command, and keep a low one', () => {
      const good = evaluate(istanbul(9, 10), { commandFailure });
      expect(good).to.deep.include({ verdict: 'unknown', linesPct: null });
      expect(good.detail).to.match(/^The coverage command ended with exit code 2\. Line coverage is 90 %/);
      expect(rulesOf(good)).to.deep.equal(['coverage/command-failed']);
      expect(evaluate(istanbul(7, 10), { commandFailure })).to.deep.include({ verdict: 'failed', linesPct: 70 });
      expect(rulesOf(evaluate({}, { commandFailure }))).to.deep.equal(['coverage/command-failed']);
    });

    it('name every report that cannot be used, whatever the others say', () => {
      const reportProblems = ['lcov.info is a link, which is not followed.', 'coverage.xml is too large (1 bytes).'];
      const { verdict, detail, findings } = evaluate(istanbul(9, 10), { reportProblems });
      expect(verdict).to.equal('unknown');
      expect(detail).to.equal('A coverage report cannot be used: lcov.info is a link, which is not followed.');
      expect(findings.map(({ message }) => message.replace('A coverage report cannot be used: ', ''))).to.deep.equal(
        reportProblems,
      );
    });
  });

  it('looks for reports where the tools of each format write them', () => {
    expect([...USUAL_COVERAGE_REPORTS].sort()).to.deep.equal([
      'build/reports/jacoco/test/jacocoTestReport.xml',
      'cover.out',
      'coverage.out',
      'coverage.xml',
      'coverage/clover.xml',
      'coverage/cobertura-coverage.xml',
      'coverage/coverage-final.json',
      'coverage/coverage-summary.json',
      'coverage/lcov.info',
      'lcov.info',
      'target/site/jacoco/jacoco.xml',
    ]);
  });

  it('gives any text a verdict, and never a figure outside of 0 to 100', () => {
    const piece = fc.constantFrom(
      ...['SF:a\n', 'DA:1,1\n', 'DA:2,0\n', 'DA:-1,5\n', 'LF:3\n', 'LH:5\n', 'FNF:1\n', 'FNH:9\n', 'end_of_record\n'],
      ...['TN:\n', 'BRDA:1,0,0,-\n', 'mode: set\n', 'a.go:1.1,2.2 3 1\n', '<coverage>', '</coverage>', '<line/>', '\0'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { verdict, linesPct } = evaluate(pieces.join(''), { thresholdPct: 50 });
        if (verdict === 'unknown') expect(linesPct).to.equal(null);
        else expect(linesPct).to.be.within(verdict === 'passed' ? 50 : 0, verdict === 'passed' ? 100 : 50);
      }),
      { numRuns: 500 },
    );
  });
});
