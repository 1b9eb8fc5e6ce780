import { expect } from 'chai';
import { runGit } from '../../src/fakes/github/git/command.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectEnding } from '../support/expect-ending.ts';
import { PLACE } from '../support/system/repository.ts';
import type { TestSystem, TestSystemOptions } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';
import { HOOK, RED_WORK, WEAK } from '../support/system/weak-rules.ts';

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

  itInRehearsal('come from the default branch when the pull request merges into a branch of its author', async () => {
    await start({
      branches: [{ name: 'weak', files: { '.kiro-worker.yml': WEAK, ...HOOK } }],
      branchFiles: HOOK,
      agentScript: agent(`${WORK} ${RED_WORK}
        write('src/seen.js', '// ' + ['.mcp.json', '.kiro/hooks/x.json'].map((file) => fs.existsSync(file)).join());`),
    });
    pullRequestInto('weak');
    await system.run();
    await expectEnding(system, {
      kind: 'tests-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /1 of 3 tests failed/,
    });
    expect(await view.fileOn(system, 'src/seen.js')).to.equal('// false,false');
    const commit = await view.headOf(system, 'main');
    expect((await view.lastMetadataOf(system)).rules).to.deep.equal({ branch: 'main', commit, hasFile: true });
    const { body } = view.pullRequestOf(system);
    expect(body).to.include('merges into weak, but the rules of this run come from main');
    expect(body).to.match(/\| Rules \| \\?\.kiro\S*worker\\?\.yml of main at [0-9a-f]{12} \|/);
  });
});

describe('the verdict', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  itInRehearsal('undoes no force-push that takes a commit out while the worker pushes', async () => {
    system = await createTestSystem({ tasks: TASKS });
    const { directory } = system.repository;
    const before = await view.headOf(system);
    await system.github.moveBranch(system.repository, { branch: PLACE.branch, files: { 'SECRET.md': 'oops\n' } });
    const takeOut = async () => {
      await runGit(directory, ['update-ref', `refs/heads/${PLACE.branch}`, before]);
    };
    system.github.faults.next({ git: 'receive-pack', method: 'GET' }, { kind: 'before', run: takeOut });
    await system.run();
    const words = /nothing was overwritten/;
    await expectEnding(system, { kind: 'branch-moved', column: 'For Implementation', tasks: [], words });
    expect(await view.headOf(system)).to.equal(before);
  });
});
