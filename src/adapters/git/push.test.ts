import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { Repository as HostedRepository } from '../../fakes/github/model.ts';
import type { LocalGitHub } from '../../fakes/github/server.ts';

describe('a push', () => {
  let scene: GitScene;
  let github: LocalGitHub;
  let hosted: HostedRepository;
  let repository: Repository;

  beforeEach(async () => {
    scene = await createGitScene();
    ({ github, hosted, repository } = scene);
  });

  afterEach(() => scene.close());

  const commit = async () => {
    const result = await scene.commit();
    if (result.kind !== 'committed') throw new Error(result.kind);
    return result.head;
  };

  it('stops when somebody pushed meanwhile, says who, and overwrites nothing', async () => {
    await scene.checkout();
    await scene.write('src.txt', 'work');
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
    expect((await scene.onServer('rev-parse', 'feature/a')).trim()).to.equal(theirs);
  });

  itInRehearsal('does not bring commits back that somebody took out of the branch', async () => {
    const { mergeBase } = await scene.checkout();
    await scene.write('src.txt', 'work');
    await commit();
    await scene.onServer('update-ref', 'refs/heads/feature/a', mergeBase);
    expect(await repository.push('feature/a')).to.include({ kind: 'moved', head: mergeBase });
  });

  itInRehearsal('does not make a deleted branch again', async () => {
    await scene.checkout();
    await commit();
    await scene.onServer('update-ref', '-d', 'refs/heads/feature/a');
    expect(await repository.push('feature/a')).to.deep.equal({ kind: 'moved', head: null, by: null });
  });

  itInRehearsal('goes to the branch of the full name, not to one whose name ends in it', async () => {
    await scene.onServer('update-ref', 'refs/heads/a/refs/heads/feature/a', 'main');
    await scene.checkout();
    await scene.write('src.txt', 'work');
    const id = await commit();
    expect(await repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
    expect((await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim()).to.equal(id);
  });

  it('does not undo that somebody takes a commit out of the branch at the same time', async () => {
    const before = (await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim();
    await github.moveBranch(hosted, { branch: 'feature/a', files: { 'SECRET.md': 'oops\n' }, message: 'Oops\n' });
    await scene.checkout();
    await scene.write('src.txt', 'work');
    await commit();
    const takeOut = () => {
      execFileSync('git', ['--git-dir', hosted.directory, 'update-ref', 'refs/heads/feature/a', before]);
    };
    github.faults.next({ git: 'receive-pack', method: 'GET' }, { kind: 'before', run: takeOut });
    expect(await repository.push('feature/a')).to.include({ kind: 'moved', head: before });
    expect((await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim()).to.equal(before);
  });

  itInRehearsal('says what the server said when it refuses', async () => {
    await scene.checkout();
    await commit();
    hosted.protectedBranches.add('feature/a');
    const result = await repository.push('feature/a');
    expect(result).to.have.property('kind', 'refused');
    expect((result as { detail: string }).detail).to.include('GH006');
  });

  itInRehearsal('is done although its answer was lost', async () => {
    await scene.checkout();
    await commit();
    github.faults.next({ git: 'receive-pack' }, { kind: 'dropAfterEffect' });
    expect(await repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
  });
});
