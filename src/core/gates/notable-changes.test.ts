import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { type BranchChanges, COVERAGE_EXCLUSION, findNotableChanges } from './notable-changes.ts';

function find(changes: Partial<BranchChanges>) {
  const rules = { branch: 'main', commit: '0123456789abcdef' };
  return findNotableChanges({ rules, paths: [], commandWords: [], excluding: [], packages: [], ...changes });
}

const rulesOf = (changes: Partial<BranchChanges>) => find(changes).map(({ rule }) => rule);
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

describe('findNotableChanges', () => {
  const notable = {
    'changes/worker-rules': ['.kiro-worker.yml', '.Kiro-Worker.yml', '.husky/pre-push', '.mcp.json', '.kiro/hooks/a'],
    'changes/test-configuration': [
      ...['.mocharc.json', 'packages/a/.mocharc.cjs', 'jest.config.ts', 'vitest.config.mts', 'web/vite.config.js'],
      ...['pytest.ini', 'setup.cfg', 'tox.ini', 'pyproject.toml', 'tests/unit/conftest.py', 'pom.xml'],
      ...['app/build.gradle.kts', 'Makefile', 'PyTest.ini', 'a\nb/conftest.py', 'src/sitecustomize.py', '.rspec'],
    ],
    'changes/coverage-configuration': ['.c8rc.json', '.nycrc', 'a/.coveragerc', 'codecov.yml', '.codecov.yaml'],
    'changes/package-manager': ['.npmrc', 'a/b/.npmrc', '.yarnrc.yml', '.yarn/releases/yarn.cjs', 'pip.conf', 'mvnw'],
    'changes/review': ['.gitattributes', 'src/.gitattributes', '.github/CODEOWNERS'],
    'changes/steering': ['.kiro/steering/rules.md', '.kiro/steering', 'AGENTS.md', 'docs/AGENTS.md'],
  };
  for (const [rule, paths] of Object.entries(notable)) {
    for (const path of paths)
      it(`${rule}: ${JSON.stringify(path)}`, () => expect(rulesOf({ paths: [path] })).to.eql([rule]));
  }

  for (const path of [
    'src/a.js',
    'test/a.test.js',
    'docs/npmrc.md',
    'src/conftest.py.txt',
    'package.json',
    '.kiro/specs/x',
  ])
    it(`finds nothing in ${path}`, () => expect(rulesOf({ paths: [path] })).to.eql([]));

  it('names the files nearest to the root first, and counts the rest', () => {
    const many = Array.from({ length: 300 }, (_, at) => `a/${String(at).padStart(3, '0')}/.npmrc`);
    const [only, ...others] = find({ paths: [...many, '.npmrc'] });
    expect(others).to.eql([]);
    expect(only).to.include({ rule: 'changes/package-manager', severity: 'notice', path: '.npmrc' });
    expect(only?.message).to.match(/^\.npmrc, a\/000\/\.npmrc, .* and 296 more changed since the branch left main\.$/);
  });

  it('says whose rules were used where the branch changes its own', () => {
    const [found] = find({ paths: ['.kiro-worker.yml'] });
    expect(found?.message).to.equal(
      '.kiro-worker.yml changed since the branch left main; this run used those of main at 0123456789ab.',
    );
    expect(found?.remedy).to.include('takes effect after the merge');
  });

  const BEFORE = { name: 'a', version: '1.0.0', scripts: { test: 'mocha', build: 'tsc' }, dependencies: { b: '1' } };
  const packages: Record<string, { before: string | null; after: string | null; names: string | null }> = {
    'an honest new dependency': {
      before: json(BEFORE),
      after: json({ ...BEFORE, dependencies: { b: '2', c: '1' } }),
      names: null,
    },
    'another order and layout': {
      before: json(BEFORE),
      after: JSON.stringify({ scripts: { build: 'tsc', test: 'mocha' }, name: 'a' }),
      names: null,
    },
    'a weaker test': {
      before: json(BEFORE),
      after: json({ scripts: { ...BEFORE.scripts, test: 'true' } }),
      names: 'scripts.test',
    },
    'a script that npm runs by itself': {
      before: json(BEFORE),
      after: json({ scripts: { ...BEFORE.scripts, pretest: 'rm -r test' } }),
      names: 'scripts.pretest',
    },
    'scripts that are gone': { before: json(BEFORE), after: json({}), names: 'scripts.test, scripts.build' },
    'another resolution of packages': {
      before: json(BEFORE),
      after: json({ ...BEFORE, overrides: { mocha: 'file:fake' }, imports: { '#a': './b.js' } }),
      names: 'imports, overrides',
    },
    'a tool table': { before: json(BEFORE), after: json({ ...BEFORE, c8: { exclude: ['src'] } }), names: 'c8' },
    'a new package with scripts': { before: null, after: json(BEFORE), names: 'scripts.test, scripts.build' },
    'a new package without': { before: null, after: '{"name":"a"}', names: null },
    'a package that is gone': { before: json(BEFORE), after: null, names: 'scripts.test, scripts.build' },
    'a text that is no JSON': { before: json(BEFORE), after: '{ // comment\n}', names: 'not readable as JSON' },
    'another mode of the same broken text': { before: '{', after: '{', names: null },
    'names of Object.prototype': {
      before: '{"scripts":{}}',
      after: '{"constructor":1,"__proto__":{"scripts":{}}}',
      names: null,
    },
  };
  for (const [name, { names, ...texts }] of Object.entries(packages)) {
    it(`in a package.json: ${name}`, () => {
      const found = find({ packages: [{ path: 'a/package.json', ...texts }] });
      const message = `a/package.json (${names}) changed since the branch left main.`;
      expect(found.map((one) => one.message)).to.eql(names === null ? [] : [message]);
    });
  }

  it('reports a file that a command names', () => {
    const changes = { paths: ['ci/test.sh', 'sh', 'ci/test.shx'], commandWords: ['sh', 'ci/test.sh'] };
    expect(find(changes).map(({ rule, path }) => [rule, path])).to.eql([['changes/command-file', 'sh']]);
    expect(find(changes)[0]?.message).to.include('sh, ci/test.sh changed');
  });

  it('reports files with coverage exclusions', () => {
    expect(find({ excluding: ['src/a.js'] })[0]).to.include({ rule: 'changes/coverage-exclusion', path: 'src/a.js' });
  });
});

describe('COVERAGE_EXCLUSION', () => {
  const matches = (line: string) => {
    try {
      return execFileSync('grep', ['-E', '-c', COVERAGE_EXCLUSION], { input: `${line}\n` }).toString() === '1\n';
    } catch {
      return false;
    }
  };
  for (const line of [
    '/* c8 ignore next 3 */',
    '// v8 ignore start',
    '/* istanbul ignore else */',
    '/* node:coverage disable */',
    'if x:  # pragma: no cover',
    'if x:  # PRAGMA NO COVER',
    '# pragma: no branch',
    '# pragma:\tno\tcover',
    '# pragma\u2003no\u00a0cover',
    '/* istanbul\tignore next */',
    '/* istanbul\u00a0ignore next */',
    '/* istanbul',
    '  istanbul',
    '// c8',
    '// LCOV_EXCL_START',
    ' * @codeCoverageIgnore',
    '@Generated',
    '@lombok.Generated',
    '[ExcludeFromCodeCoverage]',
  ])
    it(`matches ${line}`, () => expect(matches(line)).to.equal(true));
  for (const line of [
    '// ignore this',
    '#pragma once',
    "import 'istanbul-reports';",
    'run(c8);',
    'eslint-disable-next-line',
    'const coverage = 1;',
  ])
    it(`does not match ${line}`, () => expect(matches(line)).to.equal(false));
});
