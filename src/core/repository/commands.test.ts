import { expect } from 'chai';
import { isWorkerError, type WorkerError } from '../errors.ts';
import { type Commands, selectCommands } from './commands.ts';
import { parseRepositoryFile } from './repository-file.ts';

interface Sources {
  file?: string;
  env?: Record<string, string>;
  files?: Record<string, string>;
}

function select({ file, env = {}, files = {} }: Sources): Commands {
  return selectCommands({
    repositoryFile: file === undefined ? null : parseRepositoryFile(file, '.kiro-worker.yml on main'),
    env,
    files: Object.keys(files),
    texts: files,
  });
}

function refusal(sources: Sources): WorkerError {
  try {
    select(sources);
  } catch (error) {
    if (isWorkerError(error)) return error;
    throw error;
  }
  throw new Error('accepted');
}

const manifest = (parts: object = {}) => JSON.stringify({ scripts: { test: 'node --test' }, ...parts });
const withDependencies = (scripts: Record<string, string> = { test: 'jest' }) =>
  JSON.stringify({ scripts, devDependencies: { jest: '1' } });

describe('selectCommands', () => {
  describe('shown by the files', () => {
    const rows: ReadonlyArray<[name: string, files: Record<string, string>, expected: Partial<Commands>]> = [
      [
        'npm',
        { 'package.json': withDependencies({ test: 'jest', coverage: 'jest --coverage' }), 'package-lock.json': '' },
        { install: ['npm', 'ci'], test: ['npm', 'test'], coverage: ['npm', 'run', 'coverage'], folder: '.' },
      ],
      [
        'npm with both coverage scripts',
        {
          'package.json': withDependencies({ test: 'a', coverage: 'b', 'test:coverage': 'c' }),
          'package-lock.json': '',
        },
        { coverage: ['npm', 'run', 'test:coverage'] },
      ],
      [
        'npm without a coverage script',
        { 'package.json': withDependencies(), 'npm-shrinkwrap.json': '' },
        { install: ['npm', 'ci'], coverage: null, reports: { tests: [], coverage: [] } },
      ],
      [
        'a package without dependencies and lock file',
        { 'package.json': manifest() },
        { install: null, test: ['npm', 'test'] },
      ],
      [
        'empty dependency groups',
        { 'package.json': manifest({ dependencies: {}, devDependencies: {} }) },
        { install: null, test: ['npm', 'test'] },
      ],
      ['a BOM', { 'package.json': `\ufeff${manifest()}` }, { test: ['npm', 'test'] }],
      [
        'pnpm',
        { 'package.json': withDependencies({ test: 'x', 'test:coverage': 'y' }), 'pnpm-lock.yaml': '' },
        {
          install: ['pnpm', 'install', '--frozen-lockfile'],
          test: ['pnpm', 'test'],
          coverage: ['pnpm', 'run', 'test:coverage'],
        },
      ],
      [
        'classic yarn',
        { 'package.json': withDependencies(), 'yarn.lock': '' },
        { install: ['yarn', 'install', '--frozen-lockfile'], test: ['yarn', 'test'] },
      ],
      [
        'modern yarn',
        { 'package.json': withDependencies(), 'yarn.lock': '', '.yarnrc.yml': '' },
        { install: ['yarn', 'install', '--immutable'] },
      ],
      [
        'modern yarn by its field',
        { 'package.json': manifest({ packageManager: 'yarn@4.1.0' }), 'yarn.lock': '' },
        { install: ['yarn', 'install', '--immutable'] },
      ],
      [
        'pytest with requirements',
        { 'pytest.ini': '', 'requirements.txt': 'flask', 'requirements-dev.txt': 'pytest\npytest-cov==5' },
        {
          install: [
            'python3',
            '-m',
            'pip',
            'install',
            '--requirement',
            'requirements.txt',
            '--requirement',
            'requirements-dev.txt',
          ],
          test: ['python3', '-m', 'pytest', '--junitxml=reports/junit.xml', '--cov', '--cov-report=xml:coverage.xml'],
          coverage: null,
          reports: { tests: ['reports/junit.xml'], coverage: ['coverage.xml'] },
        },
      ],
      [
        'pytest with uv',
        { 'pyproject.toml': '[tool.pytest.ini_options]\n[dependency-groups]\ndev=["pytest-cov"]', 'uv.lock': '' },
        { install: ['uv', 'sync', '--frozen'] },
      ],
      [
        'pytest with poetry',
        { 'setup.cfg': '[tool:pytest]', 'pyproject.toml': 'pytest_cov = "*"', 'poetry.lock': '' },
        { install: ['poetry', 'install', '--no-interaction'] },
      ],
      [
        'go',
        { 'go.mod': '' },
        {
          install: ['go', 'mod', 'download'],
          test: ['go', 'test', '-coverprofile=coverage.out', './...'],
          reports: { tests: [], coverage: ['coverage.out'] },
        },
      ],
      [
        'maven with wrapper',
        { 'pom.xml': '', mvnw: '' },
        { install: null, test: ['./mvnw', '--batch-mode', '--no-transfer-progress', 'verify'] },
      ],
      ['maven', { 'pom.xml': '' }, { test: ['mvn', '--batch-mode', '--no-transfer-progress', 'verify'] }],
      [
        'gradle with wrapper and JaCoCo',
        { 'build.gradle.kts': 'plugins { jacoco }', gradlew: '' },
        {
          install: null,
          test: ['./gradlew', '--no-daemon', '--console=plain', 'test'],
          coverage: ['./gradlew', '--no-daemon', '--console=plain', 'jacocoTestReport'],
        },
      ],
      [
        'gradle without',
        { 'build.gradle': '' },
        { test: ['gradle', '--no-daemon', '--console=plain', 'test'], coverage: null },
      ],
      [
        'go beside a package.json that has no tests',
        { 'go.mod': '', 'package.json': manifest({ scripts: { lint: 'x' } }) },
        { test: ['go', 'test', '-coverprofile=coverage.out', './...'] },
      ],
      [
        'npm beside a Python configuration of other tools',
        { 'package.json': manifest(), 'pyproject.toml': '[tool.ruff]' },
        { test: ['npm', 'test'] },
      ],
    ];
    for (const [name, files, expected] of rows) {
      it(`takes ${name}`, () => {
        expect(select({ files })).to.deep.include(expected);
      });
    }
  });

  describe('in doubt', () => {
    const rows: ReadonlyArray<[name: string, files: Record<string, string>, why: RegExp]> = [
      ['nothing', {}, /no known tool chain/],
      ['unknown files', { Makefile: '', 'README.md': '' }, /no known tool chain/],
      ['no test script', { 'package.json': '{"scripts":{}}' }, /npm \(package.json\) shows no command for tests/],
      [
        "npm's own test script",
        { 'package.json': manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) },
        /shows no command for tests/,
      ],
      ['an empty test script', { 'package.json': manifest({ scripts: { test: ' ' } }) }, /no command for tests/],
      ['a test script that is none', { 'package.json': manifest({ scripts: { test: 5 } }) }, /no command for tests/],
      ['scripts of a wrong type', { 'package.json': manifest({ scripts: 'x' }) }, /no command for tests/],
      ['scripts null', { 'package.json': manifest({ scripts: null }) }, /no command for tests/],
      ['broken JSON', { 'package.json': '{' }, /package.json is not valid JSON/],
      ['JSON null', { 'package.json': 'null' }, /package.json is not valid JSON/],
      ['no lock file', { 'package.json': withDependencies() }, /no lock file/],
      [
        'two lock files',
        { 'package.json': withDependencies(), 'package-lock.json': '', 'yarn.lock': '' },
        /package-lock.json, yarn.lock side by side/,
      ],
      ['bun', { 'package.json': withDependencies(), 'bun.lock': '' }, /bun is not detected/],
      [
        'two tool chains',
        { 'package.json': manifest(), 'go.mod': '' },
        /several fit: npm \(package.json\), go \(go.mod\)/,
      ],
      ['maven and gradle', { 'pom.xml': '', 'build.gradle': '' }, /several fit: maven .*gradle/],
      ['pytest without pytest-cov', { 'pytest.ini': '', 'requirements.txt': 'pytest' }, /pytest-cov is not among/],
      ['pytest without anything to install', { 'pytest.ini': '' }, /no uv.lock, poetry.lock or requirements.txt/],
    ];
    for (const [name, files, why] of rows) {
      it(`refuses ${name} and says what to write`, () => {
        const error = refusal({ files });
        expect(error.code).to.equal('COMMANDS_NOT_DETECTED');
        expect(error.problems.join()).to.match(why);
        expect(error.remedy).to.contain('.kiro-worker.yml on the base branch').and.contain('test: npm test');
      });
    }
  });

  describe('precedence', () => {
    const npm = { 'package.json': withDependencies({ test: 'a', coverage: 'b' }), 'package-lock.json': '' };
    const env = { TEST_COMMAND: 'env test', COVERAGE_COMMAND: 'env cover' };

    it('is repository file, environment, files, for each command on its own', () => {
      expect(
        select({ files: npm, env, file: 'test: file test\ncoverage: file cover\ninstall: file install' }),
      ).to.deep.include({
        test: ['file', 'test'],
        coverage: ['file', 'cover'],
        install: ['file', 'install'],
        source: '.kiro-worker.yml on main',
      });
      expect(select({ files: npm, env, file: 'install: file install' })).to.deep.include({
        test: ['env', 'test'],
        coverage: ['env', 'cover'],
        install: ['file', 'install'],
        source: 'TEST_COMMAND',
      });
      expect(select({ files: npm, env: { COVERAGE_COMMAND: 'env cover' } })).to.deep.include({
        test: ['npm', 'test'],
        coverage: ['env', 'cover'],
        install: ['npm', 'ci'],
        source: 'npm (package-lock.json)',
      });
      expect(select({ files: npm, file: 'test: file test' })).to.deep.include({
        test: ['file', 'test'],
        coverage: ['npm', 'run', 'coverage'],
        install: ['npm', 'ci'],
      });
    });

    it('takes false for nothing', () => {
      expect(select({ files: npm, env, file: 'install: false\ncoverage: false' })).to.deep.include({
        install: null,
        coverage: null,
      });
    });

    it('takes an empty variable as unset', () => {
      expect(select({ files: npm, env: { TEST_COMMAND: ' ', COVERAGE_COMMAND: '' } }).test).to.deep.equal([
        'npm',
        'test',
      ]);
    });

    it('needs no files when everything is said', () => {
      expect(select({ env: { TEST_COMMAND: 'make check' } })).to.deep.equal({
        folder: '.',
        install: null,
        test: ['make', 'check'],
        coverage: null,
        reports: { tests: [], coverage: [] },
        source: 'TEST_COMMAND',
      });
    });

    it('asks for the install command alone when only that is in doubt', () => {
      const files = { ...npm, 'go.mod': '' };
      const error = refusal({ files, file: 'test: make check' });
      expect(error.code).to.equal('COMMANDS_NOT_DETECTED');
      expect(error.what).to.contain('is installed');
      expect(error.problems.join()).to.contain('several fit: npm (package-lock.json), go (go.mod)');
      expect(select({ files, file: 'test: make check\ninstall: false' }).install).to.equal(null);
      expect(refusal({ files: { 'package.json': withDependencies() }, env }).problems.join()).to.contain(
        'no lock file',
      );
    });

    it('goes on without a lock file when the install command is said', () => {
      const files = { 'package.json': withDependencies() };
      expect(select({ files, file: 'install: npm install' })).to.deep.include({
        install: ['npm', 'install'],
        test: ['npm', 'test'],
      });
    });

    it("keeps the repository's own report paths and folder", () => {
      const files = { 'go.mod': '' };
      const file = 'folder: server\nreports: {tests: out/junit.xml}';
      expect(select({ files, file })).to.deep.include({
        folder: 'server',
        reports: { tests: ['out/junit.xml'], coverage: ['coverage.out'] },
      });
      expect(refusal({ file: 'folder: server' }).what).to.contain('files in server');
    });

    it('refuses a variable that needs a shell', () => {
      const error = refusal({ files: npm, env: { TEST_COMMAND: 'npm test && npm run lint' } });
      expect(error.code).to.equal('CONFIG_INVALID');
      expect(error.message).to.contain('TEST_COMMAND holds "&"').and.contain('npm test && npm run lint');
    });
  });
});
