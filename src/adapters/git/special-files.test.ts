import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, lstat, mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, followUntrustedCode, type GitScene } from '../../../test/support/scenes/git.ts';

const run = promisify(execFile);

describe('links, pipes and odd files of a hostile work tree', () => {
  let scene: GitScene;
  afterEach(() => scene.close());

  const at = (...names: string[]) => path.join(scene.workspace, ...names);

  async function checkedOut(options: Parameters<typeof createGitScene>[0] = {}): Promise<void> {
    scene = await createGitScene(options);
    await scene.checkout();
  }

  it('never waits for a pipe, socket or endless file in place of a tracked one, names it, and puts the file back', async () => {
    await checkedOut({ files: { '.gitignore': 'ignored\n', 'a.txt': 'a\n', 'b.txt': 'b\n' } });
    await rm(at('README.md'));
    await rm(at('.gitignore'));
    await rm(at('a.txt'));
    await rm(at('b.txt'));
    await run('mkfifo', [at('README.md'), at('.gitignore'), at('new')]);
    // The server takes the name away that it listened at.
    const server = net.createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await rename(at('socket'), at('a.txt'));
    await symlink('/dev/zero', at('b.txt'));
    expect(await scene.kinds()).to.deep.equal({
      'README.md': 'special-file',
      '.gitignore': 'special-file',
      new: 'special-file',
      'a.txt': 'special-file',
      'b.txt': 'link-outside',
    });
    await followUntrustedCode(scene);
    server.close();
    expect(await scene.kinds()).to.deep.equal({});
    expect(await readFile(at('README.md'), 'utf8')).to.equal('Hello\r\n');
    expect((await readdir(scene.workspace)).sort())
      .to.include('b.txt')
      .and.not.include('new');
  });

  itInRehearsal(
    'puts configuration back though pipes and links stand on the way, and touches nothing that they lead to',
    async () => {
      await checkedOut();
      const outside = path.join(scene.folder, 'outside');
      await mkdir(path.join(outside, 'hooks'), { recursive: true });
      await writeFile(path.join(outside, 'pre-commit'), 'theirs');
      const baseHead = (await scene.onServer('rev-parse', 'main')).trim();
      await rm(at('.husky'), { recursive: true });
      await symlink(outside, at('.husky'));
      await rename(at('.kiro'), at('kept'));
      await symlink(outside, at('.kiro'));
      await run('mkfifo', [at('.mcp.json')]);
      const differences = await scene.repository.differences(baseHead, ['.husky', '.kiro/hooks', '.mcp.json']);
      expect(Object.fromEntries(differences.map(({ path: file, kind }) => [file, kind]))).to.deep.equal({
        '.husky': 'link-outside',
        '.husky/pre-commit': 'deleted',
        '.kiro': 'link-outside',
        '.mcp.json': 'special-file',
      });
      await scene.repository.restore(baseHead, ['.husky', '.kiro/hooks', '.mcp.json']);
      expect(await readFile(at('.husky/pre-commit'), 'utf8')).to.equal('echo base\n');
      expect(existsSync(at('.mcp.json'))).to.equal(false);
      await scene.repository.discard();
      expect((await lstat(at('.kiro'))).isDirectory()).to.equal(true);
      expect(await readFile(path.join(outside, 'pre-commit'), 'utf8')).to.equal('theirs');
      expect(await readdir(outside)).to.have.members(['hooks', 'pre-commit']);
    },
  );

  it('refuses links that lead out, and takes those that stay inside', async () => {
    await checkedOut();
    const targets: Record<string, [target: string, kind: string]> = {
      absolute: ['/etc/passwd', 'link-outside'],
      above: ['../x', 'link-outside'],
      'src/above': ['../../x', 'link-outside'],
      'src/later': ['a/../../../x', 'link-outside'],
      'src/git': ['../.git/config', 'link-outside'],
      inside: ['README.md', 'added'],
      'src/up': ['../README.md', 'added'],
    };
    await mkdir(at('src'));
    for (const [name, [target]] of Object.entries(targets)) await symlink(target, at(name));
    expect(await scene.kinds()).to.deep.equal(
      Object.fromEntries(Object.entries(targets).map(([name, [, kind]]) => [name, kind])),
    );
  });

  it('refuses a file with a second name, whose bytes may be of somewhere else', async () => {
    await checkedOut();
    await writeFile(path.join(scene.folder, 'other'), 'bytes');
    await link(path.join(scene.folder, 'other'), at('linked.txt'));
    expect(await scene.kinds()).to.deep.equal({ 'linked.txt': 'hard-link' });
    await scene.repository.discard();
    expect(existsSync(at('linked.txt'))).to.equal(false);
    expect(await readFile(path.join(scene.folder, 'other'), 'utf8')).to.equal('bytes');
  });

  itInRehearsal('refuses a file that is larger than GitHub takes without reading it', async () => {
    await checkedOut();
    await scene.write('big.bin', '');
    await truncate(at('big.bin'), 2 ** 41);
    expect(await scene.kinds()).to.deep.equal({ 'big.bin': 'too-large' });
    await scene.repository.discard();
    expect(existsSync(at('big.bin'))).to.equal(false);
  });

  itInRehearsal(
    'names what git would leave out of a commit: links that stand for .gitmodules, and names of .git behind a backslash',
    async () => {
      await checkedOut();
      await mkdir(at('sub'));
      for (const name of ['GITMOD~1', 'gi7eba~2', 'sub/.gitmodules', '.gitmodules.'])
        await symlink('README.md', at(name));
      await scene.write('.git\\config', 'x');
      await scene.write('git~1\\x/y', 'x');
      await scene.write('back\\slash', 'x');
      expect(await scene.kinds()).to.deep.equal({
        'GITMOD~1': 'refused-name',
        'gi7eba~2': 'refused-name',
        'sub/.gitmodules': 'refused-name',
        '.gitmodules.': 'refused-name',
        '.git\\config': 'refused-name',
        'git~1\\x/y': 'refused-name',
        'back\\slash': 'added',
      });
      await followUntrustedCode(scene);
      expect(await scene.kinds()).to.deep.equal({});
    },
  );

  itInRehearsal('names one of too many new files, and reads no more of them', async () => {
    await checkedOut();
    const fill = 'for n in $(seq 1 41); do mkdir "$n" && (cd "$n" && seq -f f%g 1 500 | xargs touch); done';
    await run('sh', ['-c', fill], { cwd: scene.workspace });
    const kinds = Object.values(await scene.kinds());
    expect(kinds.filter((kind) => kind === 'too-many')).to.have.length(1);
    expect(kinds.length).to.be.at.most(20_001);
  });
});
