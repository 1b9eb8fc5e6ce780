import { expect } from 'chai';
import { fileTree } from '../../../test/support/scenes/file-trees.ts';
import { isWorkerError, type WorkerError } from '../errors.ts';
import { type Commands, selectCommands, suggestRepositoryFile } from './commands.ts';
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
    tree: fileTree(files),
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
    const tests = { 'tests/test_a.py': 'def test_a(): pass' };
    const rows: ReadonlyArray<[name: string, files: Record<string, string>, why: RegExp, line: string]> = [
      ['nothing', {}, /no known tool chain/, 'test: make test'],
      ['unknown files', { 'README.md': '' }, /no known tool chain/, 'test: make test'],
      [
        'no test script',
        { 'package.json': '{"scripts":{}}' },
        /npm \(package.json\): .* shows no command for tests/,
        'test: npm test',
      ],
      [
        "npm's own test script",
        { 'package.json': manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) },
        /shows no command for tests/,
        'test: npm test',
      ],
      [
        'an empty test script',
        { 'package.json': manifest({ scripts: { test: ' ' } }) },
        /no command for tests/,
        'test: npm test',
      ],
      [
        'a test script that is not text',
        { 'package.json': manifest({ scripts: { test: 5 } }) },
        /"scripts.test" in package.json must be a string/,
        'install: npm install',
      ],
      [
        'scripts of a wrong type',
        { 'package.json': manifest({ scripts: 'x' }) },
        /"scripts" in package.json/,
        'test: npm test',
      ],
      [
        'a packageManager of a wrong type',
        { 'package.json': manifest({ packageManager: {} }) },
        /"packageManager" in/,
        'test: npm',
      ],
      [
        'a go.work without modules',
        { 'go.work': 'go 1.22', 'a_test.go': '' },
        /go.work names no module/,
        'test: go test',
      ],
      [
        'Python without tests',
        { 'pyproject.toml': '[project]\nname="t"' },
        /no file shows tests/,
        'test: .venv/bin/python',
      ],
      [
        'two lock files',
        { 'package.json': withDependencies(), 'package-lock.json': '', 'yarn.lock': '' },
        /package-lock.json, yarn.lock side by side/,
        'install: npm ci',
      ],
      [
        'a script that opens a browser',
        { 'package.json': manifest({ scripts: { test: 'cypress run', 'test:api': 'mocha' } }) },
        /the script "test" needs a browser \(cypress run\)/,
        'test: npm run test:api',
      ],
      [
        'a script that watches',
        { 'package.json': manifest({ scripts: { test: 'nodemon --exec mocha' } }) },
        /watches for changes/,
        'test: npx mocha',
      ],
      [
        'a tool chain in doubt beside one that is not',
        { 'package.json': manifest({ scripts: { test: 'cypress run' } }), 'go.mod': 'module m', 'a_test.go': '' },
        /needs a browser/,
        'test: go test -coverprofile=coverage.out ./...',
      ],
      [
        'Rust',
        { 'Cargo.toml': '', 'src/lib.rs': '' },
        /cargo \(Cargo.toml\): its commands are proposed/,
        'test: cargo test',
      ],
      ['a Makefile', { Makefile: 'test:\n' }, /make \(Makefile\)/, 'test: make test'],
      [
        'tests in too many folders',
        Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((folder) => [`${folder}/package.json`, manifest()])),
        /more than 4 folders have tests of their own: a, b, c, d, e/,
        'cd a && npm test',
      ],
    ];
    for (const [name, files, why, line] of rows) {
      it(`refuses ${name} and says what to write`, () => {
        const error = refusal({ files });
        expect(error.code).to.equal('COMMANDS_NOT_DETECTED');
        expect(error.problems.join('\n')).to.match(why);
        expect(error.remedy).to.contain('.kiro-worker.yml on the default branch').and.contain(line);
      });
    }

    it('asks for the manifest to be corrected that no tool can read', () => {
      const broken: readonly (readonly [string, string, RegExp])[] = [
        ['package.json', '{', /package.json is not valid JSON/],
        ['package.json', 'null', /package.json is not valid JSON/],
        ['pyproject.toml', '[project', /pyproject.toml is not valid TOML/],
        ['pom.xml', 'x', /no element <project>/],
        ['go.mod', 'x', /go.mod has no line "module"/],
      ];
      for (const [file, text, why] of broken) {
        const files = { [file]: text, 'a_test.go': '', 'src/test/java/A.java': '', ...tests };
        const error = refusal({ files });
        expect(error.problems.join('\n'), file).to.match(why);
        expect(error.remedy, file).to.match(new RegExp(`^Correct ${file} on the branch`));
        expect(suggestRepositoryFile({ repositoryFile: null, env: {}, tree: fileTree(files) }), file).to.equal(null);
      }
    });

    it('says lines that work when they are pasted', () => {
      for (const [name, files] of rows) {
        const { remedy } = refusal({ files });
        const file = remedy.slice(remedy.indexOf(':\n') + 2).replace(/^ {2}/gm, '');
        expect(select({ files, file }).test.length, name).to.be.greaterThan(0);
      }
    });
  });

  describe('suggestion', () => {
    it('reads back as the commands that the files show', () => {
      const all: Record<string, string>[] = [
        { 'package.json': withDependencies(), 'yarn.lock': '' },
        { 'pyproject.toml': '[project]\nname="t"', 'uv.lock': '', 'tests/test_a.py': '' },
        { 'build.gradle': '', 'src/test/java/A.java': '' },
        { 'web app/package.json': manifest(), 'api/go.mod': 'module m', 'api/a_test.go': '' },
        { "it's/package.json": manifest({ scripts: { test: 'vitest' } }) },
      ];
      for (const files of all) {
        const text = suggestRepositoryFile({ repositoryFile: null, env: {}, tree: fileTree(files) }) ?? '';
        const { folder, install, test, coverage, reports } = select({ files });
        expect(select({ files, file: text }), text).to.deep.include({ folder, install, test, coverage, reports });
      }
    });

    it('is none where no tool chain is known', () => {
      expect(suggestRepositoryFile({ repositoryFile: null, env: {}, tree: fileTree({ 'README.md': '' }) })).to.equal(
        null,
      );
    });
  });

  describe('precedence', () => {
    const npm = { 'package.json': withDependencies({ test: 'a', coverage: 'c8 -r lcov a' }), 'package-lock.json': '' };
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
      const unmeasured = { 'package.json': withDependencies({ test: 'mocha' }) };
      expect(select({ files: unmeasured, file: 'test: file test' }).coverage).to.equal(null);
    });

    it('knows that a coverage command which was made of the test command runs the same tests', () => {
      const files = { 'pom.xml': '<project></project>', 'src/test/java/ATest.java': '' };
      const named = withDependencies({ test: 'jest', coverage: 'jest --coverage' });
      expect(select({ files }).coverageRunsTests).to.equal(true);
      expect(select({ files: { 'package.json': named, 'a.test.js': '' } }).coverageRunsTests).to.equal(undefined);
      const said = { files, file: 'coverage: mvn verify' };
      expect(select(said).coverageRunsTests).to.equal(undefined);
      expect(select({ files, env: { COVERAGE_COMMAND: 'mvn verify' } }).coverageRunsTests).to.equal(undefined);
      expect(select({ files, env: { TEST_COMMAND: 'mvn test' } }).coverageRunsTests).to.equal(undefined);
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
      const files = { ...npm, 'yarn.lock': '' };
      const error = refusal({ files, file: 'test: make check' });
      expect(error.code).to.equal('COMMANDS_NOT_DETECTED');
      expect(error.what).to.contain('is installed');
      expect(error.problems.join()).to.contain('package-lock.json, yarn.lock side by side');
      expect(error.remedy).to.not.contain('test:');
      expect(select({ files, file: 'test: make check\ninstall: false' }).install).to.deep.equal([]);
    });

    it('installs what has tests where only the test command is said', () => {
      const files = { ...npm, 'pyproject.toml': '[tool.ruff]' };
      expect(select({ files, file: 'test: make check' }).install).to.deep.equal([['npm', 'ci']]);
    });

    it("keeps the repository's own report paths and folder", () => {
      const files = { 'server/go.mod': 'module m', 'server/a_test.go': '' };
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
