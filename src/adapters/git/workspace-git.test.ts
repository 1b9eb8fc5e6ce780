import { execFile } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';

const run = promisify(execFile);

describe("the workspace's own .git", () => {
  let scene: GitScene;
  before(async () => {
    scene = await createGitScene();
    const { github, hosted } = scene;
    await scene.onServer('tag', 'v1.2.3', 'refs/heads/main');
    const more = { branch: 'feature/a', message: 'More\n' };
    await github.moveBranch(hosted, { ...more, files: { 'README.md': 'Second edition\n', 'src/old.js': 'one\n' } });
    await github.moveBranch(hosted, { ...more, files: { 'README.md': 'Third edition\n', 'src/old.js': 'two\n' } });
    await github.moveBranch(hosted, { branch: 'main', files: { 'NEWS.md': 'News of the base\n' }, message: 'News\n' });
    await github.moveBranch(hosted, { branch: 'other', files: { 'other.md': 'Of nobody’s concern\n' } });
    await scene.checkout();
    await scene.write('dropped.txt', 'what an agent made and the worker dropped\n');
    await scene.repository.stage();
    await scene.repository.discard();
    await scene.write('src/new.js', 'new\n');
    await scene.commit();
    await scene.repository.resetWorkspaceGit();
    // Nobody serves what is missing any more.
    await github.close();
    await rm(path.join(scene.folder, 'private/git'), { recursive: true });
  });
  after(() => scene.close());

  const git = async (...args: string[]) => (await run('git', ['-C', scene.workspace, ...args])).stdout;

  it('has the whole history', async () => {
    expect(await git('log', '-p', '--format=%s'))
      .to.include('+Second edition')
      .and.to.include('+new');
    expect(await git('show', 'HEAD~1')).to.include('+Third edition');
    expect(await git('diff', 'HEAD~2', '--stat')).to.include('src/old.js');
    expect(await git('blame', 'README.md')).to.include('Third edition');
    expect(await git('diff', 'origin/main')).to.include('-News of the base');
    expect(await git('merge-base', 'HEAD', 'origin/main')).to.match(/^[0-9a-f]{40}$/m);
    await git('fsck', '--full', '--strict');
  });

  it('has the tags, and stands on the branch', async () => {
    expect(await git('describe', '--tags')).to.match(/^v1\.2\.3-4-g/);
    expect(await git('branch', '--show-current')).to.equal('feature/a\n');
    expect(await git('status', '--porcelain')).to.equal('');
    expect(await git('rev-parse', 'HEAD')).to.equal(await git('rev-parse', 'refs/heads/feature/a'));
  });

  it('knows no remote, no other branch, and nothing that was dropped', async () => {
    expect(await git('remote')).to.equal('');
    expect((await git('for-each-ref', '--format=%(refname)')).trim().split('\n')).to.deep.equal([
      'refs/heads/feature/a',
      'refs/remotes/origin/feature/a',
      'refs/remotes/origin/main',
      'refs/tags/v1.2.3',
    ]);
    const contents = await git('cat-file', '--batch-all-objects', '--batch');
    expect(contents)
      .to.include('Third edition')
      .and.to.not.include('the worker dropped')
      .and.to.not.include('nobody’s');
  });

  it('is a place to work in', async () => {
    await scene.write('made.js', 'made\n');
    await git('add', '--all');
    await git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message=Mine');
    await git('stash', 'list');
    expect(await git('log', '-1', '--format=%s')).to.equal('Mine\n');
  });
});

describe("the files of the workspace's .git", () => {
  it('are its own, so that whoever owns them gets no hold of ours', async () => {
    const scene = await createGitScene();
    try {
      await scene.checkout();
      await scene.repository.resetWorkspaceGit();
      const inodes = async (folder: string) => {
        const names = await readdir(folder, { recursive: true });
        return Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).ino));
      };
      const ours = new Set(await inodes(path.join(scene.folder, 'private/git')));
      expect((await inodes(path.join(scene.workspace, '.git'))).filter((inode) => ours.has(inode))).to.deep.equal([]);
    } finally {
      await scene.close();
    }
  });
});
