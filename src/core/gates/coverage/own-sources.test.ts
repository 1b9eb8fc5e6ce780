import { expect } from 'chai';
import { evaluateCoverage, lcov, type ReportTexts } from '../../../../test/support/coverage-reports.ts';

const PATHS = [
  'src/a.ts',
  'src/b.ts',
  'src/app/m.py',
  'packages/a/lib/x.js',
  'main.go',
  'java/src/main/java/com/x/A.java',
];
const TREE = {
  root: '/w/app',
  realRoot: '/private/w/app',
  isFile: (path: string) => PATHS.includes(path),
  listing: { paths: PATHS, texts: { 'go.mod': 'module example.com/m\n\ngo 1.22\n' } },
};
/** Half of ten lines. */
const OWN = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
const cobertura = (sources: readonly string[], files: Readonly<Record<string, number>>) =>
  `<coverage><sources>${sources.map((one) => `<source>${one}</source>`).join('')}</sources><packages><package name="."><classes>${Object.entries(
    files,
  )
    .map(
      ([name, hits]) =>
        `<class name="a" filename="${name}"><methods/><lines><line number="1" hits="${hits}"/></lines></class>`,
    )
    .join('')}</classes></package></packages></coverage>`;

describe('source files of others in coverage reports', () => {
  const judge = (texts: ReportTexts, tree: object = {}) =>
    evaluateCoverage(texts, { thresholdPct: 10, tree: { ...TREE, ...tree } });
  const rulesOf = ({ findings }: ReturnType<typeof judge>) => findings.map(({ rule }) => rule);

  for (const path of [
    ...['/usr/lib/node/x.js', '../other/x.js', '/w/application/x.js', '/w/app/../x.js', 'C:\\lib\\x.js'],
    ...['node_modules/p/index.js', '/w/app/packages/a/node_modules/p/x.js', '.pnp.cjs', '/w/app/.pnp.loader.mjs'],
    ...[
      '.yarn/releases/yarn-4.cjs',
      '.venv/lib/python3.12/site-packages/six.py',
      'env/lib/python3.12/site-packages/p.py',
    ],
    ...['.tox/py/bin/x.py', 'file:///usr/lib/x.js'],
  ]) {
    it(`does not count ${path}, whether it was executed or not`, () => {
      for (const hit of [0, 1]) {
        const judged = judge(lcov('src/a.ts', OWN) + lcov(path, new Array(90).fill(hit)));
        expect(judged.linesPct, String(hit)).to.equal(50);
        expect(rulesOf(judged)).to.deep.equal(['coverage/foreign-sources']);
        const alone = judge(lcov(path, [hit]));
        expect([alone.verdict, alone.linesPct, rulesOf(alone)]).to.deep.equal([
          'unknown',
          null,
          ['coverage/report-unusable'],
        ]);
        expect(alone.detail).to.include('1 source file outside the repository');
      }
    });
  }

  const kept = ['src/a.ts', '/w/app/src/a.ts', '/private/w/app/src/a.ts', 'file:///w/app/src/a.ts', './src/gone.ts'];
  for (const path of [...kept, 'env/settings.js', 'vendor/own.js'])
    it(`counts ${path}`, () => {
      const judged = judge(lcov(path, OWN));
      expect([judged.linesPct, judged.findings]).to.deep.equal([50, []]);
    });

  it('counts what the commands of a folder name beside it', () => {
    const judged = judge(
      { 'coverage/lcov.info': lcov('../src/a.ts', OWN) + lcov('x.js', OWN) },
      { folder: 'packages' },
    );
    expect([judged.linesPct, judged.findings]).to.deep.equal([50, []]);
    expect(judge({ 'coverage/lcov.info': lcov('../../x.js', [1]) }, { folder: 'packages' }).linesPct).to.equal(null);
  });

  it('knows folders of packages by what lies in them', () => {
    const isFile = (path: string) => /^(?:vendor\/modules\.txt|py\/venv\/pyvenv\.cfg)$/.test(path) || TREE.isFile(path);
    const judged = judge(lcov('src/a.ts', OWN) + lcov('vendor/x.js', [1]) + lcov('py/venv/bin/x.py', [1]), { isFile });
    expect(judged.linesPct).to.equal(50);
  });

  it('takes an installed copy of its own file for that file', () => {
    const copy = '/root/.cache/envs/x/lib/python3.12/site-packages/app/m.py';
    const judged = judge(lcov(copy, [1, 0]) + lcov('src/app/m.py', [0, 1]));
    expect([judged.linesPct, judged.findings]).to.deep.equal([100, []]);
  });

  it('looks for files of Cobertura in each folder that it names', () => {
    const of = (...sources: string[]) => judge(cobertura(sources, { 'a.ts': 1, 'b.ts': 0, 'json/decoder.py': 1 }));
    expect(of('/w/app/src', '/usr/lib/python3').linesPct).to.equal(50);
    expect(of('/usr/lib/python3').verdict).to.equal('unknown');
    expect(of('/').linesPct).to.equal(null);
    expect(judge(cobertura(['/'], { 'w/app/src/a.ts': 1, 'usr/x.cs': 0 })).linesPct).to.equal(100);
    expect(judge(cobertura(['src'], { 'gone.ts': 1 })).linesPct).to.equal(100);
  });

  it('counts files of Clover and of Istanbul by their path alone', () => {
    const clover = ['/w/app/src/a.ts', '/usr/x.js'].map(
      (path, hits) => `<file name="a" path="${path}"><line num="1" count="${hits}" type="stmt"/></file>`,
    );
    expect(judge(`<coverage><project>${clover.join('')}</project></coverage>`, {}).linesPct).to.equal(0);
    const figure = (covered: number) => ({ total: 4, covered });
    const of = (covered: number) =>
      Object.fromEntries(['lines', 'statements', 'functions', 'branches'].map((name) => [name, figure(covered)]));
    const summary = { total: of(3), '/w/app/src/a.ts': of(2), '/w/app/.pnp.cjs': of(4) };
    expect(judge(JSON.stringify(summary)).linesPct).to.equal(50);
  });

  it('counts the modules of a Go repository', () => {
    const own = 'example.com/m/main.go:1.1,2.2 1 1\nexample.com/m/sub/x.go:1.1,2.2 1 0\n';
    const profile = `mode: set\n${own}fmt/print.go:1.1,2.2 6 0\nexample.com/mm/main.go:1.1,2.2 8 1\n`;
    expect(judge(profile).linesPct).to.equal(50);
    expect(judge('mode: set\nfmt/print.go:1.1,2.2 8 1\n').verdict).to.equal('unknown');
    expect(judge(profile, { listing: null }).linesPct, 'modules are not known').to.equal(56.25);
  });

  it('counts classes of JaCoCo that the repository has, in whatever folder', () => {
    const file = (name: string, covered: number) =>
      `<sourcefile name="${name}"><counter type="LINE" missed="${4 - covered}" covered="${covered}"/></sourcefile>`;
    const report = (...packages: string[]) => `<report name="r">${packages.join('')}</report>`;
    const own = `<package name="com/x">${file('A.java', 2)}</package>`;
    const others = `<package name="org/lib">${file('A.java', 4)}${file('Z.kt', 4)}</package>`;
    expect(judge(report(own, others)).linesPct).to.equal(50);
    expect(judge(report(others)).verdict).to.equal('unknown');
    expect(judge(report(`<group name="g">${own}</group>`)).linesPct).to.equal(50);
    expect(judge(report(others), { listing: null }).linesPct, 'paths are not known').to.equal(100);
  });
});
