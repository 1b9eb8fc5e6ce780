import { expect } from 'chai';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { PLACE, specFiles, WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem, TestSystemOptions } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';
import { FAILS, HOOK, RED_WORK, WEAK } from '../../support/system/weak-rules.ts';

const TASKS = '- [ ] 1. One task\n';
const WORK = "write('src/a.js', 'export const a = 1;\\n');";

/** An agent that runs these statements for each task. */
const agent = (body: string) => `
  import fs from 'node:fs';
  export function work({ write, task }) { ${body} }`;

describe('rules that a branch cannot choose', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  const start = async (options: TestSystemOptions) => {
    system = await createTestSystem({ tasks: TASKS, agentScript: agent(WORK), ...options });
  };
  const pullRequestInto = (base: string) => {
    if (system.pullRequest === null) throw new Error('there is no pull request');
    system.pullRequest.baseRef = base;
  };
  const completed = () =>
    expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
  const rulesFound = async () => (await view.lastMetadataOf(system)).findings.map(({ rule }: { rule: string }) => rule);
  const pathsOnBranch = () =>
    runGit(system.repository.directory, ['ls-tree', '-r', '--name-only', PLACE.branch]).then((text) =>
      text.split('\n'),
    );

  it('come from a base that the configuration of the board trusts', async () => {
    await start({
      config: { trustedBases: ['release/*'] },
      branches: [{ name: 'release/1', files: { '.kiro-worker.yml': WEAK } }],
      branchFiles: { 'test/fails.test.js': FAILS },
    });
    pullRequestInto('release/1');
    await system.run();
    await completed();
    const commit = await view.headOf(system, 'release/1');
    expect((await view.lastMetadataOf(system)).rules).to.deep.equal({ branch: 'release/1', commit, hasFile: true });
    expect(await rulesFound()).to.deep.equal([]);
  });

  it('do not change with the branch, whose own changes are named', async () => {
    await start({ branchFiles: { '.kiro-worker.yml': WEAK, ...HOOK }, agentScript: agent(RED_WORK) });
    await system.run();
    await expectEnding(system, { kind: 'tests-failed', column: 'Needs a person', tasks: ['1'], words: /1 of 3 tests/ });
    expect(view.pullRequestOf(system).body).to.match(
      /worker\\?\.yml, .* changed since the branch left main; this run used/,
    );
    expect(await rulesFound()).to.include('changes/worker-rules');
  });

  it('are not taken for missing when their file is no file', async () => {
    await start({});
    const link = { '.kiro-worker.yml': { mode: '120000', content: 'README.md' } } as const;
    const run = () => system.github.moveBranch(system.repository, { branch: 'main', files: link });
    system.github.faults.next({ git: 'upload-pack' }, { kind: 'before', run: async () => void (await run()) });
    await system.run();
    const words = /worker\\?\.yml on main is a link, no file/;
    await expectEnding(system, { kind: 'setup-failed', column: 'For Implementation', tasks: [], words });
    expect((await view.lockOf(system)).lastHead).to.equal(await view.headOf(system));
  });

  it('accuse no agent of executable configuration that the default branch got later', async () => {
    const later = ['.husky/pre-push', '.mcp.json', '.gitmodules', '.kiro/hooks/a.json', '.kiro/settings/mcp.json'];
    const filesOf = (text: string) => Object.fromEntries(later.map((file) => [file, text]));
    await start({ branchFiles: filesOf('old\n') });
    await system.github.moveBranch(system.repository, { branch: 'main', files: filesOf('npm test\n') });
    await system.run();
    await completed();
    for (const file of later) expect(await view.fileOn(system, file), file).to.equal('old\n');
  });

  it('accuse no agent of files and folders that the default branch got, lost or changed', async () => {
    await start({ files: { '.husky/old': 'x\n', '.mcp.json': '{}\n', '.kiro/agents/a.json': '{}\n' } });
    const files = {
      '.husky/old': null,
      '.husky/new/deep': 'x\n',
      '.mcp.json': null,
      '.kiro/agents/a.json': '{"a":1}\n',
    };
    await system.github.moveBranch(system.repository, { branch: 'main', files });
    await system.run();
    await completed();
    expect(await pathsOnBranch())
      .to.include.members(['.husky/old', '.mcp.json'])
      .and.not.include('.husky/new/deep');
    expect(await rulesFound()).to.deep.equal([]);
  });
});

describe('the spec that counts', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('is not replaced by one in the other spelling of its folder', async () => {
    const tasks = '- [ ] 1. First\n- [ ] 2. Second\n';
    const dashed = '.kiro/specs/feature-slugs';
    const away = Object.fromEntries(Object.keys(specFiles(tasks)).map((file) => [file, null]));
    system = await createTestSystem({
      branchFiles: { ...away, ...specFiles(tasks, dashed) },
      agentScript: agent(`${WORK}
        for (const file of ['requirements', 'design']) write('.kiro/specs/feature/slugs/' + file + '.md', '# x\\n');
        write('.kiro/specs/feature/slugs/tasks.md', '- [x] 1. First\\n- [x] 2. Second\\n');`),
    });
    await system.run();
    const words = /slugs\/tasks\\?\.md belongs to the specs/;
    await expectEnding(system, { kind: 'agent-touched-protected', column: 'Needs a person', tasks: [], words });
    expect(await view.fileOn(system, `${dashed}/tasks.md`)).to.equal(tasks);
    expect(await runGit(system.repository.directory, ['ls-tree', PLACE.branch, PLACE.specFolder])).to.equal('');
  });

  it('counts ticks that were there at the start, and takes no further one of the agent', async () => {
    const tasks = '- [x] 1. First\n- [ ] 2. Second\n- [ ] 3. Third\n';
    system = await createTestSystem({
      tasks,
      agentScript: agent(`
        write('src/' + task.replace(/\\W+/g, '-') + '.js', 'export const a = 1;\\n');
        const file = '${PLACE.specFolder}/tasks.md';
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('[ ]', '[x]'));
        if (task.includes('Third')) process.exit(3);`),
    });
    await system.run();
    await expectEnding(system, { kind: 'partial', column: 'For Implementation', tasks: ['2'], words: /Third/ });
    expect(await view.fileOn(system, `${PLACE.specFolder}/tasks.md`)).to.equal(
      '- [x] 1. First\n- [x] 2. Second\n- [ ] 3. Third\n',
    );
    expect(view.pullRequestOf(system).body).to.match(/\| 1 First \| already done \|.*\| 2 Second \| done \|/s);
  });
});

describe('attempts', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('start over when the default branch gets the .kiro-worker.yml that was missing', async () => {
    // A script that opens a browser.
    const manifest = { name: 'slugs', private: true, type: 'module', scripts: { test: 'ng test' } };
    const files = { '.kiro-worker.yml': null, 'package.json': JSON.stringify(manifest) };
    system = await createTestSystem({ tasks: TASKS, files, config: { maxAttempts: 2 } });
    await system.run();
    await system.run();
    const words =
      /(?=.*Write a \\?\.kiro\S*worker\\?\.yml on the default branch)(?=.*attempt 2 of 2)(?=.* before a person pushes or moves the card back, or)/s;
    await expectEnding(system, { kind: 'setup-failed', column: 'Needs a person', tasks: [], words });
    // By a program: a person's move would start them over.
    system.github.state.moveCardAs('tidy[bot]', { item: system.item, column: 'For Implementation' });
    const [skipped] = (await system.poll()).leftOut;
    expect(skipped?.detail).to.include('or change .kiro-worker.yml on main, to start over');
    await system.github.moveBranch(system.repository, { branch: 'main', files: { '.kiro-worker.yml': WORKER_FILE } });
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
  });
});

describe('the verdict', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('is not mixed up by a branch whose name ends like the ref of this one', async () => {
    system = await createTestSystem({ tasks: TASKS });
    const ref = `refs/heads/a/refs/heads/${PLACE.branch}`;
    await runGit(system.repository.directory, ['update-ref', ref, 'main']);
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
    expect(await runGit(system.repository.directory, ['rev-parse', ref])).to.equal(
      `${await view.headOf(system, 'main')}\n`,
    );
  });

  it('is given for the head that is still there after the tests, and no other', async () => {
    system = await createTestSystem({ tasks: TASKS });
    let pushed = '';
    const push = async () => {
      pushed = await system.github.moveBranch(system.repository, { branch: PLACE.branch, files: { 'a.md': 'late\n' } });
    };
    // git asks twice, since GitHub wants a password: for the fetch, and for the looks before and after the push of the task.
    system.github.faults.next({ git: 'upload-pack', method: 'GET', skip: 6 }, { kind: 'before', run: push });
    await system.run();
    const words = /nothing was overwritten/;
    await expectEnding(system, { kind: 'branch-moved', column: 'For Implementation', tasks: ['1'], words });
    expect(await view.headOf(system)).to.equal(pushed);
  });
});
