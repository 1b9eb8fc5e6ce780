import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, type GitScene, TASKS, TOKEN } from '../../../test/support/scenes/git.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { Repository as HostedRepository } from '../../fakes/github/model.ts';
import type { LocalGitHub } from '../../fakes/github/server.ts';

const run = promisify(execFile);

describe('the git adapter against a real server', () => {
  let scene: GitScene;
  let folder: string;
  let github: LocalGitHub;
  let hosted: HostedRepository;
  let repository: Repository;
  let workspace: string;

  beforeEach(async () => {
    scene = await createGitScene({
      branchFiles: { '.husky/pre-commit': 'echo branch\n', '.kiro/hooks/x.json': '{}' },
    });
    ({ folder, github, hosted, repository, workspace } = scene);
  });

  afterEach(() => scene.close());

  const checkout = () => scene.checkout();
  const write = (file: string, text: string) => scene.write(file, text);
  const changes = async () => (await repository.stage()).changes;
  const commit = async (contents: [string, string][] = [], exclude: string[] = []) => {
    const result = await scene.commit({ contents, exclude });
    if (result.kind !== 'committed') throw new Error(result.kind);
    return result.head;
  };

  it('checks the exact head out, bytes as they are', async () => {
    const { head, mergeBase, rules } = await checkout();
    expect(head).to.match(/^[0-9a-f]{40}$/);
    expect(mergeBase).to.equal(rules.commit);
    expect(await readFile(path.join(workspace, 'README.md'), 'utf8')).to.equal('Hello\r\n');
    expect(await repository.list(head, '.kiro/specs/feature/a')).to.deep.equal(['tasks.md']);
    expect(await repository.list(head, '.kiro/specs/none')).to.equal(null);
    expect(await repository.read(head, 'nothing')).to.equal(null);
    expect((await repository.find(head, 'README.md'))?.kind).to.equal('file');
    expect((await repository.find(head, '.kiro/specs'))?.kind).to.equal('folder');
    expect(await repository.find(head, 'README.md/nothing')).to.equal(null);
  });

  itInRehearsal('takes nothing for missing that it cannot read', async () => {
    const { head } = await checkout();
    const blob = (await scene.onServer('rev-parse', `${head}:README.md`)).trim();
    const objects = path.join(folder, 'private/git/objects');
    await rm(path.join(objects, 'pack'), { recursive: true, force: true });
    await rm(path.join(objects, blob.slice(0, 2)), { recursive: true, force: true });
    const failed = (work: Promise<unknown>) =>
      work.then(
        () => 'answered',
        (error) => error.code,
      );
    expect(await failed(repository.read(head, 'README.md'))).to.equal('GIT_FAILED');
    expect(await failed(repository.read('0'.repeat(40), 'nothing'))).to.equal('GIT_FAILED');
    expect(await failed(repository.list('0'.repeat(40), 'nothing'))).to.equal('GIT_FAILED');
  });

  it('keeps the credential out of everything that lies on the disk', async () => {
    await checkout();
    const { stdout } = await run('grep', ['-rlF', TOKEN, folder]).catch(() => ({ stdout: '' }));
    expect(stdout).to.equal('');
    expect((await stat(path.join(folder, 'private'))).mode & 0o077).to.equal(0);
  });

  itInRehearsal('names a missing branch, and which of them it is', async () => {
    const missing = (branch: string, base: string, rulesBranch = base) =>
      repository.checkout({ branch, base, rulesBranch }).then(
        () => '',
        (error) => `${error.code} ${error.what}`,
      );
    expect(await missing('feature/none', 'main')).to.match(/^BRANCH_MISSING.*"feature\/none"/);
    expect(await missing('feature/a', 'release')).to.match(/^BRANCH_MISSING.*"release"/);
    expect(await missing('feature/a', 'main', 'trunk')).to.match(/^BRANCH_MISSING.*"trunk"/);
    await scene.onServer('update-ref', 'refs/heads/refs/heads/trunk', 'main');
    expect(await missing('feature/a', 'main', 'trunk')).to.match(/^BRANCH_MISSING.*"trunk"/);
  });

  itInRehearsal('fails clearly when the token is refused', async () => {
    scene.setToken('ghp_wrong');
    const error = await checkout().then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).to.have.property('code', 'SECRET_INVALID');
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
      parent: head,
      trailers: new Map([['Kiro-Worker-Task', '1 Signed-off-by: nobody']]),
    });
    expect(await changes()).to.deep.equal([]);
    expect(await repository.changedFiles()).to.include.members(['src.txt', TASKS]);
    expect(await repository.diff()).to.include('+work');
  });

  itInRehearsal(
    'puts configuration back from the base, reports when it was changed since, and never stages it',
    async () => {
      const { rules } = await checkout();
      const paths = ['.husky', '.kiro/hooks', '.mcp.json'];
      await repository.restore(rules.commit, paths);
      expect(await readFile(path.join(workspace, '.husky/pre-commit'), 'utf8')).to.equal('echo base\n');
      expect(await repository.differences(rules.commit, paths)).to.deep.equal([]);
      await write('.mcp.json', '{}');
      expect((await repository.differences(rules.commit, paths)).map(({ path: file }) => file)).to.deep.equal([
        '.mcp.json',
      ]);
      await write('src.txt', 'work');
      const id = await commit([], paths);
      expect(new TextDecoder().decode((await repository.read(id, '.husky/pre-commit')) ?? undefined)).to.equal(
        'echo branch\n',
      );
      expect(await repository.read(id, '.mcp.json')).to.equal(null);
    },
  );

  it('hands credentials to no other command than those that talk to the server, and never a work tree of others', async () => {
    const log = path.join(folder, 'commands');
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\nprintf '%s %s\\n' "\${KIRO_WORKER_GIT_PASSWORD:+with}" "$*" >> ${log}\nexec ${real} "$@"\n`;
    await mkdir(path.join(folder, 'bin'));
    await writeFile(path.join(folder, 'bin/git'), script, { mode: 0o755 });
    const usual = process.env.PATH;
    process.env.PATH = `${path.join(folder, 'bin')}:${usual}`;
    try {
      const { rules } = await checkout();
      await repository.resetWorkspaceGit();
      await write('src.txt', 'work');
      await repository.restore(rules.commit, ['.husky']);
      await commit([[TASKS, '- [x] 1. Do it\n']], ['.husky']);
      await repository.push('feature/a');
      await repository.discard();
      await repository.diff();
    } finally {
      process.env.PATH = usual;
    }
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    const trusted = lines.filter((line) => line.startsWith('with '));
    const names = trusted.map((line) => / (fetch|push|ls-remote) /.exec(line)?.[1]);
    expect(names).to.deep.equal(['fetch', 'ls-remote', 'push', 'ls-remote']);
    expect(lines.length).to.be.above(20);
    expect(lines.filter((line) => line.includes(`--work-tree ${path.join(folder, 'private')}/`))).to.not.deep.equal([]);
    expect(lines.filter((line) => line.includes(workspace))).to.deep.equal([]);
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
    const { rules } = await checkout();
    await repository.resetWorkspaceGit();
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
    await repository.restore(rules.commit, ['README.md']);
    await commit([[TASKS, '- [x] 1. Do it\n']]);
    await repository.diff();
    await repository.push('feature/a');
    await repository.discard();
    expect(await stat(witness).catch(() => null)).to.equal(null);
  });

  itInRehearsal('gives the workspace a .git of its own without the address of the remote', async () => {
    await checkout();
    await repository.resetWorkspaceGit();
    const { stdout } = await run('git', ['-C', workspace, 'log', '--format=%s', '-1']);
    expect(stdout.trim()).to.match(/\S/);
    expect((await run('git', ['-C', workspace, 'remote'])).stdout).to.equal('');
    const { stdout: grep } = await run('grep', ['-rlF', '127.0.0.1', path.join(workspace, '.git')]).catch((e) => e);
    expect(grep).to.equal('');
    // Nobody serves what is missing any more.
    await github.close();
    expect((await run('git', ['-C', workspace, 'log', '-p', '--format=%s'])).stdout).to.include('+echo branch');
    expect((await run('git', ['-C', workspace, 'blame', '.husky/pre-commit'])).stdout).to.include('echo branch');
    expect(await changes()).to.deep.equal([]);
  });

  itInRehearsal('drops what is not committed', async () => {
    await checkout();
    await write('README.md', 'changed');
    await write('new.txt', 'x');
    await repository.discard();
    expect(await changes()).to.deep.equal([]);
  });

  itInRehearsal('puts a fresh check-out of the head in the place of whatever the workspace holds', async () => {
    await checkout();
    await write('src/a.js', 'work');
    await write('.gitignore', 'ignored\n');
    const head = await commit();
    await write('ignored', 'x');
    await write('README.md', 'changed');
    await write('.git/hooks/post-checkout', 'x');
    await rm(path.join(workspace, '.husky'), { recursive: true });
    await symlink('/', path.join(workspace, '.husky'));
    expect(await repository.renew()).to.equal(head);
    expect((await readdir(workspace)).sort()).to.deep.equal(['.gitignore', '.husky', '.kiro', 'README.md', 'src']);
    expect(await readFile(path.join(workspace, 'README.md'), 'utf8')).to.equal('Hello\r\n');
    expect(await readFile(path.join(workspace, 'src/a.js'), 'utf8')).to.equal('work');
    expect(await changes()).to.deep.equal([]);
  });
});
