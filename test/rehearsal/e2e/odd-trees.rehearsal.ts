import { expect } from 'chai';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { commitLines } from '../../support/scenes/git.ts';
import { PLACE } from '../../support/system/repository.ts';
import type { TestSystem } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const ODD = Buffer.from('docs/caf\xe9 \n\x1b[31m.txt', 'latin1');
/** git's spelling of it. */
const ODD_QUOTED = '"docs/caf\\351 \\n\\033[31m.txt"';
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`;
const LFS = { '.gitattributes': '*.xz filter=lfs diff=lfs merge=lfs -text\n*.json filter=lfs -text\n' };

/** The module of an agent with these statements. */
function agentThat(work: string): string {
  return `import fs from 'node:fs';
    const odd = (text) => Buffer.from(text, 'latin1');
    export function work({ write }) { write('src/a.js', 'export const a = 1;\\n'); ${work} }`;
}

describe('a repository with names that are not UTF-8, line breaks and control characters', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  const listed = async () =>
    (await runGit(system.repository.directory, ['ls-tree', '-r', '--name-only', PLACE.branch])).trim().split('\n');

  it('is worked on like any other, and its names stay byte for byte', async () => {
    system = await createTestSystem({ tasks: TASKS });
    await commitLines(system.repository.directory, PLACE.branch, [{ mode: '100644', path: ODD, content: 'x\n' }]);
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
    expect(await listed()).to.include(ODD_QUOTED);
    expect(view.pullRequestOf(system).body).to.not.include('\x1b');
  });

  it('gets such names from the agent, moved and removed ones too', async () => {
    const script = agentThat(`
      fs.writeFileSync(odd('src/\\xfc\\xff.js'), '// A word.\\n');
      fs.renameSync(odd(${JSON.stringify(ODD.toString('latin1'))}), odd('docs/moved\\xe9.txt'));`);
    system = await createTestSystem({ tasks: TASKS, agentScript: script });
    await commitLines(system.repository.directory, PLACE.branch, [{ mode: '100644', path: ODD, content: 'x\n' }]);
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
    const names = await listed();
    expect(names).to.include.members(['"docs/moved\\351.txt"', '"src/\\374\\377.js"']).and.not.include(ODD_QUOTED);
  });

  it('keeps protected paths closed to names with a line break, and executable configuration out of commits', async () => {
    const script = agentThat(`
      write('.github/workflows/a\\nb.yml', 'on: push\\n');
      write('.husky/pre\\ncommit', 'x');
      fs.mkdirSync('.kiro/settings', { recursive: true });
      fs.writeFileSync(odd('.kiro/settings/m\\xe9\\ncp.json'), 'x');`);
    system = await createTestSystem({ tasks: TASKS, agentScript: script });
    await system.run();
    const words = /a\s+b\.yml is protected.*pre\s+commit is protected.*cp\.json is protected/s;
    await expectEnding(system, { kind: 'agent-touched-protected', column: 'Needs a person', tasks: [], words });
    expect(await listed()).to.not.match(/husky|settings|workflows/);
  });
});

describe('a repository with Git LFS', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  const files = { ...LFS, 'data/x.xz': POINTER, 'data/y.xz': POINTER, 'data/z.json': POINTER, 'data/whole.xz': 'xz\n' };

  it('is worked on, with a word about the contents that were not there', async () => {
    system = await createTestSystem({ tasks: TASKS, files });
    await system.run();
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /all gates passed/ });
    const words = /Not fetched from Git LFS: 3 files \(&#42;\.xz: 2, &#42;\.json\)\./;
    expect(view.pullRequestOf(system).body).to.match(words);
    expect(await view.fileOn(system, 'data/x.xz')).to.equal(POINTER);
  });

  it('gets no contents in place of its pointers, by the attributes that the agent cannot change', async () => {
    const script = agentThat(`
      write('data/x.xz', 'contents'); write('data/labels.json', '{}'); write('.gitattributes', '');`);
    system = await createTestSystem({ tasks: TASKS, files, agentScript: script });
    await system.run();
    const words = /data\/labels\.json is kept elsewhere by a git filter.*data\/x\.xz is kept elsewhere/s;
    await expectEnding(system, { kind: 'agent-touched-protected', column: 'Needs a person', tasks: [], words });
    expect(await view.fileOn(system, 'data/x.xz')).to.equal(POINTER);
  });
});
