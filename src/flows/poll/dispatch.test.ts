import { expect } from 'chai';
import { BRANCH, createFlowScene, type FlowScene, TARGET } from '../../../test/support/scenes/flow.ts';
import { AGENT_SERVICE, openBreaker } from '../../core/lifecycle/breaker.ts';
import type { BuildService } from '../../core/ports/builds.ts';

describe('starting a build', () => {
  let scene: FlowScene;
  afterEach(() => scene.close());

  /** The service starts the build, and then something happens before the poll gets its answer. */
  const startThen = (act: () => Promise<void> | void): { builds: BuildService } => {
    const { builds } = scene.ports;
    return {
      builds: {
        ...builds,
        async start(request) {
          const result = await builds.start(request);
          await act();
          return result;
        },
      },
    };
  };

  it('shows the card in progress while the build runs', async () => {
    scene = createFlowScene();
    expect((await scene.poll()).outcome).to.equal('started');
    expect(scene.column).to.equal('In Progress');
  });

  it('does not move the card of a build that has published its outcome already', async () => {
    scene = createFlowScene();
    await scene.poll(
      startThen(async () => {
        const row = await scene.lock();
        if (row === null) throw new Error('there is no lock');
        await scene.ports.locks.release({ ...row, outcome: 'partial', head: null, nowMs: 0, nextEligibleAtMs: 0 });
      }),
    );
    expect(scene.column).to.equal(TARGET);
  });

  it('starts it although the card cannot be moved, and says so', async () => {
    scene = createFlowScene();
    const { board } = scene.github;
    scene.github.board = { ...board, move: () => Promise.reject(new Error('no right to boards')) };
    expect((await scene.poll()).started).to.have.length(1);
    expect(await scene.lock()).to.include({ status: 'held', attempts: 1 });
    expect(scene.ports.telemetry.lines.map(({ message }) => message).join()).to.include('could not be moved');
  });

  it('leaves the card where a person has put it meanwhile', async () => {
    scene = createFlowScene();
    await scene.poll(
      startThen(() => {
        scene.column = 'Backlog';
      }),
    );
    expect(scene.column).to.equal('Backlog');
  });

  it('lets the one build that tries a paused service go with the next poll, where there was no room for it', async () => {
    scene = createFlowScene();
    const { locks, builds } = scene.ports;
    const met = { service: AGENT_SERVICE, cause: 'outage', said: 'No.', key: null } as const;
    const opened = openBreaker(null, { ...met, startedAtMs: scene.nowMs, nowMs: scene.nowMs });
    await locks.swapBreaker({ before: null, after: opened });
    scene.nowMs = opened.nextTryAtMs;
    const start: BuildService['start'] = async () => ({ kind: 'at-capacity', detail: 'The account is full.' });
    expect((await scene.poll({ builds: { ...builds, start } })).outcome).to.equal('at-capacity');
    expect((await scene.poll()).outcome).to.equal('started');
    scene.endBuild('FAILED');
    await scene.reconcile();
    Object.assign(scene, { column: TARGET, nowMs: scene.nowMs + 20 * 60_000 });
    expect((await scene.poll()).leftOut.map(({ reason }) => reason)).to.deep.equal(['service-paused']);
  });

  it('asks for the rules of a card that comes in the place of one whose lock was lost', async () => {
    scene = createFlowScene();
    const { board, branches } = scene.github;
    const { locks } = scene.ports;
    scene.github.board = {
      ...board,
      async read(request) {
        const { items, ...read } = await board.read(request);
        const others = ['feature/second', 'feature/third'].map((branchField, at) =>
          items.map((item) => ({ ...item, id: branchField, title: branchField, branchField, position: at + 1 })),
        );
        return { ...read, items: [...items, ...others.flat()] };
      },
    };
    const asked: string[] = [];
    scene.github.branches = {
      ...branches,
      async rules(branch) {
        asked.push(branch);
        return branch === 'feature/second' ? [{ kind: 'signatures', source: 'the ruleset "Signed"' }] : [];
      },
    };
    const acquire: typeof locks.acquire = async (request) =>
      request.branch === BRANCH ? { kind: 'refused', row: null } : locks.acquire(request);
    const { started, leftOut } = await scene.poll({ locks: { ...locks, acquire } });
    expect(started.map(({ branch }) => branch)).to.deep.equal(['feature/third']);
    expect(leftOut.map(({ branch, reason }) => [branch, reason])).to.deep.equal([
      [BRANCH, 'locked'],
      ['feature/second', 'protected-branch'],
    ]);
    expect(asked).to.deep.equal([BRANCH, 'feature/second', 'feature/third']);
  });
});
