import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';
import { createVirtualClock, type VirtualClock } from '../../../test/support/virtual-clock.ts';
import { isWorkerError } from '../../core/errors.ts';
import type { Fault } from '../../fakes/github/faults.ts';
import { SERVER_REJECTIONS } from '../../fakes/github/git/refusals.ts';

const UNAVAILABLE: Fault = { kind: 'status', status: 503, body: 'Service Unavailable' };
const OTHERS: readonly Fault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
  { kind: 'reset' },
  { kind: 'cutBody', afterBytes: 10 },
];

/** One fault at each request, and every other fault at the last one. A command asks for the refs without its credentials, then with
 *  them, then for what it wants. */
const strikes = (requests: number): readonly (readonly [skip: number, fault: Fault])[] =>
  telling(1, [
    [0, { kind: 'dropAfterEffect' }],
    ...Array.from({ length: requests }, (_, nth) => [requests - 1 - nth, UNAVAILABLE] as const),
    ...OTHERS.map((fault) => [requests - 1, fault] as const),
  ]);

describe('faults of the git server that pass', () => {
  let scene: GitScene;
  let clock: VirtualClock;
  beforeEach(async () => {
    clock = createVirtualClock();
    scene = await createGitScene({ clock });
  });
  afterEach(() => scene.close());

  const commit = async () => {
    await scene.write('src.txt', `${Math.random()}`);
    const result = await scene.commit();
    if (result.kind !== 'committed') throw new Error(result.kind);
    return result.head;
  };
  const headOnServer = async () => (await scene.onServer('rev-parse', 'refs/heads/feature/a')).trim();
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => Promise.reject(new Error('nothing failed')),
      (error: unknown) => (isWorkerError(error) ? error : Promise.reject(error)),
    );

  it('are waited for, whichever request of a fetch they strike', async () => {
    const { faults } = scene.github;
    for (const [skip, fault] of strikes(4)) {
      faults.next({ git: 'upload-pack', skip }, fault);
      const { head } = await scene.checkout();
      expect(head, `${JSON.stringify(fault)} ${skip}`).to.equal(await headOnServer());
      // What was fetched already is not asked for again.
      await scene.onServer('update-ref', 'refs/heads/feature/a', await addCommit(head));
    }
    expect(faults.waiting).to.equal(0);
  });

  const addCommit = async (parent: string) =>
    (
      await scene.onServer(
        ...['-c', 'user.name=R', '-c', 'user.email=r@example.com'],
        ...['commit-tree', '-p', parent, '-m', 'More', `${parent}^{tree}`],
      )
    ).trim();

  it('are waited for, whichever request of a push they strike, and a push that had its effect is done', async () => {
    const { faults } = scene.github;
    await scene.checkout();
    for (const [skip, fault] of strikes(3)) {
      faults.next({ git: 'receive-pack', skip }, fault);
      const head = await commit();
      expect(await scene.repository.push('feature/a'), `${JSON.stringify(fault)} ${skip}`).to.deep.equal({
        kind: 'pushed',
      });
      expect(await headOnServer()).to.equal(head);
    }
    expect(faults.waiting).to.equal(0);
  });

  itInRehearsal('are also what follows a push: whether it was taken is asked until somebody answers', async () => {
    await scene.checkout();
    const head = await commit();
    // The look before the push is answered; those after it are not at first.
    scene.github.faults.next({ git: 'upload-pack', skip: 3, times: 4 }, UNAVAILABLE);
    expect(await scene.repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
    expect(await headOnServer()).to.equal(head);
    const pushes = scene.github.requests.filter(
      ({ path, method }) => path.includes('receive-pack') && method === 'POST',
    );
    expect(pushes).to.have.length(1);
  });

  for (const [name, rejection] of telling(1, Object.entries(SERVER_REJECTIONS))) {
    it(`come as a rejected ref: ${name}`, async () => {
      await scene.checkout();
      const head = await commit();
      scene.github.faults.next({ git: 'receive-pack', times: 2 }, rejection());
      expect(await scene.repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
      expect(await headOnServer()).to.equal(head);
    });
  }

  itInRehearsal('end after minutes, told as what they are', async () => {
    await scene.checkout();
    await commit();
    scene.github.faults.next({ git: 'receive-pack', times: 1000 }, UNAVAILABLE);
    const error = await failure(scene.repository.push('feature/a'));
    expect(error).to.include({ code: 'GIT_UNAVAILABLE', isPassing: true });
    expect(error.why).to.include('503');
    expect(error.message).to.match(/could not be used \(git push, 1\d attempts/);
    // Seconds of a server on this machine have 100 ms.
    expect(clock.sleptMs()).to.be.within(24_000, 30_000);
  });

  itInRehearsal(
    'show in a single question of its own, for fetches and for pushes; a refusal is an answer',
    async () => {
      await scene.checkout();
      const { faults } = scene.github;
      for (const git of ['upload-pack', 'receive-pack'] as const) {
        faults.next({ git }, UNAVAILABLE);
        const error = await failure(scene.repository.probe());
        expect(error).to.include({ code: 'GIT_UNAVAILABLE' });
        expect(error.what).to.include('1 attempt in');
        faults.next({ git }, { kind: 'status', status: 403 });
        await scene.repository.probe();
      }
      expect(clock.sleptMs()).to.equal(0);
    },
  );

  itInRehearsal('are not waited for when the server wants more time than there is, or when the run ends', async () => {
    await scene.checkout();
    await commit();
    const { faults } = scene.github;
    faults.next({ git: 'receive-pack' }, { kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    expect((await failure(scene.repository.push('feature/a'))).what).to.include('1 attempt');
    faults.next({ git: 'receive-pack', times: 1000 }, UNAVAILABLE);
    const signal = AbortSignal.abort();
    expect((await failure(scene.repository.push('feature/a', { signal }))).what).to.include('1 attempt');
    expect(clock.sleptMs()).to.equal(0);
  });

  itInRehearsal('are told from rights that are missing by what the limits of GitHub send along', async () => {
    await scene.checkout();
    const head = await commit();
    const limited: Fault = { kind: 'status', status: 403, headers: { 'retry-after': '30' }, body: 'Wait.' };
    scene.github.faults.next({ git: 'receive-pack' }, limited);
    expect(await scene.repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
    expect(await headOnServer()).to.equal(head);
    expect(clock.sleptMs()).to.equal(3000);
  });

  itInRehearsal('ask for the lock before each attempt', async () => {
    await scene.checkout();
    await commit();
    scene.github.faults.next({ git: 'receive-pack', times: 1000 }, UNAVAILABLE);
    let asked = 0;
    const confirm = async () => {
      asked += 1;
      if (asked === 3) throw new Error('the lock is lost');
    };
    const error = await scene.repository.push('feature/a', { confirm }).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('the lock is lost');
    expect(asked).to.equal(3);
  });
});

describe('a git server that does not answer', () => {
  itInRehearsal('is given up after a while and asked again', async () => {
    const scene = await createGitScene({ stallSeconds: 1, clock: createVirtualClock() });
    try {
      scene.github.faults.next({ git: 'upload-pack', skip: 2 }, { kind: 'hang' });
      expect((await scene.checkout()).head).to.match(/^[0-9a-f]{40}$/);
    } finally {
      await scene.close();
    }
  });
});
