import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createGitRepository } from '../../src/adapters/git/repository.ts';
import type { Repository } from '../../src/core/ports.ts';
import type { Repository as HostedRepository } from '../../src/local/github/model.ts';
import type { LocalGitHub } from '../../src/local/github/server.ts';
import { cloneUrl, startLocalGitHub } from '../../src/local/github/server.ts';

const run = promisify(execFile);
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const TASKS = '.kiro/specs/feature/a/tasks.md';

describe('the git adapter against a real server', () => {
  let folder: string;
  let github: LocalGitHub;
  let hosted: HostedRepository;
  let repository: Repository;
  let workspace: string;
  let token = TOKEN;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-git-'));
    token = TOKEN;
    github = await startLocalGitHub({ tokens: [TOKEN], root: path.join(folder, 'github') });
    hosted = await github.createRepository({
      owner: 'octo',
      name: 'app',
      files: { 'README.md': 'Hello\r\n', '.husky/pre-commit': 'echo base\n' },
      branches: [
        {
          name: 'feature/a',
          files: { [TASKS]: '- [ ] 1. Do it\n', '.husky/pre-commit': 'echo branch\n', '.kiro/hooks/x.json': '{}' },
        },
      ],
    });
    workspace = path.join(folder, 'workspace');
    repository = await open();
  });

  afterEach(async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(name = ''): Promise<Repository> {
    const privateDirectory = path.join(folder, `private${name}`);
    return createGitRepository({
      privateDirectory,
      gitDirectory: path.join(privateDirectory, 'git'),
      workspace: name ? path.join(folder, `workspace${name}`) : workspace,
      credentials: async () => ({ username: 'x-access-token', password: token }),
      secrets: [],
      identity: { name: 'Kiro Worker', email: 'bot@example.com' },
      remoteUrl: cloneUrl(github, 'octo/app'),
    });
  }

  const checkout = () => repository.checkout({ branch: 'feature/a', base: 'main' });
  const write = (file: string, text: string) => writeFile(path.join(workspace, file), text);
  const changes = async () => (await repository.stage()).changes;
  const commit = async (contents: [string, string][] = [], exclude: string[] = []) => {
    const work = await repository.stage();
    const result = await work.commit({
      message: 'Do it\n',
      trailers: [['Kiro-Worker-Task', '1\nSigned-off-by: nobody']],
      exclude,
      contents: new Map(contents.map(([file, text]) => [file, new TextEncoder().encode(text)])),
    });
    if (result.kind !== 'committed') throw new Error(result.places.join());
    return result.head;
  };

  it('checks the exact head out, bytes as they are', async () => {
    const { head, baseHead, mergeBase } = await checkout();
    expect(head).to.match(/^[0-9a-f]{40}$/);
    expect(mergeBase).to.equal(baseHead);
    expect(await readFile(path.join(workspace, 'README.md'), 'utf8')).to.equal('Hello\r\n');
    expect(await repository.list(head, '.kiro/specs/feature/a')).to.deep.equal(['tasks.md']);
    expect(await repository.list(head, '.kiro/specs/none')).to.equal(null);
    expect(await repository.read(head, 'nothing')).to.equal(null);
  });

  it('keeps the credential out of everything that lies on the disk', async () => {
    await checkout();
    const { stdout } = await run('grep', ['-rlF', TOKEN, folder]).catch(() => ({ stdout: '' }));
    expect(stdout).to.equal('');
    expect((await stat(path.join(folder, 'private'))).mode & 0o077).to.equal(0);
  });

  it('names a missing branch, and which of the two it is', async () => {
    const missing = (branch: string, base: string) =>
      repository.checkout({ branch, base }).then(
        () => '',
        (error) => `${error.code} ${error.what}`,
      );
    expect(await missing('feature/none', 'main')).to.match(/^BRANCH_MISSING.*"feature\/none"/);
    expect(await missing('feature/a', 'release')).to.match(/^BRANCH_MISSING.*"release"/);
  });

  it('fails clearly when the token is refused', async () => {
    token = 'ghp_wrong';
    const error = await checkout().then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).to.have.property('code', 'GIT_FAILED');
    expect(String(error)).to.not.include('ghp_wrong');
  });

  it('sees untracked, changed and deleted files and nested repositories, but not ignored ones', async () => {
    await checkout();
    await write('.gitignore', 'ignored.txt\n');
    await write('ignored.txt', 'x');
    await write('new file.txt', 'x');
    await write('README.md', 'changed');
    await rm(path.join(workspace, TASKS));
    await mkdir(path.join(workspace, 'nested'));
    await run('git', ['init', '-q', path.join(workspace, 'nested')]);
    expect(new Map((await changes()).map(({ path: file, kind }) => [file, kind]))).to.deep.equal(
      new Map([
        ['README.md', 'modified'],
        [TASKS, 'deleted'],
        ['.gitignore', 'added'],
        ['nested', 'nested-repository'],
        ['new file.txt', 'added'],
      ]),
    );
  });

  it('commits and pushes with identity, one-line trailers and contents of its own, and reads them back', async () => {
    const { head } = await checkout();
    await write('src.txt', 'work');
    await write(TASKS, 'spoilt');
    const id = await commit([[TASKS, '- [x] 1. Do it\n']]);
    expect(await repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
    expect(await readFile(path.join(workspace, TASKS), 'utf8')).to.equal('- [x] 1. Do it\n');
    const log = await run('git', ['-C', hosted.directory, 'log', '-1', '--format=%P%n%an <%ae>%n%B', 'feature/a']);
    expect(log.stdout.split('\n')).to.include.members([
      head,
      'Kiro Worker <bot@example.com>',
      'Kiro-Worker-Task: 1 Signed-off-by: nobody',
    ]);
    expect((await repository.commits()).at(-1)).to.deep.equal({
      id,
      trailers: new Map([['Kiro-Worker-Task', '1 Signed-off-by: nobody']]),
    });
    expect(await changes()).to.deep.equal([]);
    expect(await repository.changedFiles()).to.include.members(['src.txt', TASKS]);
    expect(await repository.diff()).to.include('+work');
  });

  it('puts configuration back from the base, tells when it was changed since, and never stages it', async () => {
    const { baseHead } = await checkout();
    const paths = ['.husky', '.kiro/hooks', '.mcp.json'];
    await repository.restore(baseHead, paths);
    expect(await readFile(path.join(workspace, '.husky/pre-commit'), 'utf8')).to.equal('echo base\n');
    expect(await repository.differences(baseHead, paths)).to.deep.equal([]);
    await write('.mcp.json', '{}');
    expect((await repository.differences(baseHead, paths)).map(({ path: file }) => file)).to.deep.equal(['.mcp.json']);
    await write('src.txt', 'work');
    const id = await commit([], paths);
    expect(new TextDecoder().decode((await repository.read(id, '.husky/pre-commit')) ?? undefined)).to.equal(
      'echo branch\n',
    );
    expect(await repository.read(id, '.mcp.json')).to.equal(null);
  });

  it('stops when somebody pushed meanwhile, says who, and overwrites nothing', async () => {
    await checkout();
    await write('src.txt', 'work');
    await commit();
    const author = { name: 'Robin', email: 'robin@example.com' };
    const theirs = await github.moveBranch(hosted, {
      branch: 'feature/a',
      files: { 'their.txt': 'x' },
      message: 'Mine',
      author,
    });
    expect(await repository.push('feature/a')).to.deep.equal({
      kind: 'moved',
      head: theirs,
      by: 'Robin <robin@example.com>',
    });
    const { stdout } = await run('git', ['-C', hosted.directory, 'rev-parse', 'feature/a']);
    expect(stdout.trim()).to.equal(theirs);
  });

  it('does not bring commits back that somebody took out of the branch', async () => {
    const { mergeBase } = await checkout();
    await write('src.txt', 'work');
    await commit();
    await run('git', ['-C', hosted.directory, 'update-ref', 'refs/heads/feature/a', mergeBase]);
    expect(await repository.push('feature/a')).to.include({ kind: 'moved', head: mergeBase });
  });

  it('does not make a deleted branch again', async () => {
    await checkout();
    await commit();
    await run('git', ['-C', hosted.directory, 'update-ref', '-d', 'refs/heads/feature/a']);
    expect(await repository.push('feature/a')).to.deep.equal({ kind: 'moved', head: null, by: null });
  });

  it('tells what the server said when it refuses a push', async () => {
    await checkout();
    await commit();
    hosted.protectedBranches.add('feature/a');
    const result = await repository.push('feature/a');
    expect(result).to.have.property('kind', 'refused');
    expect((result as { detail: string }).detail).to.include('GH006');
  });

  it('takes a push as done whose answer was lost', async () => {
    await checkout();
    await commit();
    github.faults.next({ git: 'receive-pack' }, { kind: 'dropAfterEffect' });
    expect(await repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
  });

  it('runs nothing that the workspace or the branch configures', async () => {
    const witness = path.join(folder, 'witness');
    const script = path.join(folder, 'evil.sh');
    await writeFile(script, `#!/bin/sh\ntouch ${witness}\n`);
    await chmod(script, 0o755);
    await github.moveBranch(hosted, {
      branch: 'feature/a',
      files: { '.gitattributes': '* filter=evil diff=evil merge=evil\n' },
    });
    const { baseHead } = await checkout();
    await repository.plantWorkspaceGit();
    for (const setting of [
      'core.fsmonitor',
      'core.sshCommand',
      'filter.evil.clean',
      'filter.evil.smudge',
      'diff.evil.textconv',
      'diff.external',
      'core.pager',
    ]) {
      await run('git', ['-C', workspace, 'config', setting, script]);
    }
    await mkdir(path.join(workspace, '.git/hooks'), { recursive: true });
    for (const hook of [
      'pre-commit',
      'post-commit',
      'pre-push',
      'post-checkout',
      'post-index-change',
      'reference-transaction',
    ]) {
      await symlink(script, path.join(workspace, '.git/hooks', hook));
    }
    await mkdir(path.join(workspace, 'nested'));
    await run('git', ['init', '-q', path.join(workspace, 'nested')]);
    await run('git', ['-C', path.join(workspace, 'nested'), 'config', 'core.fsmonitor', script]);
    await write('src.txt', 'work');
    await changes();
    await rm(path.join(workspace, 'nested'), { recursive: true });
    await repository.restore(baseHead, ['README.md']);
    await commit([[TASKS, '- [x] 1. Do it\n']]);
    await repository.diff();
    await repository.push('feature/a');
    await repository.discard();
    expect(await stat(witness).catch(() => null)).to.equal(null);
  });

  it('gives the workspace a .git of its own without the address of the remote', async () => {
    await checkout();
    await repository.plantWorkspaceGit();
    const { stdout } = await run('git', ['-C', workspace, 'log', '--format=%s', '-1']);
    expect(stdout.trim()).to.match(/\S/);
    expect((await run('git', ['-C', workspace, 'remote'])).stdout).to.equal('');
    expect(await changes()).to.deep.equal([]);
  });

  it('drops what is not committed', async () => {
    await checkout();
    await write('README.md', 'changed');
    await write('new.txt', 'x');
    await repository.discard();
    expect(await changes()).to.deep.equal([]);
  });
});
