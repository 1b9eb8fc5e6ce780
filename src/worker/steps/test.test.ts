import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { telling } from '../../../test/left-to-rehearsal.ts';
import { createInstallation } from '../../adapters/files/installation.ts';
import { createWorkspaceFiles } from '../../adapters/files/workspace-files.ts';
import { runSubprocess } from '../../adapters/process/subprocess.ts';
import { untrustedEnvironment } from '../../adapters/process/untrusted-environment.ts';
import { NO_GATE_RESULTS } from '../../core/gates/results.ts';
import type { ProcessRequest } from '../../core/ports/process.ts';
import type { Argv } from '../../core/repository/argv.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { runTests, type TestRequest } from './test.ts';

const GREEN = '<testsuites><testsuite><testcase name="a"/><testcase name="b"/></testsuite></testsuites>';
const RED =
  '<testsuite><testcase name="a"/><testcase name="b"><failure message="no">at x</failure></testcase></testsuite>';
const lcov = (covered: number, total: number) => `SF:a.js\nLF:${total}\nLH:${covered}\nend_of_record\n`;

/** A program that writes files, says something and ends with an exit code. */
function program(files: Record<string, string> = {}, { exit = 0, say = '', more = '' } = {}): Argv {
  const writes = Object.entries(files).map(
    ([path, text]) =>
      `fs.mkdirSync(path.dirname(${JSON.stringify(path)}), { recursive: true }); fs.writeFileSync(${JSON.stringify(path)}, ${JSON.stringify(text)});`,
  );
  const script = `const fs = require('node:fs'), path = require('node:path'); ${writes.join('')} console.log(${JSON.stringify(say)}); ${more}; process.exitCode = ${exit};`;
  return [process.execPath, '-e', script];
}

describe('runTests', () => {
  let top: string;
  let workspace: string;
  let logged: string[];

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'run-tests-'));
    for (const folder of ['home', 'private', 'tmp', 'workspace']) mkdirSync(join(top, folder));
    workspace = join(top, 'workspace');
    logged = [];
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  function run(commands: Partial<Commands>, more: Partial<TestRequest> = {}) {
    return runTests({
      sandbox: { run: (request: ProcessRequest) => runSubprocess({ ...request, graceMs: 100 }), end: async () => {} },
      installation: createInstallation({
        privateDirectory: join(top, 'private'),
        workspace,
        home: join(top, 'home'),
        grant: async () => {},
      }),
      handOver: async () => {},
      files: createWorkspaceFiles(workspace),
      workspace,
      env: untrustedEnvironment({ home: join(top, 'home') }),
      commands: {
        ...{ folder: '.', install: [], test: program(), coverage: null, reports: { tests: [], coverage: [] } },
        ...{ source: 'here', ecosystem: null, detectedBy: [], needs: [], ...commands },
      },
      origins: { install: 'here', test: 'here', coverage: 'here' },
      thresholdPct: 80,
      timeoutsMs: { install: 120_000, test: 120_000 },
      limitSettings: { install: 'installMinutes', test: 'testMinutes' },
      redact: (text) => text.replaceAll('s3cret', '[redacted]'),
      log: (line) => logged.push(line),
      ...more,
    });
  }

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  it('installs, tests and measures, each with its own command', async () => {
    const result = await run({
      install: [program({ 'installed.txt': 'yes' }, { say: 'installing' })],
      test: program({ 'reports/junit.xml': GREEN }, { more: 'fs.readFileSync("installed.txt")' }),
      coverage: program({ 'coverage/lcov.info': lcov(9, 10) }),
    });
    expect(result).to.deep.include({ kind: 'passed', detail: '2 of 2 tests passed.' });
    expect(result.gates.tests?.counts).to.deep.equal({ total: 2, passed: 2, failed: 0, skipped: 0 });
    expect(result.gates.coverage).to.deep.include({ verdict: 'passed', linesPct: 90, thresholdPct: 80 });
    expect(result.logs.map(({ name, exitCode }) => [name, exitCode])).to.deep.equal([
      ['install', 0],
      ['test', 0],
      ['coverage', 0],
    ]);
    expect(result.logs[0]?.output).to.equal('installing\n');
    expect(logged.map((line) => line.split(':')[0])).to.deep.equal(['Installing', 'Testing', 'Measuring coverage']);
  });
  it('takes the coverage report of the test command when there is no other', async () => {
    const result = await run({ test: program({ 'coverage/lcov.info': lcov(4, 5) }) });
    expect(result).to.deep.include({ kind: 'passed' });
    expect(result.gates.tests).to.deep.include({ reason: 'passed-uncounted', counts: null });
    expect(result.gates.coverage?.linesPct).to.equal(80);
  });
  it('works in the folder and with the report paths that are configured', async () => {
    mkdirSync(join(workspace, 'app'));
    const result = await run({
      folder: 'app',
      test: program({ 'out/unit.xml': GREEN, 'out/e2e.xml': GREEN, 'out/cov.info': lcov(1, 1) }),
      reports: { tests: ['out/*.xml'], coverage: ['out/cov.info'] },
    });
    expect(result.kind).to.equal('passed');
    expect(result.gates.tests?.counts?.total).to.equal(4);
    expect(existsSync(join(workspace, 'app', 'out', 'unit.xml'))).to.equal(true);
  });
  it('installs step by step, up to the first that fails', async () => {
    const steps = [program({ 'a.txt': '' }), program({}, { more: 'fs.readFileSync("a.txt")', exit: 4 }), program()];
    const result = await run({ install: steps });
    expect(result.kind).to.equal('setup-failed');
    expect(result.logs.map(({ exitCode }) => exitCode)).to.deep.equal([0, 4]);
  });
  it('tells no secret that was drawn over', async () => {
    const test = program({}, { exit: 1, say: 'it is sX\b3cret\nand \x01[31ms\x01[0m3cret' });
    const { failure } = await run({ test });
    expect(failure?.why).to.equal('it is [redacted]\nand [redacted]');
  });
  it('ends at a failed install, without tests', async () => {
    const result = await run({ install: [program({}, { exit: 3, say: 'no such package' })], test: program({ x: '' }) });
    expect(result).to.deep.include({ kind: 'setup-failed', gates: NO_GATE_RESULTS });
    expect(result.detail).to.match(/^The install command \(.*ended with exit code 3\.$/s);
    expect(result.logs[0]?.output).to.contain('no such package');
    expect(existsSync(join(workspace, 'x'))).to.equal(false);
  });
  it('stops an install at its time limit', async () => {
    const result = await run(
      { install: [program(), program({}, { more: 'setInterval(() => {}, 1000)' })] },
      { timeoutsMs: { install: 300, test: 120_000 } },
    );
    expect(result.kind).to.equal('setup-failed');
    expect(result.detail).to.match(
      / was stopped at its time limit of 1 minute \("timeouts.installMinutes" of a \.kiro-worker\.yml raises it\)\.$/,
    );
  });
  it('distinguishes a missing program from failed tests', async () => {
    const result = await run({ test: ['no-such-program-anywhere', 'test'] });
    expect(result).to.deep.include({ kind: 'setup-failed', gates: NO_GATE_RESULTS });
    expect(result.detail).to.match(/could not be started: .*no-such-program-anywhere/);
  });
  it('reports failed tests, and measures nothing then', async () => {
    const result = await run({
      test: program({ 'junit.xml': RED }, { exit: 1 }),
      coverage: program({ 'measured.txt': '' }),
    });
    expect(result.kind).to.equal('tests-failed');
    expect(result.gates.coverage).to.equal(null);
    expect(result.detail).to.contain('1 of 2 tests failed');
    expect(result.gates.tests?.failedTests).to.deep.equal([{ name: 'b', message: 'no\nat x' }]);
    expect(existsSync(join(workspace, 'measured.txt'))).to.equal(false);
  });

  it('does not believe an exit code against the report', async () => {
    expect(await run({ test: program({ 'junit.xml': RED }) })).to.deep.include({ kind: 'tests-failed' });
    const none = await run({ test: program({ 'junit.xml': '<testsuites/>' }) });
    expect(none).to.deep.include({ kind: 'tests-failed' });
    expect(none.gates.tests?.reason).to.equal('no-tests');
  });

  it('stops tests at their time limit, and keeps what the report says', async () => {
    const result = await run(
      { test: program({ 'junit.xml': RED }, { more: 'setInterval(() => {}, 1000)' }) },
      { timeoutsMs: { install: 120_000, test: 500 } },
    );
    expect(result).to.deep.include({ kind: 'tests-failed' });
    expect(result.gates.tests).to.deep.include({ verdict: 'failed', reason: 'timeout' });
  });

  it('stops when it is asked to', async () => {
    const stop = new AbortController();
    const result = await run(
      { test: program({}, { more: 'setInterval(() => {}, 1000)' }) },
      { signal: stop.signal, log: () => setTimeout(() => stop.abort(), 200) },
    );
    expect(result.kind).to.equal('aborted');
    expect(result.gates.coverage).to.equal(null);
    expect(await run({ install: [program()] }, { signal: stop.signal })).to.deep.include({
      kind: 'aborted',
      gates: NO_GATE_RESULTS,
    });
  });

  it('stops the coverage command, and keeps the results of the tests', async () => {
    const stop = new AbortController();
    const result = await run(
      { test: program({ 'junit.xml': GREEN }), coverage: program({}, { more: 'setInterval(() => {}, 1000)' }) },
      { signal: stop.signal, log: (line) => line.startsWith('Measuring') && setTimeout(() => stop.abort(), 100) },
    );
    expect(result.kind).to.equal('aborted');
    expect(result.gates.coverage).to.equal(null);
    expect(result.gates.tests?.verdict).to.equal('passed');
  });

  describe('coverage', () => {
    const test = program({ 'junit.xml': GREEN });

    const rows: ReadonlyArray<[name: string, coverage: Argv | null, kind: string, detail: RegExp]> = [
      ['below', program({ 'lcov.info': lcov(7, 10) }), 'coverage-below', /70 %.*below the threshold of 80 %/],
      ['no report', program(), 'coverage-unknown', /^No coverage report was found\.$/],
      ['no command, no report', null, 'coverage-unknown', /^No coverage report was found\.$/],
      ['an empty report', program({ 'coverage.xml': '' }), 'coverage-unknown', /coverage\.xml is empty/],
      [
        'a failed command with a fine report',
        program({ 'lcov.info': lcov(9, 10) }, { exit: 2 }),
        'coverage-unknown',
        /coverage command.*exit code 2\. Line coverage is 90 %/s,
      ],
      [
        'a failed command without report',
        program({}, { exit: 2 }),
        'coverage-unknown',
        /exit code 2\. No coverage report/,
      ],
      [
        'a command with a threshold of its own',
        program({ 'lcov.info': lcov(7, 10) }, { exit: 1 }),
        'coverage-below',
        /70 %/,
      ],
      ['a program that is not there', ['no-such-program'], 'coverage-unknown', /could not be started/],
      [
        'a link instead of a report',
        program({ 'real.info': lcov(1, 1) }, { more: 'fs.symlinkSync("real.info", "lcov.info")' }),
        'coverage-unknown',
        /lcov\.info is a link/,
      ],
      [
        'a folder that became a link out of the workspace',
        program({}, { more: 'fs.symlinkSync("/tmp", "coverage")' }),
        'coverage-unknown',
        /coverage is a link/,
      ],
    ];
    for (const [name, coverage, kind, detail] of telling(3, rows)) {
      it(`judges ${name}`, async () => {
        const result = await run({ test, coverage });
        expect(result.kind).to.equal(kind);
        expect(result.detail).to.match(detail);
        expect(result.gates.tests?.verdict).to.equal('passed');
      });
    }
  });

  describe('old reports', () => {
    it('do not count, and are gone', async () => {
      put('reports/junit.xml', GREEN);
      put('coverage/lcov.info', lcov(10, 10));
      const result = await run({});
      expect(result.kind).to.equal('coverage-unknown');
      expect(result.gates.tests).to.deep.include({ reason: 'passed-uncounted', counts: null });
      expect(existsSync(join(workspace, 'coverage/lcov.info'))).to.equal(false);
      expect(logged).to.include('Removed old reports: coverage/lcov.info, reports/junit.xml');
    });

    it('do not count where they are configured', async () => {
      put('out/junit.xml', GREEN);
      const result = await run({ reports: { tests: ['out/*.xml'], coverage: [] } });
      expect(result.kind).to.equal('tests-failed');
      expect(result.gates.tests?.reason).to.equal('report-missing');
    });

    it('are left alone outside of the workspace', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'outside-'));
      try {
        writeFileSync(join(outside, 'lcov.info'), 'theirs');
        symlinkSync(outside, join(workspace, 'coverage'));
        expect((await run({})).kind).to.equal('coverage-unknown');
        expect(readFileSync(join(outside, 'lcov.info'), 'utf8')).to.equal('theirs');
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    });
  });
  it('judges the real reports of node:test', async () => {
    put('a.mjs', 'export const add = (a, b) => a + b;\nexport function sub(a, b) {\n  return a - b;\n}\n');
    put(
      'a.test.mjs',
      `import test from 'node:test';\nimport { add } from './a.mjs';\ntest('adds', (t) => t.assert.equal(add(1, 2), 3));\n`,
    );
    const reporters = ['spec:stdout', 'junit:junit.xml', 'lcov:lcov.info'].flatMap((pair) => {
      const [reporter, destination] = pair.split(':');
      return [`--test-reporter=${reporter}`, `--test-reporter-destination=${destination}`];
    });
    const options = ['--experimental-test-coverage', '--test-coverage-exclude=*.test.mjs', ...reporters];
    const result = await run({ test: [process.execPath, '--test', ...options] }, { thresholdPct: 50 });
    expect(result.kind, result.logs[0]?.output).to.equal('passed');
    expect(result.gates.tests?.counts).to.deep.equal({ total: 1, passed: 1, failed: 0, skipped: 0 });
    expect(result.gates.coverage).to.deep.include({ linesPct: 50, functionsPct: 50 });
    expect(result.logs[0]?.output).to.contain('adds');
  });
});
