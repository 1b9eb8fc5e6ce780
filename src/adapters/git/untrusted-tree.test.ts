import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, lstat, mkdir, readFile, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { BRANCH, commitLines, createGitScene, type GitScene, TASKS } from '../../../test/support/scenes/git.ts';

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

  describe('with names that others find hard', () => {
    it('commits and keeps names that are not UTF-8, or have line breaks, colons, stars and escapes', async () => {
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

    itInRehearsal('says of folders below folders that they are too deep, and removes them', async () => {
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

    itInRehearsal('throws rather than to commit less than it was to', async () => {
      await checkedOut();
      const contents: [string, string][] = [['x/.git/config', 'x']];
      expect(await scene.commit({ contents }).catch(({ message }) => message)).to.match(
        /did not take.*x\/\.git\/config/,
      );
      expect((await scene.repository.commits()).length).to.equal(1);
    });

    itInRehearsal('takes a file for a folder and a folder for a file', async () => {
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

    itInRehearsal('cleans up folders that their owner has closed', async () => {
      await checkedOut();
      await scene.write('closed/inner/file', 'x');
      await chmod(at('closed/inner'), 0o500);
      await chmod(at('closed'), 0o500);
      await scene.repository.discard();
      expect(existsSync(at('closed'))).to.equal(false);
    });
  });

  describe('and its history', () => {
    itInRehearsal('commits modes and links as they are', async () => {
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

    itInRehearsal('sees a change though size and times are forged', async () => {
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

    itInRehearsal('puts its own contents into commit and workspace, whatever stands there', async () => {
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

  itInRehearsal(
    'keeps the executable bit of a file that the worker itself writes, and gives none to others',
    async () => {
      scene = await createGitScene();
      const content = '- [ ] 1. Do it\n';
      await commitLines(scene.hosted.directory, BRANCH, [{ mode: '100755', path: Buffer.from(TASKS), content }]);
      await scene.checkout();
      await scene.commit({
        contents: [
          [TASKS, '- [x] 1. Do it\n'],
          ['new.md', 'new\n'],
        ],
      });
      await scene.repository.push(BRANCH);
      const listed = await scene.onServer('ls-tree', '-r', BRANCH, TASKS, 'new.md');
      expect(listed.split('\n').map((line) => line.slice(0, 6))).to.deep.equal(['100755', '100644', '']);
      expect(await scene.kinds()).to.deep.equal({});
    },
  );
});
