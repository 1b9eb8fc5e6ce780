import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';

const SCRIPT = path.resolve(import.meta.dirname, 'code-measures.ts');

describe('the check of code measures', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'code-measures-'));
    await write({ 'src/one.ts': 'export {};\n', 'scripts/one.ts': 'export {};\n', 'test/one.ts': 'export {};\n' });
  });
  afterEach(() => rm(root, { recursive: true }));

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, file)), { recursive: true });
      await writeFile(path.join(root, file), text);
    }
  }

  const check = () =>
    new Promise<{ exitCode: unknown; stdout: string }>((resolve) =>
      execFile(process.execPath, [SCRIPT], { cwd: root }, (error, stdout) =>
        resolve({ exitCode: error === null ? 0 : error.code, stdout }),
      ),
    );

  itInRehearsal('prints the figures and passes small code', async () => {
    const { exitCode, stdout } = await check();
    expect(stdout).to.include('code measures: 2 files of our own, 2 lines\n');
    expect(stdout).to.include('code measures: median of lines: 1 (limit 80)\n');
    expect(exitCode, stdout).to.equal(0);
  });

  itInRehearsal('fails when a folder that it checks contains no code', async () => {
    await rm(path.join(root, 'scripts'), { recursive: true });
    const { exitCode, stdout } = await check();
    expect(exitCode).to.equal(1);
    expect(stdout).to.include('no source file was seen in scripts');
  });

  const broken: Record<string, { files: Record<string, string>; says: string }> = {
    'a file of more than 300 lines': {
      files: { 'test/support/long.ts': '\n'.repeat(301) },
      says: 'lines of a file: test/support/long.ts has 301, the limit is 300',
    },
    'a folder of more than 20 files': {
      files: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`src/core/n${index}.ts`, '\n'])),
      says: 'files in a folder: src/core has 21, the limit is 20',
    },
    'files that are long on the whole': {
      files: { 'src/a.ts': '\n'.repeat(90), 'src/b.ts': '\n'.repeat(90), 'src/c.ts': '\n'.repeat(180) },
      says: 'median of lines: 90, the limit is 80',
    },
    'many long files among short ones': {
      files: { 'src/a.ts': '\n'.repeat(180) },
      says: '90th percentile of lines: 180, the limit is 170',
    },
    'many casts': {
      files: { 'src/cast.ts': 'export const one = 1 as number;\n' },
      says: 'src/cast.ts:1',
    },
  };
  for (const [what, { files, says }] of telling(1, Object.entries(broken))) {
    it(`fails for ${what}, and names it`, async () => {
      await write(files);
      const { exitCode, stdout } = await check();
      expect(exitCode).to.equal(1);
      expect(stdout).to.include(says);
    });
  }

  itInRehearsal('counts no tests as files of a folder', async () => {
    await write(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`src/core/n${index}.test.ts`, '\n'])));
    expect((await check()).exitCode).to.equal(0);
  });
});
