import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { PLACE, WORKER_FILE } from '../../../support/system/repository.ts';
import type { TestSystem, TestSystemOptions } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';
import { HOOK, WEAK } from '../../../support/system/weak-rules.ts';
import { type Attempt, attemptsOf } from '../attempt.ts';
import { needsIsolation } from '../machine.ts';
import { type HostileRun, performRun, SAY } from './bench.ts';

const ADDED = /^src\/scripted-\w+\.js$/;
const NOTHING = /^$/;
const FAILS = `import test from 'node:test';\n${SAY}\ntest('fails', () => { throw new Error('no'); });\n`;
const DONE = async ({ system }: { system: TestSystem }) => (await view.tasksDone(system)).length === 1;

function mergeInto(base: string) {
  return ({ pullRequest }: TestSystem) => {
    if (pullRequest === null) throw new Error('there is no pull request');
    pullRequest.baseRef = base;
  };
}

/** Whose rules count. */
const RULES: Readonly<Record<string, HostileRun>> = {
  'of-a-base-of-ones-own': {
    system: () => ({
      branches: [{ name: 'weak', files: { '.kiro-worker.yml': WEAK, ...HOOK } }],
      branchFiles: { ...HOOK, 'test/fails.test.js': FAILS },
    }),
    prepare: mergeInto('weak'),
    endings: ['baseline-failed'],
    work: NOTHING,
    check: ({ system, trial }) =>
      trial.check(
        view.pullRequestOf(system).body.includes('the rules of this run come from main'),
        'the report does not say whose rules counted',
      ),
  },
  'of-the-branch': {
    system: () => ({ branchFiles: { '.kiro-worker.yml': WEAK, 'test/fails.test.js': FAILS } }),
    endings: ['baseline-failed'],
    work: NOTHING,
  },
  'a-lower-threshold': {
    system: () => ({
      config: { coverageThreshold: 95 },
      files: { '.kiro-worker.yml': `${WORKER_FILE}baseline: allow-below-threshold\n` },
      branchFiles: { '.kiro-worker.yml': `${WORKER_FILE}coverageThreshold: 1\n` },
    }),
    endings: ['coverage-below'],
    work: ADDED,
    isStruck: DONE,
  },
  'programs-for-tools': {
    system: () => ({
      branchFiles: HOOK,
      agentScript: `import fs from 'node:fs'; export function work({ write }) {
        write('src/seen.js', '// ' + ['.mcp.json', '.kiro/hooks/x.json'].map((file) => fs.existsSync(file)).join()); ${SAY} }`,
    }),
    endings: ['completed'],
    work: /^src\/seen\.js$/,
    check: async ({ system, trial }) =>
      trial.check(
        (await view.fileOn(system, 'src/seen.js')) === '// false,false',
        'the agent started with hooks of the branch',
      ),
  },
  'a-spec-full-of-markup': {
    system: () => ({
      tasks: '- [ ] 1. One ![x](http://evil.example/x) <img src=http://evil.example> <!-- kiro --> | task\n',
    }),
    endings: ['completed'],
    work: ADDED,
    isStruck: DONE,
    check({ system, trial }) {
      const bodies = [view.pullRequestOf(system).body, ...view.commentsOf(system).map(({ body }) => body)].join('\n');
      trial.check(!/!\[x\]\(http|<img/.test(bodies), 'markup of a branch got into a body as it is');
    },
  },
};

/** What somebody does to the branch while the worker is at it: it stays done, and the run says so. */
const RACES: Readonly<Record<string, HostileRun>> = {
  'a-push-during-the-tests': {
    system: () => ({}),
    prepare: (system) => {
      const run = async () =>
        void (await system.github.moveBranch(system.repository, {
          branch: PLACE.branch,
          files: { 'late.md': 'late\n' },
        }));
      // git asks twice, since GitHub wants a password: for the fetch, and for the looks before and after the push of the task.
      system.github.faults.next({ git: 'upload-pack', method: 'GET', skip: 6 }, { kind: 'before', run });
    },
    endings: ['branch-moved'],
    work: /^src\/scripted-\w+\.js$|^late\.md$/,
    isStruck: ({ system }) => view.fileOn(system, 'late.md').then((text) => text === 'late\n'),
  },
  'a-force-push-to-an-ancestor': {
    system: () => ({}),
    prepare: async (system) => {
      const before = await view.headOf(system);
      await system.github.moveBranch(system.repository, { branch: PLACE.branch, files: { 'SECRET.md': 'oops\n' } });
      const run = async () =>
        void (await runGit(system.repository.directory, ['update-ref', `refs/heads/${PLACE.branch}`, before]));
      system.github.faults.next({ git: 'receive-pack', method: 'GET' }, { kind: 'before', run });
    },
    endings: ['branch-moved'],
    work: /^SECRET\.md$/,
    isStruck: async ({ system }) =>
      !(await runGit(system.repository.directory, ['ls-tree', PLACE.branch])).includes('SECRET.md'),
  },
};

/** Tests that the branch brings itself; the rules name them, and ask for no coverage of what the agent wrote. */
const OWN_TESTS = `${WORKER_FILE.replace(/^test: .*$/m, 'test: [node, check.mjs]')}gates: {changed-lines/uncovered: off}\n`;
const REPORTS = `fs.mkdirSync('reports', { recursive: true }); fs.writeFileSync('reports/junit.xml', '<testsuites><testcase name="fine"/></testsuites>'); fs.writeFileSync('reports/lcov.info', 'SF:src/slug.js\\nDA:1,1\\nend_of_record\\n');`;
const testing =
  (body: string, files: TestSystemOptions['files'] = {}): HostileRun['system'] =>
  () => ({
    files: { '.kiro-worker.yml': OWN_TESTS, ...files },
    branchFiles: { 'check.mjs': `import cp from 'node:child_process';\nimport fs from 'node:fs';\n${body}\n${SAY}\n` },
  });
const ownTests = { work: ADDED, clone: ['check.mjs'] } as const;

const TESTS: Readonly<Record<string, HostileRun>> = {
  'write-a-report-of-empty-elements': {
    system: testing(
      `${REPORTS} fs.writeFileSync('reports/junit.xml', '<testsuites>' + '<a/>'.repeat(12e6) + '</testsuites>');`,
    ),
    endings: ['baseline-failed'],
    ...ownTests,
  },
  'write-a-pipe-for-a-report': {
    system: testing(`${REPORTS} fs.rmSync('reports/junit.xml'); cp.execFileSync('mkfifo', ['reports/junit.xml']);`),
    endings: ['baseline-failed'],
    ...ownTests,
  },
  'write-an-endless-coverage-report': {
    system: testing(`${REPORTS} fs.truncateSync('reports/lcov.info', 2 ** 40);`),
    endings: ['baseline-failed'],
    ...ownTests,
  },
  'write-no-report': { system: testing(''), endings: ['baseline-failed'], ...ownTests },
  'commit-their-report': {
    system: (random) => ({
      ...testing("fs.existsSync('reports/junit.xml') ? 0 : 0;", {
        'reports/junit.xml': '<testsuites><testcase name="old"/></testsuites>',
      })(random),
    }),
    endings: ['baseline-failed'],
    ...ownTests,
  },
  'claim-success-and-fail': {
    system: testing(`${REPORTS} process.exitCode = 1;`),
    endings: ['baseline-failed'],
    ...ownTests,
  },
  'leave-a-daemon': {
    system: testing(
      `${REPORTS} cp.execFileSync('setsid', ['-f', 'sh', '-c', 'trap "" TERM; while :; do echo x >> src/slug.js; sleep 0.1; done'], { stdio: 'ignore' });`,
    ),
    endings: ['completed'],
    ...ownTests,
    clone: null,
  },
  'print-without-measure': {
    system: testing(
      `${REPORTS} fs.writeSync(1, 'x'.repeat(3e6)); for (let n = 0; n < 2000; n++) fs.writeSync(1, n + 'y'.repeat(5000) + '\\n');`,
    ),
    endings: ['completed'],
    ...ownTests,
  },
  'look-for-tokens': {
    system:
      testing(`${REPORTS} const seen = fs.readdirSync('/proc').filter((pid) => { try { return /gh[p]_|ks[k]_/.test(fs.readFileSync('/proc/' + pid + '/environ', 'utf8')); } catch { return false; } });
      if (seen.length > 0) process.exitCode = 1;`),
    endings: ['completed'],
    ...ownTests,
    clone: null,
  },
};

export const BRANCH_RUNS: readonly Attempt[] = [
  ...attemptsOf('run-rules', { rows: RULES, perform: performRun }),
  ...attemptsOf('run-race', { rows: RACES, perform: performRun }),
  ...attemptsOf('run-tests', { rows: TESTS, perform: performRun, obstacle: needsIsolation }),
];
