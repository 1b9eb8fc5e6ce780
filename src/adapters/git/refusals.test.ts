import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';
import { createVirtualClock, type VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { PushRefusal } from '../../core/ports/repository.ts';
import type { Fault } from '../../fakes/github/faults.ts';
import { RULE_REFUSALS } from '../../fakes/github/git/refusals.ts';

const secrets = (count: number) =>
  Array.from({ length: count }, (_, index) => index + 1).flatMap((n) => [
    `Kind of secret number ${n} `,
    `path: src/config-${n}.js:34`,
    `unblock-secret/${n}`,
  ]);

describe('what the git server refuses for good', () => {
  let scene: GitScene;
  let clock: VirtualClock;
  beforeEach(async () => {
    clock = createVirtualClock();
    scene = await createGitScene({ clock });
    await scene.checkout();
    await scene.write('src.txt', 'work');
    await scene.commit();
  });
  afterEach(() => scene.close());

  const push = async (fault: Fault): Promise<PushRefusal> => {
    scene.github.faults.next({ git: 'receive-pack' }, fault);
    const result = await scene.repository.push('feature/a');
    if (result.kind !== 'refused') throw new Error(result.kind);
    expect(scene.github.faults.waiting, 'asked once').to.equal(0);
    expect(clock.sleptMs(), 'nothing was waited for').to.equal(0);
    return result;
  };

  const rules: ReadonlyArray<[name: string, fault: Fault, told: readonly string[], remedy: RegExp]> = [
    ['one secret', RULE_REFUSALS.pushProtection(1), ['GH013', 'PUSH PROTECTION', ...secrets(1)], /Take each secret/],
    ['five secrets', RULE_REFUSALS.pushProtection(5), ['GH013', 'PUSH PROTECTION', ...secrets(5)], /Take each secret/],
    ['signatures', RULE_REFUSALS.signatures(), ['GH013', 'verified signatures'], /rule on signatures/],
    ['a large file', RULE_REFUSALS.largeFile(), ['GH001', 'dist/model.bin'], /Git LFS/],
    ['a merge queue', RULE_REFUSALS.mergeQueue(), ['GH006', 'merge queue'], /merge queue/],
    ['the workflow scope', RULE_REFUSALS.workflowScope(), ['ci.yml', '`workflow` scope'], /workflow files/],
    ['a hook of the organisation', RULE_REFUSALS.organizationHook(), ['must name a ticket'], /what the rule says/],
    ['a hook that speaks of faults', RULE_REFUSALS.hookWithOddWords(), ['release notes'], /what the rule says/],
  ];
  for (const [name, fault, told, remedy] of telling(1, rules)) {
    it(`is a rule of the repository, told whole: ${name}`, async () => {
      const { because, detail, text, remedy: toDo } = await push(fault);
      expect(because).to.equal('rule');
      for (const words of told) {
        expect(detail).to.include(words);
        expect(text).to.include(words);
      }
      expect(detail.length).to.be.below(3000);
      expect(detail).to.not.match(/^remote:|failed to push some refs|^\s*$/m);
      expect(toDo).to.match(remedy);
    });
  }

  it('is a right that the token lacks, which a trial shows as well', async () => {
    scene.github.state.rights.contents = 'read';
    for (const ask of ['push', 'tryPush'] as const) {
      expect(await scene.repository[ask]('feature/a')).to.deep.include({ kind: 'refused', because: 'rights' });
    }
    expect(clock.sleptMs()).to.equal(0);
  });

  itInRehearsal('is not seen by a trial when it is a rule about what is pushed', async () => {
    scene.hosted.protectedBranches.add('feature/a');
    expect(await scene.repository.tryPush('feature/a')).to.deep.equal({ kind: 'pushed' });
    expect(await scene.repository.push('feature/a')).to.include({ kind: 'refused', because: 'rule' });
  });

  itInRehearsal('changes nothing when it is only tried, and sees a branch that moved', async () => {
    const before = (await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim();
    expect(await scene.repository.tryPush('feature/a')).to.deep.equal({ kind: 'pushed' });
    expect((await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim()).to.equal(before);
    const theirs = await scene.github.moveBranch(scene.hosted, { branch: 'feature/a', files: { 'their.txt': 'x' } });
    expect(await scene.repository.tryPush('feature/a')).to.include({ kind: 'moved', head: theirs });
  });

  const final: ReadonlyArray<[name: string, fault: Fault, code: string, words: RegExp]> = [
    ['a token that expired', { kind: 'unauthorized' }, 'SECRET_INVALID', /refused the credentials/],
    ['a repository that is not there', { kind: 'status', status: 404 }, 'SETUP_INCOMPLETE', /no such repository/],
    ['a repository that it may not read', { kind: 'status', status: 403 }, 'SETUP_INCOMPLETE', /for good/],
    [
      'a repository that was renamed',
      { kind: 'status', status: 301, headers: { location: '/octo/app-new.git/info/refs?service=git-upload-pack' } },
      'REPOSITORY_MOVED',
      /renamed or moved to octo\/app-new.*Correct "repository"/s,
    ],
  ];
  for (const [name, fault, code, words] of telling(1, final)) {
    it(`is named at a fetch and at a push: ${name}`, async () => {
      for (const work of [() => scene.checkout(), () => scene.repository.push('feature/a')]) {
        scene.github.faults.next({ times: 3 }, fault);
        const error = await work().catch((thrown: unknown) => thrown);
        scene.github.faults.clear();
        expect(error).to.include({ code }).and.to.have.property('message').that.matches(words);
      }
      expect(clock.sleptMs()).to.equal(0);
    });
  }

  itInRehearsal('is no redirect to another host: nobody is asked there', async () => {
    const location = 'https://evil.example/octo/app.git/info/refs?service=git-upload-pack';
    scene.github.faults.next({ git: 'upload-pack' }, { kind: 'status', status: 302, headers: { location } });
    const error = await scene.checkout().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'REPOSITORY_MOVED' });
    expect(String(error)).to.include('https://evil.example/octo/app');
  });
});

describe('a branch that the server does not list', () => {
  it('is missing only when a second look does not find it either', async () => {
    const clock = createVirtualClock();
    const scene = await createGitScene({ clock });
    try {
      const head = (await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim();
      await scene.onServer('update-ref', '-d', 'refs/heads/feature/a');
      const comesBack = () => scene.onServer('update-ref', 'refs/heads/feature/a', head);
      scene.github.faults.next(
        { git: 'upload-pack', skip: 6 },
        { kind: 'before', run: async () => void (await comesBack()) },
      );
      expect(await scene.checkout()).to.include({ head });
      expect(clock.sleptMs()).to.be.above(400);
      await scene.onServer('update-ref', '-d', 'refs/heads/feature/a');
      const error = await scene.checkout().catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 'BRANCH_MISSING' });
    } finally {
      await scene.close();
    }
  });
});

describe('a branch with a twin', () => {
  for (const twin of telling(1, ['refs/heads/refs/heads/feature/a', 'refs/tags/refs/heads/feature/a'])) {
    it(`called ${twin} is checked out by its full name; a push is refused before it is needed, and says why`, async () => {
      const scene = await createGitScene();
      try {
        const head = (await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim();
        await scene.onServer('update-ref', twin, 'refs/heads/main');
        const { repository } = scene;
        expect(await scene.checkout()).to.include({ head });
        const refusal = await repository.tryPush('feature/a');
        expect(refusal).to.include({ kind: 'refused', because: 'rule' });
        expect(refusal).to.have.property('remedy').that.includes(`--delete ${twin}`);
        await scene.write('src.txt', 'work');
        await scene.commit();
        expect(await repository.push('feature/a')).to.deep.equal(refusal);
        expect((await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim()).to.equal(head);
        await scene.onServer('update-ref', '-d', twin);
        expect(await repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
      } finally {
        await scene.close();
      }
    });
  }
});
