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
      [
        'a test script that is not text',
        { 'package.json': manifest({ scripts: { test: 5 } }) },
        /no command for tests/,
      ],
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
      ['bun', { 'package.json': withDependencies(), 'bun.lock': '' }, /bun is not supported/],
      [
        'two tool chains',
        { 'package.json': manifest(), 'go.mod': '' },
        /several tool chains match: npm \(package.json\), go \(go.mod\)/,
      ],
      ['maven and gradle', { 'pom.xml': '', 'build.gradle': '' }, /several tool chains match: maven .*gradle/],
      ['pytest without pytest-cov', { 'pytest.ini': '', 'requirements.txt': 'pytest' }, /pytest-cov is not among/],
      ['pytest without anything to install', { 'pytest.ini': '' }, /no uv.lock, poetry.lock or requirements.txt/],
    ];
    for (const [name, files, why] of rows) {
      it(`refuses ${name} and says what to write`, () => {
        const error = refusal({ files });
        expect(error.code).to.equal('COMMANDS_NOT_DETECTED');
        expect(error.problems.join()).to.match(why);
        expect(error.remedy).to.contain('.kiro-worker.yml on the default branch').and.contain('test: npm test');
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
        install: [['file', 'install']],
        source: '.kiro-worker.yml on main',
      });
      expect(select({ files: npm, env, file: 'install: file install' })).to.deep.include({
        test: ['env', 'test'],
        coverage: ['env', 'cover'],
        install: [['file', 'install']],
        source: 'TEST_COMMAND',
      });
      expect(select({ files: npm, env: { COVERAGE_COMMAND: 'env cover' } })).to.deep.include({
        test: ['npm', 'test'],
        coverage: ['env', 'cover'],
        install: [['npm', 'ci']],
        source: 'npm (package-lock.json)',
      });
      expect(select({ files: npm, file: 'test: file test' })).to.deep.include({
        test: ['file', 'test'],
        coverage: ['npm', 'run', 'coverage'],
        install: [['npm', 'ci']],
      });
    });

    it('takes false for nothing', () => {
      expect(select({ files: npm, env, file: 'install: false\ncoverage: false' })).to.deep.include({
        install: [],
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
        install: [],
        test: ['make', 'check'],
        coverage: null,
        reports: { tests: [], coverage: [] },
        source: 'TEST_COMMAND',
        ecosystem: null,
        detectedBy: [],
        needs: [],
      });
    });

    it('asks for the install command alone when only that is in doubt', () => {
      const files = { ...npm, 'go.mod': '' };
      const error = refusal({ files, file: 'test: make check' });
      expect(error.code).to.equal('COMMANDS_NOT_DETECTED');
      expect(error.what).to.contain('is installed');
      expect(error.problems.join()).to.contain('several tool chains match: npm (package-lock.json), go (go.mod)');
      expect(select({ files, file: 'test: make check\ninstall: false' }).install).to.deep.equal([]);
      expect(refusal({ files: { 'package.json': withDependencies() }, env }).problems.join()).to.contain(
        'no lock file',
      );
    });

    it('goes on without a lock file when the install command is said', () => {
      const files = { 'package.json': withDependencies() };
      expect(select({ files, file: 'install: npm install' })).to.deep.include({
        install: [['npm', 'install']],
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
      expect(error.message).to.contain('TEST_COMMAND contains "&"').and.contain('npm test && npm run lint');
    });
  });
});
