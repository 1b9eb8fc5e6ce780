import { expect } from 'chai';
import { BRANCH, createFlowScene, type FlowScene, TARGET } from '../../../test/support/scenes/flow.ts';
import { WorkerError } from '../../core/errors.ts';
import { lockKey } from '../../core/lock.ts';

const HOUR_MS = 3_600_000;
const refused = () => new WorkerError({ code: 'SECRET_INVALID', what: 'The token has expired.', remedy: 'Renew it.' });

describe('closing the lock of a build that ended', () => {
  let scene: FlowScene;
  afterEach(() => scene.close());

  /** Starts a build, lets it push (or not), kills it, and returns the attempt that it was; null when none was started. */
  const killedBuild = async (head = scene.head): Promise<number | null> => {
    const { started } = await scene.poll();
    if (head !== scene.head) scene.headCommit = { isByPerson: false, buildId: started[0]?.buildId ?? null };
    scene.head = head;
    scene.endBuild();
    await scene.reconcile();
    scene.nowMs += 24 * HOUR_MS;
    return started[0]?.attempt ?? null;
  };

  it('starts attempts over after progress, and counts them up to the limit without any', async () => {
    scene = createFlowScene({ maxAttempts: 3 });
    expect(await killedBuild()).to.equal(1);
    expect(await killedBuild('b'.repeat(40))).to.equal(2);
    const later = [await killedBuild(), await killedBuild(), await killedBuild(), await killedBuild()];
    expect(later).to.deep.equal([1, 2, 3, null]);
  });

  it('takes a build that was killed at its time limit for a partial run once it had pushed a task, at the last attempt too', async () => {
    scene = createFlowScene({ maxAttempts: 1, failedColumn: 'Backlog' });
    const { started } = await scene.poll();
    Object.assign(scene, { head: 'b'.repeat(40), headCommit: { isByPerson: false, buildId: started[0]?.buildId } });
    scene.endBuild('TIMED_OUT');
    expect((await scene.reconcile()).map(({ outcome }) => outcome)).to.deep.equal(['partial']);
    expect(scene.column).to.equal(TARGET);
    expect(scene.comments.at(-1)).to.include('the next build goes on');
    expect((await scene.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    // This one has pushed nothing.
    scene.endBuild('TIMED_OUT');
    expect((await scene.reconcile()).map(({ outcome }) => outcome)).to.deep.equal(['time-limit']);
    expect(scene.column).to.equal('Backlog');
  });

  it('counts the run of a killed build as failed, once, and one that a person stopped as neither', async () => {
    scene = createFlowScene({ failedColumn: 'Backlog' });
    const { counts } = scene.ports.telemetry;
    Object.assign(scene.ports.clock, { now: () => ++scene.nowMs });
    const endings = [];
    for (const status of ['FAILED', 'STOPPED', 'TIMED_OUT'] as const) {
      scene.column = TARGET;
      await scene.poll();
      scene.endBuild(status);
      endings.push(...(await Promise.all([scene.reconcile(), scene.reconcile()])).flat().map(({ outcome }) => outcome));
      scene.nowMs += 24 * HOUR_MS;
    }
    expect(endings).to.deep.equal(['internal-error', 'cancelled', 'time-limit']);
    expect([counts.get('RunsFailed'), counts.get('RunsCompleted')]).to.deep.equal([2, undefined]);
  });

  it('keeps what the last run left when a build was asked for in vain', async () => {
    scene = createFlowScene();
    await killedBuild();
    const { builds } = scene.ports;
    const lost = () => Promise.reject(new WorkerError({ code: 'BUILD_SERVICE_FAILED', what: 'No.', remedy: '-' }));
    await scene.poll({ builds: { ...builds, start: lost } }).catch(() => undefined);
    expect(await scene.lock()).to.include({ status: 'held', buildId: null });
    scene.nowMs += HOUR_MS;
    expect((await scene.reconcile()).map(({ action }) => action)).to.deep.equal(['start-given-up']);
    expect(await scene.lock()).to.include({ status: 'released', attempts: 1, lastOutcome: 'internal-error' });
  });

  for (const jumpMs of [400 * 24 * HOUR_MS, -400 * 24 * HOUR_MS]) {
    it(`survives a clock that jumps by ${jumpMs / HOUR_MS} hours: no running build is touched, and no lock is held for ever`, async () => {
      scene = createFlowScene();
      await scene.poll();
      const running = await scene.lock();
      scene.nowMs += jumpMs;
      expect((await scene.poll()).started).to.deep.equal([]);
      expect(await scene.lock()).to.deep.equal(running);
      scene.endBuild();
      expect((await scene.reconcile()).map(({ action }) => action)).to.deep.equal(['closed']);
      scene.nowMs -= jumpMs;
      expect((await scene.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([2]);

      const { builds } = scene.ports;
      scene.nowMs += jumpMs;
      const forgetful = { ...builds, get: async () => [], find: async () => null };
      expect((await scene.poll({ builds: forgetful })).reconciled.map(({ action }) => action)).to.deep.equal([
        'closed',
      ]);
    });
  }

  it('keeps the lock as long as GitHub cannot be read, an hour past its lease at most', async () => {
    scene = createFlowScene();
    await scene.poll();
    scene.endBuild();
    const { pullRequests, board } = scene.github;
    scene.github.pullRequests = { ...pullRequests, find: () => Promise.reject(refused()) };
    scene.github.board = { ...board, getColumn: () => Promise.reject(refused()) };
    expect(await scene.reconcile().catch(({ code }) => code)).to.equal('SECRET_INVALID');
    expect(await scene.lock()).to.include({ status: 'held' });
    scene.nowMs += 100 * HOUR_MS;
    await scene.reconcile();
    const released = await scene.lock();
    expect(released).to.include({ status: 'released', lastOutcome: 'internal-error' });
    expect(released?.pending?.surfaces).to.deep.equal(['section', 'card']);
    Object.assign(scene.github, { pullRequests, board });
    await scene.poll();
    expect(scene.column).to.equal(TARGET);
  });

  it('publishes an outcome on the card when the branch has several pull requests meanwhile', async () => {
    scene = createFlowScene();
    await scene.poll();
    scene.endBuild();
    const what = 'The branch has several open pull requests: #1 and #2.';
    const find = () => Promise.reject(new WorkerError({ code: 'PULL_REQUEST_AMBIGUOUS', what, remedy: 'Close one.' }));
    scene.github.pullRequests = { ...scene.github.pullRequests, find };
    await scene.reconcile();
    expect(scene.comments).to.have.length(1);
    expect(scene.comments[0]).to.include('several open pull requests');
    expect(await scene.lock()).to.include({ status: 'released' });
  });

  it('is done by one of two that are at it: the second stops at its next write', async () => {
    scene = createFlowScene();
    await scene.poll();
    scene.endBuild();
    const { pullRequests } = scene.github;
    let first = true;
    scene.github.pullRequests = {
      ...pullRequests,
      async find(branch) {
        if (first) {
          first = false;
          await scene.reconcile();
        }
        return pullRequests.find(branch);
      },
    };
    expect(await scene.reconcile()).to.deep.equal([]);
    expect(scene.comments).to.have.length(1);
  });

  it('takes a build for gone only when a second look, in the other way, does not find it either', async () => {
    scene = createFlowScene();
    await scene.poll();
    scene.nowMs += HOUR_MS;
    const { builds, clock } = scene.ports;
    let looks = 0;
    const waits: number[] = [];
    const over = {
      builds: { ...builds, get: async (ids: readonly string[]) => (++looks > 1 ? builds.get(ids) : []) },
      clock: { ...clock, sleep: async (ms: number) => void waits.push(ms) },
    };
    expect((await scene.poll(over)).reconciled.map(({ action }) => action)).to.deep.equal(['beyond-lease']);
    expect(waits).to.deep.equal([5_000]);
    expect(await scene.lock()).to.include({ status: 'held' });
    const findsByToken = { builds: { ...builds, get: async () => [] } };
    expect((await scene.poll(findsByToken)).reconciled.map(({ action }) => action)).to.deep.equal(['beyond-lease']);
    const gone = { builds: { ...builds, get: async () => [], find: async () => null } };
    expect((await scene.poll(gone)).reconciled.map(({ action }) => action)).to.deep.equal(['closed']);
  });

  it('takes a start for given up only when a second look does not find its build either', async () => {
    scene = createFlowScene();
    const { builds } = scene.ports;
    const lost = () => new WorkerError({ code: 'BUILD_SERVICE_FAILED', what: 'No.', remedy: '-' });
    const start: typeof builds.start = async (request) => {
      await builds.start(request);
      throw lost();
    };
    await scene.poll({ builds: { ...builds, start, find: () => Promise.reject(lost()) } }).catch(() => undefined);
    expect(await scene.lock()).to.include({ status: 'held', buildId: null });
    scene.nowMs += HOUR_MS;
    let looks = 0;
    const find: typeof builds.find = async (token) => (++looks > 1 ? builds.find(token) : null);
    const { reconciled, started } = await scene.poll({ builds: { ...builds, find } });
    expect(reconciled.map(({ action }) => action)).to.deep.equal(['build-found']);
    expect(started).to.deep.equal([]);
    expect(await scene.lock()).to.include({ status: 'held', buildId: 'project:1', attempts: 1 });
  });

  /** Ends the newest build in the queue: no machine was ever there for it. */
  const endInQueue = () => {
    scene.endBuild('TIMED_OUT');
    for (const [id, build] of scene.builds) scene.builds.set(id, { ...build, neverBegan: true });
  };

  it('gives a build back that ended in the queue: no attempt, nothing charged, and the card has its turn again', async () => {
    scene = createFlowScene({ retryBackoffMinutes: 0 });
    await scene.poll();
    endInQueue();
    const result = await scene.poll();
    expect(result.reconciled).to.deep.include.members([
      { lockKey: 'octo/app#feature/slug', buildId: 'project:1', action: 'start-given-up', outcome: null },
    ]);
    expect(result.started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(scene.comments).to.deep.equal([]);
    expect(await scene.ports.locks.getLedgers([lockKey('octo/app', BRANCH)])).to.deep.equal([]);
  });

  for (const [by, outcome] of [
    ['service', 'service-unavailable'],
    ['set-up', 'setup-incomplete'],
  ] as const) {
    it(`holds a build whose commands never ran against no card, and says why (${by})`, async () => {
      scene = createFlowScene();
      await scene.poll();
      scene.endBuild('FAILED');
      const notRun = { by, said: 'DOWNLOAD_SOURCE: access denied' };
      for (const [id, build] of scene.builds) scene.builds.set(id, { ...build, notRun });
      expect((await scene.reconcile()).map((row) => row.outcome)).to.deep.equal([outcome]);
      expect(await scene.lock()).to.include({ attempts: 0, lastOutcome: outcome });
      expect(scene.column).to.equal(TARGET);
      expect(scene.comments.at(-1)).to.include('access denied');
      expect(
        (await scene.ports.locks.getLedgers([lockKey('octo/app', BRANCH)])).map(({ builds }) => builds),
      ).to.deep.equal([0]);
    });
  }

  it('lets builds that always end in the queue wait longer each time, up to an hour, and says so', async () => {
    scene = createFlowScene({ retryBackoffMinutes: 10 });
    const waits: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      expect((await scene.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
      endInQueue();
      const { leftOut } = await scene.poll();
      expect(leftOut).to.have.length(1);
      expect(leftOut[0]).to.include({ reason: 'backing-off' });
      expect(leftOut[0]?.detail).to.include('"service-unavailable"');
      const { nextEligibleAtMs = 0 } = (await scene.lock()) ?? {};
      waits.push((nextEligibleAtMs - scene.nowMs) / 60_000);
      scene.nowMs = nextEligibleAtMs;
    }
    expect(waits).to.deep.equal([10, 20, 40, 60, 60]);
  });

  for (const how of ['ended in the queue', 'could not be started'] as const) {
    it(`forgets no move of a person whose build ${how}, on a board without a column for failures`, async () => {
      scene = createFlowScene({ inProgressColumn: null, failedColumn: null, retryBackoffMinutes: 0 });
      await scene.poll();
      scene.endBuild('STOPPED');
      await scene.reconcile();
      scene.nowMs += HOUR_MS;
      expect((await scene.poll()).leftOut.map(({ reason }) => reason)).to.deep.equal(['needs-a-person']);
      scene.movedByPersonAtMs = scene.nowMs;
      const refuse = { ...scene.ports.builds, start: async () => ({ kind: 'at-capacity', detail: 'Full.' }) as const };
      await (how === 'ended in the queue' ? scene.poll() : scene.poll({ builds: refuse }));
      if (how === 'ended in the queue') endInQueue();
      scene.nowMs += HOUR_MS;
      expect((await scene.poll()).started).to.have.length(1);
    });
  }

  for (const code of ['GITHUB_FAILED', 'GITHUB_REFUSED'] as const) {
    it(`gives such a build back also while its card cannot be moved (${code})`, async () => {
      scene = createFlowScene();
      await scene.poll();
      endInQueue();
      const { board } = scene.github;
      const move = () => Promise.reject(new WorkerError({ code, what: 'No.', remedy: 'Help it.' }));
      scene.github.board = { ...board, move };
      expect((await scene.reconcile()).map(({ action }) => action)).to.deep.equal(['start-given-up']);
      const row = await scene.lock();
      expect(row).to.include({ status: 'released', attempts: 0 });
      expect(row?.pending?.surfaces ?? null).to.deep.equal(code === 'GITHUB_FAILED' ? ['card'] : null);
      scene.github.board = board;
      await scene.poll();
      expect((await scene.lock())?.pending).to.equal(null);
    });
  }

  it('leaves no card of a stopped build in progress', async () => {
    scene = createFlowScene({ failedColumn: 'Needs a person' });
    await scene.poll();
    scene.endBuild('STOPPED');
    await scene.reconcile();
    expect(await scene.lock()).to.include({ status: 'released', lastOutcome: 'cancelled' });
    expect(scene.column).to.equal('Needs a person');
  });

  it('closes the lock of a build one of whose variables nobody can read, with all the others', async () => {
    scene = createFlowScene();
    await scene.poll();
    scene.endBuild();
    for (const [id, build] of scene.builds) {
      scene.builds.set(id, { ...build, variables: { ...build.variables, SPEC_PATH: '/etc', LOCK_FENCE: '' } });
    }
    expect((await scene.reconcile()).map(({ action }) => action)).to.deep.equal(['closed']);
    // Where the comment belongs was readable.
    expect(scene.comments).to.have.length(1);
  });
});
