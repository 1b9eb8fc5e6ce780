import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { commitLines } from '../../../support/scenes/git.ts';
import { PLACE, specFiles, WORKER_FILE } from '../../../support/system/repository.ts';
import type { TestSystem } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';
import { type Attempt, attemptsOf } from '../attempt.ts';
import { needsIsolation, needsNpm } from '../machine.ts';
import type { Random } from '../random.ts';
import { type HostileRun, performRun, SAY } from './bench.ts';

const WORK = "write('src/a.js', 'export const a = 1;\\n');";
const WORK_PATH = /^src\/a\.js$/;
const NOTHING = /^$/;
/** Source that fails the repository's tests. */
const BREAK = `write('src/slug.js', "export function slug() { return 'broken'; }\\nexport function isSlug() { return false; }\\n");`;
const FORGE = `fs.mkdirSync('reports', { recursive: true });
  fs.writeFileSync('reports/junit.xml', '<testsuites><testcase name="fine"/></testsuites>');
  fs.writeFileSync('reports/lcov.info', 'SF:src/slug.js\\nDA:1,1\\nend_of_record\\n');`;

/** A module of an agent that runs these statements for its task. */
const agent = (body: string) => `
  import cp from 'node:child_process';
  import fs from 'node:fs';
  import os from 'node:os';
  export async function work({ task, key, write }) { ${body}\n ${SAY} }`;
const doing =
  (body: string | ((random: Random) => string)): HostileRun['system'] =>
  (random) => ({
    agentScript: agent(typeof body === 'string' ? body : body(random)),
  });

const [, TEST_COMMAND = ''] = /^test: \[(.*)\]$/m.exec(WORKER_FILE) ?? [];
const NPM_FILES = {
  'package.json': JSON.stringify({
    name: 'slugs',
    private: true,
    type: 'module',
    scripts: { test: TEST_COMMAND.replaceAll(',', '') },
  }),
  '.kiro-worker.yml': WORKER_FILE.replace(/^test: .*$/m, 'test: [npm, test]'),
};
const inHome = (name: string, content: string) => `fs.writeFileSync(process.env.HOME + '/${name}', ${content});`;

const isTouched = { endings: ['agent-touched-protected'], work: NOTHING } as const;
const failsTests = { endings: ['tests-failed'], work: /^src\/slug\.js$/ } as const;
const completes = { endings: ['completed'], work: WORK_PATH } as const;

/** What an agent leaves outside of its commit, to make tests pass that a clean clone fails. */
const LEFTOVERS: Readonly<Record<string, HostileRun>> = {
  'an-ignored-test': {
    system: doing(
      (random) =>
        `${BREAK} write('reports/${random.integer(10)}.test.js', ${JSON.stringify(`import fs from 'node:fs'; ${FORGE} process.reallyExit(0);`)});`,
    ),
    ...failsTests,
  },
  'a-changed-package': {
    system: () => ({
      files: {
        '.gitignore': 'node_modules/\n',
        '.kiro-worker.yml': WORKER_FILE.replace('install: false', 'install: [node, install.js]'),
        'install.js':
          "import fs from 'node:fs'; fs.mkdirSync('node_modules/helper', { recursive: true }); if (!fs.existsSync('node_modules/helper/index.js')) fs.writeFileSync('node_modules/helper/index.js', '');",
        'test/0.test.js': "import 'helper';\n",
      },
      agentScript: agent(
        `${BREAK} write('node_modules/helper/index.js', ${JSON.stringify(`const fs = require('fs'); ${FORGE} process.reallyExit(0);`)});`,
      ),
    }),
    ...failsTests,
  },
  'a-program-that-forges-later': {
    system: doing(
      `${BREAK} cp.spawn('setsid', ['sh', '-c', 'while :; do mkdir -p reports; echo "<testsuites><testcase name=\\"x\\"/></testsuites>" > reports/junit.xml; sleep 0.05; done'], { detached: true, stdio: 'ignore' }).unref();`,
    ),
    ...failsTests,
  },
};

/** The same, for tests that npm starts. */
const LEFTOVERS_FOR_NPM: Readonly<Record<string, HostileRun>> = {
  'a-shell-in-npmrc': {
    system: () => ({
      files: NPM_FILES,
      agentScript: agent(`${BREAK} const shell = process.env.HOME + '/fake.mjs';
        fs.writeFileSync(shell, ${JSON.stringify(`#!${process.execPath}\nimport fs from 'node:fs';\n${FORGE}\n`)}, { mode: 0o755 });
        ${inHome('.npmrc', "'script-shell=' + shell + '\\n'")}`),
    }),
    ...failsTests,
  },
  'options-of-node-in-npmrc': {
    system: () => ({
      files: NPM_FILES,
      agentScript: agent(`${BREAK} const preload = process.env.HOME + '/preload.cjs';
        fs.writeFileSync(preload, ${JSON.stringify(`if (process.execArgv.includes('--test')) { const fs = require('fs'); ${FORGE} process.reallyExit(0); }`)});
        ${inHome('.npmrc', "'node-options=--require ' + preload + '\\n'")}`),
    }),
    ...failsTests,
  },
};

const dashed = '.kiro/specs/feature-slugs';
const away = Object.fromEntries(Object.keys(specFiles('')).map((file) => [file, null]));

/** What an agent may not do, and what is not taken for work. */
const FORBIDDEN: Readonly<Record<string, HostileRun>> = {
  'another-spec': {
    system: () => ({
      branchFiles: { ...away, ...specFiles('- [ ] 1. One task\n', dashed) },
      agentScript: agent(
        `${WORK} for (const file of ['requirements', 'design', 'tasks']) write('${PLACE.specFolder}/' + file + '.md', '- [x] 1. One task\\n');`,
      ),
    }),
    ...isTouched,
  },
  'a-workflow-behind-a-line-break': {
    system: doing(
      (random) => `${WORK} write('.github/workflows/${random.word()}\\n${random.word()}.yml', 'on: push');`,
    ),
    ...isTouched,
  },
  'a-workflow-in-other-letters': {
    system: doing(
      (random) =>
        `${WORK} write(${JSON.stringify(random.pick(['.GitHub/workflows/a.yml', '.github/Workflows/a.yml', '.gith\u200cub/workflows/a.yml', '.github./workflows/a.yml']))}, 'on: push');`,
    ),
    ...isTouched,
  },
  'rules-of-its-own': { system: doing(`${WORK} write('.kiro-worker.yml', 'test: "true"');`), ...isTouched },
  'programs-for-tools': {
    system: doing(
      (random) =>
        `${WORK} write('${random.pick(['.mcp.json', '.kiro/hooks/a.json', '.kiro/settings/mcp.json', '.kiro/agents/a.json', '.husky/pre-push', '.gitmodules'])}', '{}');`,
    ),
    ...isTouched,
  },
  'pipes-and-large-files': {
    system: doing(
      `${WORK} fs.rmSync('README.md'); cp.execFileSync('mkfifo', ['README.md', '.gitignore']); fs.writeFileSync('big', ''); fs.truncateSync('big', 2 ** 40);`,
    ),
    ...isTouched,
  },
  'links-outside': {
    system: doing(
      `${WORK} fs.symlinkSync('/etc/passwd', 'src/link'); fs.rmSync('README.md'); fs.symlinkSync('../../private/git/config', 'README.md');`,
    ),
    ...isTouched,
  },
  'a-repository-of-its-own': {
    system: doing(
      `${WORK} fs.mkdirSync('lib'); cp.execFileSync('git', ['-C', 'lib', 'init', '--quiet']); fs.appendFileSync('lib/.git/config', '[core]\\n\\tfsmonitor = /bin/false\\n');`,
    ),
    ...isTouched,
  },
  'its-key-in-a-file': {
    system: doing(
      (random) =>
        `${WORK} fs.writeFileSync('src/k', ${random.pick(['key', "Buffer.from(key).toString('base64')", "Buffer.from(key, 'utf16le')", "Buffer.from(key).toString('hex')"])});`,
    ),
    ...isTouched,
  },
  'its-key-in-names': {
    system: doing(
      (random) =>
        `${WORK} ${random.pick(["fs.symlinkSync(key, 'src/link');", "fs.writeFileSync('src/' + key, '');", "fs.writeFileSync(Buffer.from('src/' + key + '\\xff', 'latin1'), 'x');"])}`,
    ),
    ...isTouched,
  },
  'rights-alone': {
    system: doing("fs.chmodSync('README.md', 0o755);"),
    endings: ['agent-changed-nothing'],
    work: NOTHING,
  },
  'blanks-alone': {
    system: doing("fs.appendFileSync('README.md', '  \\n\\n');"),
    endings: ['agent-changed-nothing'],
    work: NOTHING,
  },
  'empty-files-alone': {
    system: doing("write('src/empty.js', '');"),
    endings: ['agent-changed-nothing'],
    work: NOTHING,
  },
  'ticks-alone': {
    system: () => ({ agent: 'tick-without-diff' }),
    endings: ['agent-changed-nothing'],
    work: NOTHING,
    isStruck: ({ records }) => records.includes('tasks.md'),
  },
};

const latin1 = Buffer.from('caf\xe9.txt', 'latin1');
const submoduleOf = async ({ repository }: TestSystem) =>
  runGit(repository.directory, ['ls-tree', PLACE.branch, 'lib']);

/** What looks bad and does no harm: the work goes through, and nothing else. */
const HARMLESS: Readonly<Record<string, HostileRun>> = {
  'names-that-are-not-utf8': {
    system: doing(
      `${WORK} fs.writeFileSync(Buffer.from('src/caf\\xe9.js', 'latin1'), 'export {};\\n'); fs.writeFileSync('src/a\\nb.js', 'export {};\\n');`,
    ),
    endings: ['completed'],
    work: /^src\/(?:a\.js|caf\xe9\.js|a\nb\.js)$/,
  },
  'a-daemon': {
    system: doing(
      `${WORK} cp.execFileSync('setsid', ['-f', 'sh', '-c', 'trap "" TERM; while :; do sleep 0.2; done'], { stdio: 'ignore' }); for (const folder of ['/tmp', '/var/tmp', '/dev/shm']) try { fs.writeFileSync(folder + '/left', ''); } catch {}`,
    ),
    ...completes,
  },
  'its-key-in-its-output': {
    system: () => ({ agent: 'print-key' }),
    endings: ['completed'],
    work: /^src\/scripted-\w+\.js$/,
    isStruck: ({ records }) => records.includes('Running: echo [redacted]'),
  },
  'a-spoilt-git-folder': {
    system: () => ({ agent: 'spoil-git' }),
    endings: ['completed'],
    work: /^src\/scripted-\w+\.js$/,
    isStruck: async ({ system }) => (await view.tasksDone(system)).length === 1,
  },
  'lines-without-end': {
    system: () => ({ agent: 'huge-lines' }),
    endings: ['completed'],
    work: /^src\/scripted-\w+\.js$/,
    isStruck: async ({ system }) => (await view.tasksDone(system)).length === 1,
  },
  'a-removed-submodule': {
    system: doing(`${WORK} fs.rmdirSync('lib');`),
    prepare: async ({ repository }) => {
      const content = (await runGit(repository.directory, ['rev-parse', 'main'])).trim();
      await commitLines(repository.directory, PLACE.branch, [{ mode: '160000', path: Buffer.from('lib'), content }]);
    },
    ...completes,
    check: async ({ system, trial }) =>
      trial.check((await submoduleOf(system)).startsWith('160000 '), 'the submodule is gone'),
  },
  'a-branch-with-a-name-that-is-not-utf8': {
    system: doing(WORK),
    prepare: ({ repository }) =>
      commitLines(repository.directory, PLACE.branch, [{ mode: '100644', path: latin1, content: 'x\n' }]),
    ...completes,
  },
  'line-ends-that-were-never-normalised': {
    system: () => ({
      files: { '.gitattributes': '*.txt text eol=lf\n', 'notes.txt': 'a\r\nb\r\n' },
      agentScript: agent(WORK),
    }),
    ...completes,
  },
  'a-ref-that-ends-like-the-branch': {
    system: doing(WORK),
    prepare: ({ repository }) =>
      runGit(repository.directory, ['update-ref', `refs/heads/a/refs/heads/${PLACE.branch}`, 'main']),
    ...completes,
  },
  'a-kill-of-everything': {
    system: doing(
      `${SAY} await new Promise((resolve) => setTimeout(resolve, 100)); cp.spawnSync('sh', ['-c', 'kill -9 -1']);`,
    ),
    endings: ['agent-failed'],
    work: NOTHING,
  },
};

export const AGENT_RUNS: readonly Attempt[] = [
  ...attemptsOf('run-agent-leaves', { rows: LEFTOVERS, perform: performRun }),
  ...attemptsOf('run-agent-leaves', { rows: LEFTOVERS_FOR_NPM, perform: performRun, obstacle: needsNpm }),
  ...attemptsOf('run-agent-forbidden', { rows: FORBIDDEN, perform: performRun }),
  ...attemptsOf('run-agent-harmless', { rows: HARMLESS, perform: performRun, obstacle: needsIsolation }),
];
