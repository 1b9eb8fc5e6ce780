import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';

const run = promisify(execFile);

describe('what an install leaves in a workspace without .gitignore', () => {
  let scene: GitScene;

  beforeEach(async () => {
    scene = await createGitScene({
      files: { 'package.json': '{}', 'src/a.js': 'a\n', 'node_modules_of_ours/x': 'x\n', 'tracked/dist/b.js': 'b\n' },
    });
    await scene.checkout();
  });

  afterEach(() => scene.close());

  const at = (...names: string[]) => path.join(scene.workspace, ...names);

  async function install(): Promise<void> {
    await scene.write('node_modules/lib/index.js', 'lib\n');
    await symlink('/bin/true', at('node_modules/outside'));
    await run('git', ['init', '--quiet', at('fetched/repository')]);
    await scene.write('made/by/install.txt', 'made\n');
    await scene.write('package-lock.json', '{}');
    await scene.write('store.txt', 'x');
    await link(at('store.txt'), at('second-name.txt'));
    await scene.write('src/a.js', 'formatted\n');
    await scene.repository.keepInstalled();
    await scene.repository.discard();
  }

  it('stays, is no change, and gets into no commit, also changed; where it has changed one word says so', async () => {
    await install();
    expect(await scene.kinds()).to.deep.equal({});
    for (const file of ['node_modules/lib/index.js', 'fetched/repository/.git', 'made/by/install.txt', 'store.txt'])
      expect(existsSync(at(file)), file).to.equal(true);
    await scene.write('node_modules/lib/index.js', 'patched\n');
    await scene.write('node_modules/.bin/tool', 'new\n');
    await scene.write('made/by/install.txt', 'made again\n');
    await scene.write('made/more/of/it.txt', 'new\n');
    await scene.write('package-lock.json', '{"a":1}');
    await rm(at('store.txt'));
    await run('mkfifo', [at('store.txt'), at('fetched/pipe')]);
    await scene.write('src/b.js', 'work\n');
    const kinds = {
      fetched: 'generated',
      made: 'generated',
      'package-lock.json': 'generated',
      'store.txt': 'generated',
    };
    expect(await scene.kinds()).to.deep.equal({ ...kinds, 'src/b.js': 'added' });
    await scene.commit();
    expect(await scene.repository.changedFiles())
      .to.include('src/b.js')
      .and.to.have.length(2);
    expect(await scene.kinds()).to.deep.equal(kinds);
  });

  itInRehearsal(
    'is told from what tools make afterwards, which is left out too, and from work of any name',
    async () => {
      await install();
      await scene.write('src/__pycache__/a.pyc', 'x');
      await scene.write('dist/bundle.js', 'x');
      await run('git', ['init', '--quiet', at('src/node_modules/lib')]);
      await scene.write('src/dist/a.js', 'work\n');
      await scene.write('target/a.js', 'work\n');
      await scene.write('tracked/dist/c.js', 'work\n');
      await scene.write('node_modules_of_ours/y', 'work\n');
      expect(await scene.kinds()).to.deep.equal({
        dist: 'generated',
        'node_modules_of_ours/y': 'added',
        'src/__pycache__': 'generated',
        'src/dist/a.js': 'added',
        'src/node_modules': 'generated',
        'target/a.js': 'added',
        'tracked/dist/c.js': 'added',
      });
      await scene.repository.discard();
      expect(await scene.kinds()).to.deep.equal({});
      expect(existsSync(at('dist'))).to.equal(false);
      expect(existsSync(at('node_modules/lib'))).to.equal(true);
    },
  );

  it('is told from files that tools keep for themselves, which get into no commit either', async () => {
    await scene.write('.coverage', 'SQLite');
    await scene.write('src/tsconfig.tsbuildinfo', '{}');
    await scene.write('.coveragerc', '[run]\n');
    expect(await scene.kinds()).to.deep.equal({
      '.coverage': 'generated',
      '.coveragerc': 'added',
      'src/tsconfig.tsbuildinfo': 'generated',
    });
    await scene.commit();
    expect(await scene.repository.changedFiles())
      .to.include('.coveragerc')
      .and.to.have.length(2);
    await scene.repository.discard();
    expect(existsSync(at('.coverage'))).to.equal(false);
  });

  it('does not cover what took the place of a tracked file', async () => {
    await rm(at('src/a.js'));
    await mkdir(at('src/a.js/inner'), { recursive: true });
    await scene.write('src/a.js/inner/x', 'x');
    await scene.repository.keepInstalled();
    await scene.repository.discard();
    expect(await scene.kinds()).to.deep.equal({});
    await scene.write('src/a.js', 'work\n');
    expect(await scene.kinds()).to.deep.equal({ 'src/a.js': 'modified' });
  });
});
