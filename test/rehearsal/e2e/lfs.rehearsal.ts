import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { expectEnding } from '../../support/expect-ending.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const CONTENT = 'the words of a table\n';
const OID = createHash('sha256').update(CONTENT).digest('hex');
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize ${CONTENT.length}\n`;
const TEST = `import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
test('the content is there', () => assert.equal(fs.readFileSync('data/table.bin', 'utf8'), ${JSON.stringify(CONTENT)}));
`;
const FILES = {
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'data/table.bin': POINTER,
  'test/lfs.test.js': TEST,
};
const READS = `import fs from 'node:fs';
export function work({ write }) { write('src/seen.js', '// ' + fs.readFileSync('data/table.bin', 'utf8')); }`;
const REWRITES = `export function work({ write }) { write('src/a.js', '// work'); write('data/table.bin', 'new words'); }`;

/** The program itself, against contents that the local GitHub serves as GitHub does. */
describe('a repository with Git LFS, by git-lfs', () => {
  let system: TestSystem;
  before(() => {
    execFileSync('git', ['lfs', 'version'], { stdio: 'ignore' });
  });
  afterEach(() => system.close());

  async function start(agentScript: string): Promise<void> {
    system = await createTestSystem({ tasks: '- [ ] 1. One\n', files: FILES, agentScript });
    const folder = path.join(system.repository.directory, 'lfs/objects', OID.slice(0, 2), OID.slice(2, 4));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, OID), CONTENT);
    await system.run();
  }

  it('has contents in place for agent and tests, and keeps its pointers', async () => {
    await start(READS);
    await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: ['1'], words: /1 task implemented/ });
    expect(await view.fileOn(system, 'src/seen.js')).to.equal(`// ${CONTENT}`);
    expect(await view.fileOn(system, 'data/table.bin')).to.equal(POINTER);
    expect(view.pullRequestOf(system).body).to.not.match(/Not fetched from Git LFS/);
  });

  it('is told of contents that the agent rewrote', async () => {
    await start(REWRITES);
    const words = /data\/table\.bin is kept elsewhere/;
    await expectEnding(system, { kind: 'agent-touched-protected', column: 'Needs a person', tasks: [], words });
    expect(await view.fileOn(system, 'data/table.bin')).to.equal(POINTER);
  });
});
