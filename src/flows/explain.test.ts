import { expect } from 'chai';
import { expectError } from '../../test/support/expect-error.ts';
import { createFlowScene, type FlowScene } from '../../test/support/scenes/flow.ts';
import { parseProjectConfig } from '../core/config.ts';
import { WorkerError } from '../core/errors.ts';
import { AGENT_SERVICE, openBreaker } from '../core/lifecycle/breaker.ts';
import { explain } from './explain.ts';

describe('columns that the board does not have', () => {
  let scene: FlowScene;
  afterEach(() => scene.close());

  it('are named by explain when no card could ever be eligible', async () => {
    scene = createFlowScene();
    const board = { organization: 'octo', repository: 'app', projectNumber: 1, targetStatusColumn: 'Ready' };
    const config = parseProjectConfig(JSON.stringify(board), 'test');
    const { locks, clock } = scene.ports;
    const error = await expectError(explain({ config, github: scene.github, locks, clock }), 'BOARD_COLUMN_MISSING');
    expect(error.message).to.include('"Ready"').and.to.include('"For Implementation"');
  });

  it('are named by the poll when cards are to be moved there', async () => {
    scene = createFlowScene({ reviewColumn: 'In review' });
    await scene.poll();
    const [warning, ...others] = scene.ports.telemetry.lines.filter(({ level }) => level === 'warn');
    expect(others).to.deep.equal([]);
    expect(warning?.fields.problems).to.deep.equal([
      'The board has no column for reviewColumn "In review" (there is "In Review"); cards are not moved there.',
    ]);
  });
});

describe('a repository that has another name now', () => {
  let scene: FlowScene;
  afterEach(() => scene.close());

  it('is named where all cards belong to it by that name', async () => {
    scene = createFlowScene();
    const { board, branches } = scene.github;
    const read: typeof board.read = async (request) => {
      const snapshot = await board.read(request);
      const items = snapshot.items.map((item) => ({
        ...item,
        content: item.content && { ...item.content, repository: 'octo/newer' },
      }));
      return { ...snapshot, items };
    };
    const inspect: typeof branches.inspect = async (names) => {
      const { repository, ...rest } = await branches.inspect(names);
      return { ...rest, repository: { ...repository, nameWithOwner: 'octo/newer' } };
    };
    scene.github.board = { ...board, read };
    scene.github.branches = { ...branches, inspect };
    const config = parseProjectConfig('{"organization":"octo","repository":"app","projectNumber":1}', 'test');
    const { locks, clock } = scene.ports;
    const found = await explain({ config, github: scene.github, locks, clock });
    expect(found.cards.map(({ reason }) => reason)).to.deep.equal(['other-repository']);
    expect(found.board.problems.join()).to.include('octo/app is called octo/newer now');
  });
});

describe('a card that may start', () => {
  let scene: FlowScene;
  afterEach(() => scene.close());

  it('is skipped alone where GitHub answers oddly for its rules', async () => {
    scene = createFlowScene();
    const { branches } = scene.github;
    const odd = new WorkerError({
      code: 'GITHUB_ANSWER_INVALID',
      what: 'An unexpected shape:',
      problems: ['0.type: must be a string'],
      remedy: 'Report it.',
    });
    scene.github.branches = { ...branches, rules: () => Promise.reject(odd) };
    const { leftOut } = await scene.poll();
    expect(leftOut.map(({ reason }) => reason)).to.deep.equal(['unreadable']);
    expect(leftOut[0]?.detail).to.include('0.type: must be a string');
  });

  it('is explained with what it has used of its caps, and with what pauses starts', async () => {
    scene = createFlowScene();
    await scene.poll();
    scene.endBuild();
    await scene.reconcile();
    scene.nowMs += 86_400_000;
    const config = parseProjectConfig('{"organization":"octo","repository":"app","projectNumber":1}', 'test');
    const { locks, clock } = scene.ports;
    const details = async () =>
      (await explain({ config, github: scene.github, locks, clock })).cards.map(({ detail }) => detail);
    expect(await details()).to.deep.equal([
      'Number 1 in the queue, attempt 2; used so far: 1 of 20 builds, 0 of 600 minutes, 25 of 500 credits. ' +
        'Its build first finds the commands of the repository and runs them, before any credit is spent.',
    ]);
    const said = 'Kiro takes no requests: The request was throttled.';
    const evidence = { service: AGENT_SERVICE, cause: 'outage', said, key: null } as const;
    const after = openBreaker(null, { ...evidence, startedAtMs: scene.nowMs, nowMs: scene.nowMs });
    await locks.swapBreaker({ before: null, after });
    expect((await details())[0])
      .to.include('Starts are paused since')
      .and.include(said);
    expect(await scene.poll()).to.include({ outcome: 'paused-by-breaker' });

    scene.nowMs += 5 * 60_000;
    const polls = await Promise.all([scene.poll(), scene.poll()]);
    expect(polls.flatMap(({ started }) => started)).to.have.length(1);
  });
});
