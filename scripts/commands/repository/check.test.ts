import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { parseRepositoryFile } from '../../../src/core/repository/repository-file.ts';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { checkRepository } from './check.ts';

const MANIFEST = { name: 'x', version: '1.0.0', type: 'module', scripts: { test: 'node check.mjs' } };
const LOCK = { name: 'x', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'x', version: '1.0.0' } } };
const FILES = { 'package.json': JSON.stringify(MANIFEST), 'package-lock.json': JSON.stringify(LOCK) };
/** Both reports; `red` is a test that fails. */
const program = (red: string | null) => `
  import fs from 'node:fs';
  fs.mkdirSync('reports', { recursive: true });
  fs.writeFileSync('reports/junit.xml', ${JSON.stringify(
    `<testsuite><testcase name="ok"/>${red === null ? '' : `<testcase name="${red}"><failure/></testcase>`}</testsuite>`,
  )});
  fs.writeFileSync('reports/lcov.info', 'SF:a.js\\nLF:10\\nLH:9\\nend_of_record\\n');
  process.exitCode = ${red === null ? 0 : 1};`;
const RULES =
  'install: false\ntest: node check.mjs\ncoverage: false\nreports: {tests: reports/junit.xml, coverage: reports/lcov.info}\n';

describe('repository check', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'repository-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { stdio: 'pipe' });

  function commitAll() {
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'a');
  }

  async function check(options: Partial<Parameters<typeof checkRepository>[0]> = {}) {
    const [out, error]: [string[], string[]] = [[], []];
    const exitCode = await checkRepository({
      ...{ folder, json: true, run: false, env: {} },
      writeOut: (text) => out.push(text),
      writeError: (text) => error.push(text),
      ...options,
    });
    const text = out.join('');
    return { exitCode, text, error: error.join(''), report: text.startsWith('{') ? JSON.parse(text) : null };
  }

  it('names a COVERAGE_THRESHOLD that is no percentage', async () => {
    write(FILES);
    const { exitCode, report } = await check({ env: { COVERAGE_THRESHOLD: '80%' } });
    expect([exitCode, report.commands]).to.deep.equal([1, null]);
    expect(report.problems[0].message).to.include('COVERAGE_THRESHOLD: must be a number from 0 to 100 (it is "80%")');
  });

  it('needs no git, no remote and no token, and writes nothing', async () => {
    write(FILES);
    const { exitCode, report, error } = await check();
    expect([exitCode, error]).to.deep.equal([0, '']);
    const keys = ['commands', 'detectedBy', 'needs', 'problems', 'suggestion', 'baseline'];
    expect(Object.keys(report)).to.deep.equal(keys);
    expect(report.commands)
      .to.include({ folder: '.' })
      .and.to.have.keys('folder', 'install', 'test', 'coverage', 'reports');
    expect(report.commands.test).to.deep.equal(['npm', 'test']);
    expect(report.commands.coverage.join(' ')).to.match(/^npx --yes c8@\S+ .*npm test$/);
    expect(report.detectedBy).to.include('package.json');
    const npm = report.needs.find(({ tool }: { tool: string }) => tool === 'npm');
    expect(npm.found).to.match(/^\d+\.\d+/);
    const suggested = { test: ['npm', 'test'], install: [['npm', 'ci']] };
    expect(parseRepositoryFile(report.suggestion, 'pasted')).to.deep.include(suggested);
    expect(report.baseline).to.equal(null);
    expect(readdirSync(folder).sort()).to.deep.equal(['package-lock.json', 'package.json']);
  });

  it('says what to write where nothing is found, and exits 1', async () => {
    write({ 'package.json': '{"name":"x"}' });
    const { exitCode, report } = await check();
    expect([exitCode, report.commands]).to.deep.equal([1, null]);
    expect(report.problems[0].remedy).to.include('.kiro-worker.yml');
    expect(parseRepositoryFile(report.suggestion, 'pasted').test).to.deep.equal(['npm', 'test']);
    const text = (await check({ json: false })).text;
    expect(text).to.include('Commands: none').and.include('Problem: ').and.include('What to do: ');
  });

  it('names every problem of a file that cannot be used', async () => {
    write({ ...FILES, '.kiro-worker.yml': 'tset: npm test\n' });
    const { exitCode, report } = await check();
    expect([exitCode, report.commands, report.suggestion]).to.deep.equal([1, null, null]);
    expect(report.problems[0].message).to.include('tset');
  });

  it('says what does not start here', async () => {
    write({ '.kiro-worker.yml': 'install: false\ntest: cargo test\n', 'Cargo.toml': '' });
    const { report } = await check({ env: {} });
    const [cargo] = report.needs;
    expect(cargo.tool).to.equal('rust');
    if (cargo.found === null) expect(report.problems[0].message).to.include('rust does not start here');
    else expect(report.problems).to.deep.equal([]);
  });

  itInRehearsal('looks at a local branch, and takes the rules from the folder', async () => {
    write({ ...FILES, '.kiro-worker.yml': 'install: false\ntest: node other.mjs\n' });
    commitAll();
    git('checkout', '-qb', 'feature/a');
    write({ '.kiro-worker.yml': RULES });
    git('commit', '-qam', 'b');
    git('checkout', '-q', 'main');
    const { exitCode, report } = await check({ branch: 'feature/a' });
    expect([exitCode, report.commands.test]).to.deep.equal([0, ['node', 'other.mjs']]);
    const { text } = await check({ branch: 'feature/a', json: false });
    expect(text).to.match(/^Files: the local branch feature\/a of .*\nRules: \.kiro-worker\.yml in /);
    for (const branch of ['nowhere', '--upload-pack=x', '']) {
      const refused = await check({ branch });
      expect([refused.exitCode, refused.text], branch).to.deep.equal([2, '']);
      expect(refused.error).to.include('has no branch');
    }
    rmSync(path.join(folder, '.git'), { recursive: true });
    expect((await check({ branch: 'main' })).exitCode, 'no repository').to.equal(2);
  });

  itInRehearsal('looks at a branch from any folder of the work tree', async () => {
    write({ ...FILES, '.kiro-worker.yml': RULES, 'src/a.js': '' });
    commitAll();
    const { exitCode, report } = await check({ folder: path.join(folder, 'src'), branch: 'main' });
    expect([exitCode, report.commands.test]).to.deep.equal([0, ['node', 'check.mjs']]);
  });

  itInRehearsal('names a file of rules that nothing reads, for its name', async () => {
    write({ ...FILES, '.kiro-worker.yaml': RULES });
    const [problem] = (await check()).report.problems;
    expect(problem.message).to.equal('.kiro-worker.yaml is not read; did you mean .kiro-worker.yml?');
    expect(problem.remedy).to.equal('Rename it: git mv .kiro-worker.yaml .kiro-worker.yml');
  });

  itInRehearsal('names a version that is asked for and not here', async () => {
    write({ 'package.json': JSON.stringify({ ...MANIFEST, engines: { node: '>=99' } }) });
    const { exitCode, report } = await check();
    expect(exitCode).to.equal(0);
    const [{ message, remedy }] = report.problems;
    expect(message).to.match(/^package\.json asks for node >=99, and no version here meets that/);
    write({ '.kiro-worker.yml': `${RULES}${remedy.split('\n').slice(1).join('\n')}\n` });
    expect((await check()).report.problems).to.deep.equal([]);
  });

  itInRehearsal('says that a base line was red at first', async () => {
    const red = path.join(folder, '..', `${path.basename(folder)}-was-here`);
    const once = `import { existsSync, writeFileSync } from 'node:fs';
      if (!existsSync(${JSON.stringify(red)})) { writeFileSync(${JSON.stringify(red)}, ''); process.exit(1); }`;
    write({ 'check.mjs': `${once}\n${program(null)}`, 'test/a.mjs': '', '.kiro-worker.yml': RULES });
    try {
      const { exitCode, report } = await check({ run: true, isolation: 'none' });
      expect([exitCode, report.baseline.verdict, report.problems.length]).to.deep.equal([0, 'passed', 1]);
      expect(report.problems[0].message).to.include('At first: ');
    } finally {
      rmSync(red, { force: true });
    }
  });

  it('exits 2 and prints nothing on stdout where there is no such folder', async () => {
    write(FILES);
    for (const missing of ['missing', 'package.json']) {
      const { exitCode, text, error } = await check({ folder: path.join(folder, missing) });
      expect([exitCode, text]).to.deep.equal([2, '']);
      expect(error).to.include(missing);
    }
  });

  it('really installs, tests and measures', async () => {
    write({ 'check.mjs': program(null), 'test/a.mjs': '', '.kiro-worker.yml': RULES });
    const { exitCode, report } = await check({ run: true, isolation: 'none' });
    expect(report.baseline).to.deep.equal({
      ...{ verdict: 'passed', detail: '1 of 1 test passed.', failures: [] },
      tests: { total: 1, passed: 1, failed: 0, skipped: 0 },
      coverage: { linesPct: 90, thresholdPct: 80 },
    });
    expect([exitCode, report.problems, report.suggestion]).to.deep.equal([0, [], null]);
    expect(readdirSync(folder)).to.not.include('reports');
  });

  itInRehearsal('prints what makes a red base line pass when it is pasted', async () => {
    write({ 'check.mjs': program('old: one'), 'test/a.mjs': '', '.kiro-worker.yml': RULES });
    const { exitCode, report } = await check({ run: true, isolation: 'none' });
    expect([exitCode, report.baseline.verdict, report.baseline.failures]).to.deep.equal([1, 'failed', ['old: one']]);
    expect(report.problems[0].message).to.include('1 of 2 tests failed').and.include('- old: one');
    write({ '.kiro-worker.yml': report.suggestion });
    expect((await check({ run: true, isolation: 'none' })).exitCode).to.equal(0);
  });

  itInRehearsal('names the failed tests of an output without proposing the commands that failed', async () => {
    const manifest = { name: 'x', scripts: { test: 'node --test' } };
    const test = "require('node:test')('adds up', () => { throw new Error('no'); });";
    write({ 'package.json': JSON.stringify(manifest), 'a.test.js': test });
    const { exitCode, report } = await check({ run: true, isolation: 'none' });
    expect([exitCode, report.suggestion, report.baseline.failures]).to.deep.equal([1, null, []]);
    expect(report.problems[0].message).to.include('Failed tests, by its output: adds up.');
    expect(report.problems[0].remedy).to.include('--test-reporter=junit');
  });

  itInRehearsal('prints a file that brings the coverage figure which is missing', async () => {
    write({
      'package.json': JSON.stringify({
        name: 'x',
        scripts: { test: 'node check.mjs', coverage: 'nyc node check.mjs' },
      }),
      ...{ 'check.mjs': '', 'test/a.mjs': '' },
      '.kiro-worker.yml': 'install: false\ntest: node check.mjs\ncoverage: false\nprotectedPaths: [db/**]\n',
    });
    const { exitCode, report } = await check({ run: true, isolation: 'none' });
    expect([exitCode, report.baseline.coverage?.linesPct ?? null]).to.deep.equal([1, null]);
    const pasted = parseRepositoryFile(report.suggestion, 'pasted');
    expect(pasted).to.deep.include({ test: ['node', 'check.mjs'], protectedPaths: ['db/**'] });
    expect(String(pasted.coverage)).to.include('npm run coverage && ');
  });

  itInRehearsal('runs with the versions that are asked for, and says which there are where none will do', async () => {
    const rules = (node: string) => `${RULES}tools: {node: "${node}"}\n`;
    write({ 'check.mjs': program(null), 'test/a.mjs': '', '.kiro-worker.yml': rules('>=18') });
    const { report } = await check({ run: true, isolation: 'none' });
    const [node] = report.needs;
    expect([node.tool, node.version, report.baseline.verdict]).to.deep.equal(['node', '>=18', 'passed']);
    expect(node.found).to.match(/^\d+\.\d+/);
    write({ '.kiro-worker.yml': rules('4') });
    const refused = await check({ run: true, isolation: 'none' });
    expect([refused.exitCode, refused.report.baseline]).to.deep.equal([1, null]);
    const [problem] = refused.report.problems;
    expect(problem.message).to.include('node 4 (');
    const lines = problem.remedy.split('\n').slice(1).join('\n');
    write({ '.kiro-worker.yml': `${RULES}${lines}\n` });
    expect((await check({ run: true, isolation: 'none' })).exitCode, lines).to.equal(0);
  });

  itInRehearsal('runs in a git repository of its own, with the files that git would take', async () => {
    const sees = `import { execFileSync as run } from 'node:child_process'; import fs from 'node:fs';
      const log = String(run('git', ['log', '--format=%s'])).trim();
      if (log === '' || fs.existsSync('secret.txt') || fs.existsSync('node_modules')) process.exitCode = 1;`;
    write({ '.gitignore': 'secret.txt\n', 'secret.txt': 'x', 'node_modules/a/index.js': '', 'test/a.mjs': '' });
    write({
      'check.mjs': `${sees}\nif (process.exitCode !== 1) { ${program(null)
        .replace(/import fs.*;/, '')
        .replace('process.exitCode = 0;', '')} }`,
      '.kiro-worker.yml': RULES,
    });
    symlinkSync('/etc/passwd', path.join(folder, 'link'));
    const { report } = await check({ run: true, isolation: 'none' });
    expect(report.baseline).to.include({ verdict: 'passed' });
  });

  itInRehearsal('goes by what a clone would have, with and without a run', async () => {
    const seen = `import fs from 'node:fs';
      const there = ['fixtures/kept.log', 'module/index.js', 'plain.txt'].every((file) => fs.existsSync(file));
      if (!there || fs.existsSync('dist') || fs.existsSync('other/a.js')) throw new Error('no clone');`;
    write({ 'module/index.js': '' });
    execFileSync('git', ['init', '-q', path.join(folder, 'module')]);
    write({
      'package.json': JSON.stringify(MANIFEST),
      'check.mjs': `${seen}\n${program(null).replace(/import fs.*;/, '')}`,
      ...{ '.gitignore': 'package-lock.json\ndist\n*.log\nreports\n', 'package-lock.json': JSON.stringify(LOCK) },
      ...{ 'fixtures/kept.log': '', 'plain.txt': '', 'dist/a.js': '', 'test/a.mjs': '' },
      '.gitmodules': '[submodule "m"]\n\tpath = module\n\turl = ../module\n',
    });
    git('init', '-q', '-b', 'main');
    git('add', '-f', 'fixtures/kept.log');
    execFileSync('git', ['init', '-q', path.join(folder, 'other')]);
    write({ 'other/a.js': '' });
    const { report } = await check();
    expect(report.commands.install, 'the lock file is ignored').to.not.deep.equal([['npm', 'ci']]);
    expect(report.problems.map(({ message }: { message: string }) => message).join()).to.match(/: other\.$/);
    write({ '.kiro-worker.yml': RULES });
    const ran = await check({ run: true, isolation: 'none' });
    expect([ran.exitCode, ran.report.baseline.verdict], JSON.stringify(ran.report.problems)).to.deep.equal([
      0,
      'passed',
    ]);
  });

  it('reads the rules as a build does, and reports what it cannot copy', async () => {
    write({ ...FILES, 'rules.yml': RULES });
    symlinkSync('rules.yml', path.join(folder, '.kiro-worker.yml'));
    const { exitCode, report } = await check();
    expect([exitCode, report.commands]).to.deep.equal([1, null]);
    expect(report.problems[0].message).to.include('is a link');
    rmSync(path.join(folder, '.kiro-worker.yml'));
    write({ '.git': 'gitdir: /nowhere\n' });
    expect((await check()).exitCode, 'a repository that is gone').to.equal(0);
  });
});
