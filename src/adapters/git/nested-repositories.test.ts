import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import {
  BRANCH,
  commitLines,
  createGitScene,
  followUntrustedCode,
  type GitScene,
} from '../../../test/support/scenes/git.ts';

describe('repositories inside a hostile work tree', () => {
  let scene: GitScene;
  afterEach(() => scene.close());

  const at = (...names: string[]) => path.join(scene.workspace, ...names);

  async function checkedOut(options: Parameters<typeof createGitScene>[0] = {}): Promise<void> {
    scene = await createGitScene(options);
    await scene.checkout();
  }

  /** A repository whose every command would run a program that leaves a witness. */
  async function makeTrap(folder: string): Promise<string> {
    const witness = path.join(scene.folder, 'witness');
    const program = path.join(scene.folder, 'trap.sh');
    await writeFile(program, `#!/bin/sh\nid > ${witness}\ncat\n`, { mode: 0o755 });
    await mkdir(folder, { recursive: true });
    // Without an input that the trap could wait for.
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' });
    git('init', '--quiet');
    await writeFile(path.join(folder, 'f'), 'one\n');
    git('add', 'f');
    git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '--quiet', '-m', 'x');
    for (const setting of ['core.fsmonitor', 'filter.evil.clean', 'core.sshCommand']) git('config', setting, program);
    await mkdir(path.join(folder, '.git/info'), { recursive: true });
    await writeFile(path.join(folder, '.git/info/attributes'), '* filter=evil\n');
    for (const hook of ['pre-commit', 'post-index-change', 'post-checkout']) {
      await mkdir(path.join(folder, '.git/hooks'), { recursive: true });
      await writeFile(path.join(folder, '.git/hooks', hook), await readFile(program), { mode: 0o755 });
    }
    await writeFile(path.join(folder, 'f'), 'two\n');
    await utimes(path.join(folder, 'f'), 1, 1);
    git('status');
    expect(existsSync(witness), 'git steps into the trap').to.equal(true);
    await rm(witness);
    return witness;
  }

  async function withSubmodule(): Promise<string> {
    scene = await createGitScene();
    const id = (await scene.onServer('rev-parse', 'main')).trim();
    await commitLines(scene.hosted.directory, BRANCH, [{ mode: '160000', path: Buffer.from('lib'), content: id }]);
    await scene.checkout();
    return id;
  }

  it('runs nothing of a repository that stands in a submodule, and leaves the submodule as it is', async () => {
    const id = await withSubmodule();
    const witness = await makeTrap(at('lib'));
    await scene.write('src/a.js', 'work');
    expect(await scene.kinds()).to.deep.equal({ lib: 'submodule-kept', 'src/a.js': 'added' });
    expect(await scene.commit()).to.have.property('kind', 'committed');
    expect(await scene.repository.push(BRANCH)).to.deep.equal({ kind: 'pushed' });
    expect(await scene.onServer('ls-tree', BRANCH, 'lib')).to.equal(`160000 commit ${id}\tlib\n`);
    await followUntrustedCode(scene);
    expect(existsSync(witness)).to.equal(false);
  });

  itInRehearsal('runs nothing of one that an install has made, and lets what it fetched stay', async () => {
    await withSubmodule();
    const witness = await makeTrap(at('lib'));
    await scene.repository.discard();
    await followUntrustedCode(scene);
    expect(await readFile(at('lib/f'), 'utf8')).to.equal('two\n');
    expect(existsSync(witness)).to.equal(false);
  });

  itInRehearsal('refuses one in place of a tracked file, and puts the file back', async () => {
    await checkedOut();
    await rm(at('README.md'));
    const witness = await makeTrap(at('README.md'));
    expect(await scene.kinds()).to.include({ 'README.md': 'nested-repository' });
    expect(await scene.commit().catch(({ message }) => message)).to.match(/README\.md is a git repository of its own/);
    await followUntrustedCode(scene);
    expect(await readFile(at('README.md'), 'utf8')).to.equal('Hello\r\n');
    expect(existsSync(witness)).to.equal(false);
  });

  itInRehearsal(
    'refuses and removes them wherever they are, in any spelling of .git, also a file of that name',
    async () => {
      await checkedOut();
      await makeTrap(at('a/b'));
      await scene.write('c/.git', 'gitdir: ../a/b/.git\n');
      await scene.write('d/.GIT/config', '[core]\n');
      await scene.write('.Git/config', '[core]\n');
      expect(await scene.kinds()).to.include({
        'a/b': 'nested-repository',
        c: 'nested-repository',
        d: 'nested-repository',
        '.Git': 'nested-repository',
      });
      await scene.repository.discard();
      expect((await readdir(scene.workspace)).sort()).to.deep.equal(['.husky', '.kiro', 'README.md']);
    },
  );

  itInRehearsal(
    'keeps a submodule at its commit when its folder is pointed elsewhere, removed or replaced',
    async () => {
      const id = await withSubmodule();
      expect(await scene.kinds()).to.deep.equal({});
      await scene.write('lib/.git/HEAD', `${'1'.repeat(40)}\n`);
      expect(await scene.kinds()).to.deep.equal({ lib: 'submodule-kept' });
      await scene.write('lib/.git/HEAD', `${id}\n`);
      expect(await scene.kinds()).to.deep.equal({});
      await rm(at('lib'), { recursive: true });
      await scene.write('src/a.js', 'work');
      expect(await scene.kinds()).to.deep.equal({ lib: 'submodule-kept', 'src/a.js': 'added' });
      await scene.commit();
      await scene.repository.push(BRANCH);
      expect(await scene.onServer('ls-tree', BRANCH, 'lib')).to.equal(`160000 commit ${id}\tlib\n`);
      await symlink('src', at('lib'));
      expect(await scene.kinds()).to.deep.equal({ lib: 'submodule' });
      await scene.repository.discard();
      expect((await lstat(at('lib'))).isDirectory()).to.equal(true);
    },
  );
});
