import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { BRANCH, commitLines, createGitScene, type GitScene, TASKS } from '../support/git-scene.ts';

const run = promisify(execFile);
const LATIN1_NAME = Buffer.from('caf\xe9.txt', 'latin1');

/** A tree that agent, install and tests have written to, seen by a worker that may be root. */
describe('the git adapter over a hostile work tree', () => {
  let scene: GitScene;
  afterEach(() => scene.close());

  const at = (...names: string[]) => path.join(scene.workspace, ...names);
  const treeOnServer = async () => (await scene.onServer('ls-tree', '-r', '--name-only', BRANCH)).trim().split('\n');

  async function checkedOut(options: Parameters<typeof createGitScene>[0] = {}): Promise<void> {
    scene = await createGitScene(options);
    await scene.checkout();
  }

  /** Every operation of the worker that follows a program of the branch. */
  async function doAll(): Promise<void> {
    const { repository } = scene;
    const baseHead = (await scene.onServer('rev-parse', 'main')).trim();
    const work = await repository.stage();
    await repository.differences(baseHead, ['.husky', '.mcp.json']);
    await work.commit({ message: 'x\n', trailers: [], exclude: [], contents: new Map() }).catch(() => {});
    await repository.restore(baseHead, ['.husky', '.mcp.json']);
    await repository.discard();
    await repository.plantWorkspaceGit();
    await repository.diff();
  }

  describe('with repositories in it', () => {
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
      await doAll();
      expect(existsSync(witness)).to.equal(false);
    });

    it('runs nothing of one that an install has made, and lets what it fetched stay', async () => {
      await withSubmodule();
      const witness = await makeTrap(at('lib'));
      await scene.repository.discard();
      await doAll();
      expect(await readFile(at('lib/f'), 'utf8')).to.equal('two\n');
      expect(existsSync(witness)).to.equal(false);
    });

    it('refuses one in place of a tracked file, and puts the file back', async () => {
      await checkedOut();
      await rm(at('README.md'));
      const witness = await makeTrap(at('README.md'));
      expect(await scene.kinds()).to.include({ 'README.md': 'nested-repository' });
      expect(await scene.commit().catch(({ message }) => message)).to.match(
        /README\.md is a git repository of its own/,
      );
      await doAll();
      expect(await readFile(at('README.md'), 'utf8')).to.equal('Hello\r\n');
      expect(existsSync(witness)).to.equal(false);
    });

    it('refuses and removes them wherever they are, in any spelling of .git, also a file of that name', async () => {
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
    });

    it('keeps a submodule at its commit when its folder is pointed elsewhere, removed or replaced', async () => {
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
    });
  });

  describe('with what is no file', () => {
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
      await doAll();
      server.close();
      expect(await scene.kinds()).to.deep.equal({});
      expect(await readFile(at('README.md'), 'utf8')).to.equal('Hello\r\n');
      expect((await readdir(scene.workspace)).sort())
        .to.include('b.txt')
        .and.not.include('new');
    });

    it('puts configuration back though pipes and links stand on the way, and touches nothing that they lead to', async () => {
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
    });

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

    it('refuses a file that is larger than GitHub takes without reading it', async () => {
      await checkedOut();
      await scene.write('big.bin', '');
      await truncate(at('big.bin'), 2 ** 41);
      expect(await scene.kinds()).to.deep.equal({ 'big.bin': 'too-large' });
      await scene.repository.discard();
      expect(existsSync(at('big.bin'))).to.equal(false);
    });
  });

  describe('with names that others find hard', () => {
    it('commits and keeps names that are no UTF-8, or have line breaks, colons, stars and escapes', async () => {
      scene = await createGitScene();
      await commitLines(scene.hosted.directory, BRANCH, [{ mode: '100644', path: LATIN1_NAME, content: 'x\n' }]);
      await scene.checkout();
      expect(await scene.kinds()).to.deep.equal({});
      const names = [
        'a\nb',
        ':(top)x',
        ':!y',
        '*',
        '[a',
        'tab\there',
        '\u001b[2K',
        ' ',
        '-rf',
        '"quoted"',
        'back\\slash',
      ];
      for (const name of names) await scene.write(`odd/${name}`, name);
      await writeFile(Buffer.concat([Buffer.from(`${at('odd')}/`), LATIN1_NAME]), 'y\n');
      await appendFile(Buffer.concat([Buffer.from(`${at()}/`), LATIN1_NAME]), 'more\n');
      await scene.write('.gitignore', 'nothing\n');
      const kinds = await scene.kinds();
      expect(kinds).to.include({ 'caf\ufffd.txt': 'modified', 'odd/caf\ufffd.txt': 'added', 'odd/:!y': 'added' });
      expect(Object.keys(kinds)).to.have.length(names.length + 3);
      await scene.commit();
      expect(await scene.kinds()).to.deep.equal({});
      await scene.repository.push(BRANCH);
      const listed = execFileSync('git', [
        '--git-dir',
        scene.hosted.directory,
        'ls-tree',
        '-rz',
        '--name-only',
        BRANCH,
      ]);
      const onServer = listed.toString('latin1').split('\0');
      expect(onServer).to.include.members(['caf\xe9.txt', 'odd/caf\xe9.txt', 'odd/a\nb', 'odd/:(top)x']);
      await scene.write('odd/new', 'x');
      await rm(at('odd', ':!y'));
      await scene.repository.discard();
      expect(await scene.kinds()).to.deep.equal({});
    });

    it('says of folders below folders that they are too deep, and removes them', async () => {
      await checkedOut();
      // One folder at a time: no path may be this long.
      const script =
        'i=0; while [ $i -lt 60 ]; do d=$(printf "%0200d" 7); mkdir "$d" && cd "$d" || exit 1; i=$((i+1)); done; echo x > file';
      await mkdir(at('src'));
      await run('bash', ['-c', script], { cwd: at('src') });
      const kinds = await scene.kinds();
      expect(Object.values(kinds)).to.deep.equal(['too-deep']);
      await scene.repository.discard();
      expect(existsSync(at('src'))).to.equal(false);
    });

    it('throws rather than to commit less than it was to', async () => {
      await checkedOut();
      const contents: [string, string][] = [['x/.git/config', 'x']];
      expect(await scene.commit({ contents }).catch(({ message }) => message)).to.match(
        /did not take.*x\/\.git\/config/,
      );
      expect((await scene.repository.commits()).length).to.equal(1);
    });

    it('takes a file for a folder and a folder for a file', async () => {
      await checkedOut({ branchFiles: { 'thing/inner.txt': 'x\n', plain: 'y\n' } });
      await rm(at('thing'), { recursive: true });
      await scene.write('thing', 'a file now');
      await rm(at('plain'));
      await scene.write('plain/inner.txt', 'a folder now');
      await scene.commit();
      await scene.repository.push(BRANCH);
      expect(await treeOnServer()).to.include.members(['plain/inner.txt', 'thing']);
      expect(await scene.kinds()).to.deep.equal({});
    });

    it('cleans up folders that their owner has closed', async () => {
      await checkedOut();
      await scene.write('closed/inner/file', 'x');
      await chmod(at('closed/inner'), 0o500);
      await chmod(at('closed'), 0o500);
      await scene.repository.discard();
      expect(existsSync(at('closed'))).to.equal(false);
    });
  });

  describe('and its history', () => {
    it('commits modes and links as they are', async () => {
      await checkedOut({ branchFiles: { 'run.sh': 'echo\n' } });
      await chmod(at('run.sh'), 0o755);
      await symlink('run.sh', at('link'));
      await scene.commit();
      await scene.repository.push(BRANCH);
      const lines = (await scene.onServer('ls-tree', BRANCH, 'run.sh', 'link')).split('\n');
      expect(lines.map((line) => line.slice(0, 6))).to.deep.equal(['120000', '100755', '']);
      expect(await scene.onServer('cat-file', 'blob', `${BRANCH}:run.sh`)).to.equal('echo\n');
      expect(await readlink(at('link'))).to.equal('run.sh');
    });

    it('sees a change though size and times are forged', async () => {
      await checkedOut();
      const { atime, mtime } = await lstat(at('README.md'));
      await scene.write('README.md', 'Jello\r\n');
      await utimes(at('README.md'), atime, mtime);
      expect(await scene.kinds()).to.deep.equal({ 'README.md': 'modified' });
    });

    it('brings ignored files neither into a commit nor away, and judges by the rules of the branch when it drops work', async () => {
      await checkedOut({ files: { '.gitignore': 'build/\n*.log\n!keep.log\n', 'build/tracked': 'x\n' } });
      for (const file of ['build/out', 'a.log', 'keep.log', 'sub/b.log', 'sub/c.txt']) await scene.write(file, 'x');
      await scene.write('build/tracked', 'changed');
      expect(await scene.kinds()).to.deep.equal({
        'build/tracked': 'modified',
        'keep.log': 'added',
        'sub/c.txt': 'added',
      });
      await scene.write('.gitignore', '*\n');
      await scene.write('other/.gitignore', '*\n');
      await scene.write('other/hidden', 'x');
      await scene.repository.discard();
      expect(existsSync(at('build/out'))).to.equal(true);
      expect(existsSync(at('sub/b.log'))).to.equal(true);
      expect(await readFile(at('build/tracked'), 'utf8')).to.equal('x\n');
      for (const file of ['keep.log', 'sub/c.txt', 'other']) expect(existsSync(at(file)), file).to.equal(false);
    });

    it('puts its own contents into commit and workspace, whatever stands there', async () => {
      await checkedOut();
      await rm(at(TASKS));
      await run('mkfifo', [at(TASKS)]);
      const result = await scene.repository.commitContents({
        message: 'x\n',
        trailers: [],
        contents: new Map([[TASKS, Buffer.from('- [x] 1. Do it\n')]]),
      });
      expect(result).to.have.property('kind', 'committed');
      expect(await readFile(at(TASKS), 'utf8')).to.equal('- [x] 1. Do it\n');
    });
  });
});
