import { expect } from 'chai';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { PLACE, WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

/** Makes packages, a build and a cache, as package managers do. */
const INSTALL = `import fs from 'node:fs';
const put = (file, text) => { fs.mkdirSync(file.replace(/[^/]+$/, ''), { recursive: true }); fs.writeFileSync(file, text); };
put('./node_modules/lib/index.js', 'export const lib = 1;');
put('./node_modules/lib/package.json', '{"type":"module","main":"index.js"}');
fs.linkSync('node_modules/lib/index.js', 'node_modules/lib/again.js');
put('./generated/code.js', 'made by install');
fs.rmSync('README.md');
`;

const AGENT = `import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
export function work({ task, write }) {
  const seen = createRequire(path.resolve('src/x.js')).resolve('lib');
  const name = task.includes('Two') ? 'two' : 'one';
  write('src/' + name + '.js', '// ' + path.relative(process.cwd(), seen) + '\\n');
  write('src/__pycache__/' + name + '.pyc', 'x');
  write('.venv/pyvenv.cfg', 'x');
  fs.appendFileSync('node_modules/lib/index.js', '// patched');
  if (name === 'one') { fs.rmSync('old.js'); write('generated/code.js', 'made again'); }
  if (name === 'two' && fs.existsSync('old.js')) throw new Error('a removed file is back');
  if (name === 'two' && fs.existsSync('.venv/left')) throw new Error('something is left');
  write('.venv/left', 'x');
}`;

describe('a repository without .gitignore', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('gets the agent what install made, and nothing of it or of other tools into its commits', async () => {
    const rules = WORKER_FILE.replace('install: false', 'install: [node, install.mjs]');
    system = await createTestSystem({
      tasks: '- [ ] 1. One\n- [ ] 2. Two\n',
      files: { '.kiro-worker.yml': rules, 'install.mjs': INSTALL, 'old.js': 'old\n' },
      agentScript: AGENT,
    });
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1', '2'],
      words: /2 tasks implemented/,
    });
    expect(view.pullRequestOf(system).body).to.match(/Left out of the commit: \.venv, generated, src\/.*pycache/);
    const changed = await runGit(system.repository.directory, ['diff', '--name-status', 'main', PLACE.branch]);
    expect(
      changed
        .trim()
        .split('\n')
        .filter((line) => !line.includes(PLACE.specFolder)),
    ).to.deep.equal(['D\told.js', 'A\tsrc/one.js', 'A\tsrc/two.js']);
    expect(await view.fileOn(system, 'src/two.js')).to.equal('// node_modules/lib/index.js\n');
  });
});
