import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { expectEnding } from '../../support/expect-ending.ts';
import { PLACE, WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem, TestSystemOptions } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import { fileOn, headOf } from '../../support/system/view.ts';

const run = promisify(execFile);
const ONE_TASK = '- [ ] 1. One task\n';
const INSTALL = WORKER_FILE.replace('install: false', 'install: [node, install.js]');
const NPM_TEST = WORKER_FILE.replace(/^test: .*$/m, 'test: [npm, test]');
const [, TEST_COMMAND = ''] = /^test: \[(.*)\]$/m.exec(WORKER_FILE) ?? [];

/** Source that fails the repository's tests. */
const BREAK = `write('src/slug.js', "export function slug() { return 'broken'; }\\nexport function isSlug() { return false; }\\n");`;
/** Program that writes reports of a fine run. */
const FORGE = `fs.mkdirSync('reports', { recursive: true });
  fs.writeFileSync('reports/junit.xml', '<testsuites><testcase name="fine"/></testsuites>');
  fs.writeFileSync('reports/lcov.info', 'SF:src/slug.js\\nDA:1,1\\nend_of_record\\n');`;

/** What an agent leaves outside of its commit to make tests pass that a clean clone fails. Any one of a row that had its effect
 *  would give reports of a fine run. */
const LEFTOVERS: Readonly<Record<string, { work: string; files?: TestSystemOptions['files'] }>> = {
  'script-shell and node-options in .npmrc of the home': {
    files: npmFiles(),
    work: `
      const { HOME } = process.env;
      fs.writeFileSync(HOME + '/fake.mjs', ${JSON.stringify(`#!${process.execPath}\nimport fs from 'node:fs';\n${FORGE}\n`)}, { mode: 0o755 });
      fs.writeFileSync(HOME + '/preload.cjs', ${JSON.stringify(`if (process.execArgv.includes('--test')) { const fs = require('fs'); ${FORGE} process.reallyExit(0); }`)});
      fs.writeFileSync(HOME + '/.npmrc', 'script-shell=' + HOME + '/fake.mjs\\nnode-options=--require ' + HOME + '/preload.cjs\\n');`,
  },
  'a test file that is ignored, and a changed dependency': {
    files: {
      '.gitignore': 'node_modules/\n',
      '.kiro-worker.yml': INSTALL,
      'install.js': `import fs from 'node:fs';
        if (!fs.existsSync('node_modules/helper')) { fs.mkdirSync('node_modules/helper', { recursive: true }); fs.writeFileSync('node_modules/helper/index.js', ''); }`,
      'test/0.test.js': "import 'helper';\n",
    },
    work: `
      write('reports/0.test.js', ${JSON.stringify(`import fs from 'node:fs'; ${FORGE} process.reallyExit(0);`)});
      write('node_modules/helper/index.js', ${JSON.stringify(`const fs = require('fs'); ${FORGE} process.reallyExit(0);`)});`,
  },
};

function npmFiles() {
  const manifest = {
    name: 'slugs',
    private: true,
    type: 'module',
    scripts: { test: TEST_COMMAND.replaceAll(',', '') },
  };
  return { 'package.json': JSON.stringify(manifest), '.kiro-worker.yml': NPM_TEST };
}

describe('every step starts clean', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  const script = (body: string) =>
    `import fs from 'node:fs';\nimport os from 'node:os';\nexport function work({ task, write }) { ${body}\n }`;

  for (const [name, { work, files = {} }] of Object.entries(LEFTOVERS)) {
    it(`does not let tests see ${name}`, async () => {
      system = await createTestSystem({ tasks: ONE_TASK, files, agentScript: script(BREAK + work) });
      await system.run();
      await expectEnding(system, {
        kind: 'tests-failed',
        column: 'Needs a person',
        tasks: ['1'],
        words: /tests failed/,
      });
      expect(await testsOfClone(system)).to.equal('failed');
    });
  }

  it('keeps the agent from what install put into its own folders, and each task from what the one before left', async () => {
    system = await createTestSystem({
      tasks: '- [ ] 1. First\n- [ ] 2. Second\n- [ ] 3. Third\n',
      files: {
        '.kiro-worker.yml': INSTALL,
        '.gitignore': 'cache/\n',
        'install.js': `import fs from 'node:fs';
          const home = process.env.HOME;
          fs.mkdirSync(home + '/.kiro/settings', { recursive: true });
          fs.writeFileSync(home + '/.kiro/settings/mcp.json', '{}');
          fs.symlinkSync('elsewhere', home + '/.local');
          fs.mkdirSync(home + '/elsewhere/share/kiro-cli', { recursive: true });
          fs.mkdirSync('cache');
          fs.writeFileSync('cache/installed', 'yes');
          fs.writeFileSync(home + '/installed', 'yes');
          fs.appendFileSync('README.md', 'install was here');`,
      },
      agentScript: script(`
        const home = process.env.HOME;
        const seen = [...fs.readdirSync(home), ...fs.readdirSync('cache'), ...fs.readdirSync(os.tmpdir()).filter((name) => name === 'left'), ...fs.readdirSync('src')];
        const name = task.match(/First|Second|Third/)[0].toLowerCase();
        write('seen/' + name, seen.sort().join(' '));
        write('src/' + name + '.js', '// A word.\\n');
        if (name === 'second') fs.rmSync('src/first.js');
        for (const place of [home, 'cache', os.tmpdir()]) fs.writeFileSync(place + '/left', 'by ' + name);`),
    });
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2', '3'],
      words: /all gates passed/,
    });
    expect(await fileOn(system, 'seen/first')).to.equal('elsewhere installed installed slug.js');
    expect(await fileOn(system, 'seen/second')).to.equal('elsewhere first.js installed installed slug.js');
    expect(await fileOn(system, 'seen/third')).to.equal('elsewhere installed installed second.js slug.js');
    expect(await fileOn(system, 'README.md')).to.equal('# Slugs\n');
  });

  it('tests without what the agent left, and measures coverage without what the tests left', async () => {
    const places = "const PLACES = ['.', '.git', 'cache', process.env.HOME, os.tmpdir()];";
    system = await createTestSystem({
      tasks: ONE_TASK,
      files: {
        '.kiro-worker.yml': INSTALL.replace('coverage: false', 'coverage: [node, coverage.js]'),
        '.gitignore': 'left\ncache/\n',
        'install.js':
          "import fs from 'node:fs'; fs.mkdirSync('cache'); fs.writeFileSync(process.env.HOME + '/installed', 'yes');",
        'test/left.test.js': `import fs from 'node:fs'; import os from 'node:os'; ${places} if (PLACES.some((place) => fs.existsSync(place + '/left'))) throw new Error('not clean');
          for (const place of PLACES) fs.writeFileSync(place + '/left', '');`,
        'coverage.js': `import fs from 'node:fs'; import os from 'node:os';
          ${places} if (PLACES.some((place) => fs.existsSync(place + '/left'))) throw new Error('not clean');
          if (!fs.existsSync(process.env.HOME + '/installed')) throw new Error('not installed');
          fs.writeFileSync('reports/lcov.info', 'SF:src/slug.js\\nDA:1,1\\nend_of_record\\n');`,
      },
      agentScript: script(`
        write('src/a.js', '// A word.\\n');
        ${places} for (const place of PLACES) fs.writeFileSync(place + '/left', '');`),
    });
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
  });

  it('names the commit that passed, which is the one that was pushed', async () => {
    system = await createTestSystem({ tasks: ONE_TASK });
    await system.run();
    const head = await headOf(system);
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1'],
      words: new RegExp(`all gates passed at ${head.slice(0, 12)}`),
    });
  });
});

/** What the repository's own test command says in a clean clone, installed where it wants to be. */
async function testsOfClone(system: TestSystem): Promise<'passed' | 'failed'> {
  const clone = path.join(system.root, 'clone');
  await run('git', ['clone', '--quiet', '--branch', PLACE.branch, system.repository.directory, clone]);
  const env = { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: path.join(system.root, 'home') };
  const isInstalled = (await readFile(path.join(clone, '.kiro-worker.yml'), 'utf8')).includes('install.js');
  if (isInstalled) await run(process.execPath, ['install.js'], { cwd: clone, env });
  return run(process.execPath, ['--test'], { cwd: clone, env }).then(
    () => 'passed',
    () => 'failed',
  );
}
