import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { commitLines } from '../../support/scenes/git.ts';
import { PLACE, WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const WORK = "write('src/a.js', 'export const a = 1;\\n');";

/** Makes `lib` a repository that runs a program at every touch of git, and proves that it does. */
const TRAP = `
import cp from 'node:child_process';
import fs from 'node:fs';
export function trap(traps) {
  if (fs.existsSync(traps + '/sprung')) return;
  fs.mkdirSync('lib', { recursive: true });
  const git = (...args) => cp.execFileSync('git', ['-C', 'lib', ...args], { stdio: 'ignore' });
  git('init', '--quiet');
  fs.writeFileSync('lib/f', 'one');
  git('add', 'f');
  git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '--quiet', '--message', 'x');
  const program = traps + '/trap.sh';
  fs.writeFileSync(program, '#!/bin/sh\\nid -u >> ' + traps + '/witness\\ncat\\n', { mode: 0o755 });
  git('config', 'filter.evil.clean', program);
  git('config', 'core.fsmonitor', program);
  fs.mkdirSync('lib/.git/info', { recursive: true });
  fs.writeFileSync('lib/.git/info/attributes', '* filter=evil\\n');
  fs.writeFileSync('lib/f', 'two');
  fs.utimesSync('lib/f', 1, 1);
  git('status');
  if (fs.statSync(traps + '/witness').size > 0) fs.renameSync(traps + '/witness', traps + '/sprung');
}
`;

describe('a hostile work tree', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  /** Adds a submodule to the branch; returns its line of the tree, and a folder that everybody may write to. */
  async function addSubmodule(): Promise<{ line: string; traps: string }> {
    const { directory } = system.repository;
    const content = (await runGit(directory, ['rev-parse', 'main'])).trim();
    await commitLines(directory, PLACE.branch, [{ mode: '160000', path: Buffer.from('lib'), content }]);
    // Where the agent's program lies is what a step sees of /tmp. Files of its own user are removed when it has ended.
    const traps = path.join(system.root, 'agent', 'traps');
    await mkdir(traps);
    for (const name of ['trap.sh', 'witness']) {
      await writeFile(path.join(traps, name), '');
      await chmod(path.join(traps, name), 0o777);
    }
    await chmod(traps, 0o777);
    await writeFile(path.join(system.root, 'agent', 'traps.txt'), traps);
    return { line: `160000 commit ${content}\tlib\n`, traps };
  }

  const submodule = () => runGit(system.repository.directory, ['ls-tree', PLACE.branch, 'lib']);

  it('of the agent gets no program run by the worker, and moves no submodule', async () => {
    const script = `${TRAP}
      export function work({ write }) { ${WORK} trap(fs.readFileSync(new URL('traps.txt', import.meta.url), 'utf8')); }`;
    const files = { '.kiro-worker.yml': `${WORKER_FILE}protectedPaths: ['lib', 'lib/**']\n` };
    system = await createTestSystem({ tasks: TASKS, files, agentScript: script });
    const { line, traps } = await addSubmodule();
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
    expect(view.pullRequestOf(system).body).to.include(
      'lib: The agent changed this path, but it is a submodule, which stays at the commit it was at',
    );
    expect(view.pullRequestOf(system).body).to.include('Not checked out: 1 submodule (lib).');
    expect(await submodule()).to.equal(line);
    expect(existsSync(path.join(traps, 'sprung'))).to.equal(true);
    expect(existsSync(path.join(traps, 'witness'))).to.equal(false);
  });

  it('of an install command gets no program run by the worker either', async () => {
    const install = `${TRAP} trap(process.argv[2]);`;
    system = await createTestSystem({ tasks: TASKS, branchFiles: { 'install.mjs': install } });
    const { line, traps } = await addSubmodule();
    const file = WORKER_FILE.replace('install: false', `install: [node, install.mjs, ${traps}]`);
    await system.github.moveBranch(system.repository, { branch: 'main', files: { '.kiro-worker.yml': file } });
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
    expect(await submodule()).to.equal(line);
    expect(existsSync(path.join(traps, 'sprung'))).to.equal(true);
    expect(existsSync(path.join(traps, 'witness'))).to.equal(false);
  });

  it('ends the task with a word for everything that may not be committed, and waits for none of it', async () => {
    system = await createTestSystem({
      tasks: TASKS,
      agentScript: `
        import cp from 'node:child_process';
        import fs from 'node:fs';
        export function work({ write }) {
          ${WORK}
          fs.rmSync('README.md');
          cp.execFileSync('mkfifo', ['README.md']);
          fs.writeFileSync('big.bin', '');
          fs.truncateSync('big.bin', 600 * 1024 * 1024);
          write('.github/workflows/a\\nb.yml', 'on: push');
        }`,
    });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-touched-protected',
      column: 'Needs a person',
      tasks: [],
      words: /README\.md is not a regular file.*big\.bin is larger than the 100 MB.*b\.yml is protected/s,
    });
  });

  it('brings the key of the agent into no commit, in whatever kind of file', async () => {
    system = await createTestSystem({
      tasks: TASKS,
      agentScript: `
        import fs from 'node:fs';
        export function work({ write, key }) {
          ${WORK}
          fs.symlinkSync(key, 'src/link');
          fs.writeFileSync(Buffer.from('src/k\\xe9y.txt', 'latin1'), key);
          write('.gitattributes', '*.u16 working-tree-encoding=UTF-16LE\\n');
          write('src/k.u16', Buffer.from(key + '\\n', 'utf16le'));
        }`,
    });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-touched-protected',
      column: 'Needs a person',
      tasks: [],
      words: /src\/k\.u16 contains a secret.*src\/k\ufffdy\.txt contains a secret.*src\/link contains a secret/s,
    });
    const objects = await runGit(system.repository.directory, ['cat-file', '--batch-all-objects', '--batch']);
    expect(objects).to.not.include(system.secrets.kiroKey);
  });

  it('of a repository that was never normalised is not a change of the agent', async () => {
    const files = { '.gitattributes': '*.txt text eol=lf\n', 'notes.txt': 'a\r\nb\r\n' };
    system = await createTestSystem({ tasks: TASKS, files, agent: 'change-nothing' });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-changed-nothing',
      column: 'Needs a person',
      tasks: [],
      words: /without changing a file/,
    });
  });
});
