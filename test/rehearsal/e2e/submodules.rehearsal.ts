import { expect } from 'chai';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { PLACE } from '../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const GITMODULES = '[submodule "libs/one"]\n\tpath = libs/one\n\turl = ../lib.git\n';
const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { value } from '../libs/one/lib.js';
test('the submodule is there', () => assert.equal(value, 7));
`;
/** Reads the submodule, and tries to change it. */
const AGENT = `import fs from 'node:fs';
export function work({ write }) {
  write('src/seen.js', '// ' + fs.readFileSync('libs/one/lib.js', 'utf8'));
  write('libs/one/lib.js', 'export const value = 8;\\n');
}`;

describe('a repository with a submodule', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('has it in place for agent and tests, with the credential of the run, and keeps its commit', async () => {
    system = await createTestSystem({ tasks: '- [ ] 1. One\n', agentScript: AGENT });
    const { github, repository } = system;
    const lib = await github.createRepository({
      owner: repository.owner,
      name: 'lib',
      files: { 'lib.js': 'export const value = 7;\n' },
    });
    const commit = (await runGit(lib.directory, ['rev-parse', 'main'])).trim();
    const files = {
      '.gitmodules': GITMODULES,
      'libs/one': { mode: '160000', content: commit },
      'test/lib.test.js': TEST,
    } as const;
    for (const branch of ['main', PLACE.branch]) await github.moveBranch(repository, { branch, files });
    github.requests.length = 0;
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /1 task implemented/ });
    expect(await view.fileOn(system, 'src/seen.js')).to.equal('// export const value = 7;\n');
    expect(await runGit(repository.directory, ['ls-tree', PLACE.branch, 'libs/one'])).to.equal(
      `160000 commit ${commit}\tlibs/one\n`,
    );
    const fetched = github.requests.filter(({ path }) => path.includes('/lib.git/'));
    expect(fetched.some(({ status }) => status === 200)).to.equal(true);
  });
});
