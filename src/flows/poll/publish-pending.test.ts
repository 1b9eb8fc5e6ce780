import { expect } from 'chai';
import { createFlowScene, type FlowScene, TARGET } from '../../../test/support/scenes/flow.ts';
import { type ErrorCode, WorkerError } from '../../core/errors.ts';
import type { GitHub } from '../../core/ports/github.ts';

const HOUR_MS = 3_600_000;
const failing = (code: ErrorCode, what = 'No.') => Promise.reject(new WorkerError({ code, what, remedy: 'Help it.' }));

describe('an outcome that could not be written everywhere', () => {
  let scene: FlowScene;
  let works: GitHub;
  afterEach(() => scene.close());

  const open = async (config = {}) => {
    scene = createFlowScene(config);
    await scene.poll();
    scene.endBuild();
    works = { ...scene.github };
  };
  const refuseComments = (code: ErrorCode, what?: string) => {
    scene.github.comments = { upsert: () => failing(code, what) };
  };
  const pending = async () => (await scene.lock())?.pending?.surfaces ?? null;
  /** A poll that may start nothing. */
  const pollOnly = () => scene.poll({ readRelease: async () => null }).catch(() => undefined);

  it('does not hold the card and the lock, and is written by the next poll', async () => {
    await open();
    refuseComments('GITHUB_FAILED');
    await scene.reconcile();
    expect(scene.column).to.equal(TARGET);
    expect(await scene.lock()).to.include({ status: 'released', lastOutcome: 'internal-error' });
    expect(await pending()).to.deep.equal(['comment']);
    Object.assign(scene.github, works);
    await scene.poll();
    expect(scene.comments).to.have.length(1);
    expect(scene.comments[0]).to.include('ended as FAILED');
    expect(await pending()).to.equal(null);
  });

  it('takes no capacity of builds, and is forgotten when the next build takes the lock', async () => {
    await open({ retryBackoffMinutes: 0 });
    refuseComments('GITHUB_FAILED');
    await scene.reconcile();
    const { started } = await scene.poll();
    expect(started).to.have.length(1);
    expect(await scene.lock()).to.include({ status: 'held', pending: null });
  });

  it('is given up at once where GitHub refuses it for good', async () => {
    await open();
    refuseComments('GITHUB_REFUSED', 'The conversation is locked.');
    await scene.reconcile();
    expect(scene.column).to.equal(TARGET);
    expect(await scene.lock()).to.include({ status: 'released', pending: null });
  });

  it('is given up after a day, but not while the token is refused', async () => {
    await open({ maxAttempts: 1 });
    const board = works.board;
    scene.github.board = { ...board, move: () => failing('SECRET_INVALID') };
    refuseComments('SECRET_INVALID');
    await scene.reconcile();
    scene.nowMs += 30 * HOUR_MS;
    await pollOnly();
    expect(await pending()).to.deep.equal(['comment', 'card']);
    scene.github.board = board;
    refuseComments('GITHUB_FAILED');
    await pollOnly();
    expect(scene.column).to.equal(TARGET);
    expect(await pending()).to.equal(null);
    expect(scene.ports.telemetry.lines.map(({ message }) => message).join('\n')).to.include('given up');
  });

  it('says in the comment why the card stays, and corrects that once it could be moved', async () => {
    await open();
    scene.github.board = { ...works.board, move: () => failing('GITHUB_FAILED', 'GitHub is tired.') };
    await scene.reconcile();
    expect(scene.comments.at(-1)).to.include('column could not be written yet: GitHub is tired.');
    expect(await pending()).to.deep.equal(['card']);
    Object.assign(scene.github, works);
    await pollOnly();
    expect(scene.column).to.equal(TARGET);
    expect(scene.comments.at(-1)).to.not.include('could not be written');
  });

  it('waits for a column that the board does not have, and says what helps', async () => {
    await open({ maxAttempts: 1 });
    scene.github.board = { ...works.board, move: async () => false as const };
    await scene.reconcile();
    expect(scene.comments.at(-1)).to.include('The board has no column').and.include('Add the column');
    expect(await pending()).to.deep.equal(['card']);
    await pollOnly();
    expect(await pending()).to.deep.equal(['card']);
    Object.assign(scene.github, works);
    await pollOnly();
    expect(scene.column).to.equal(TARGET);
    expect(await pending()).to.equal(null);
  });

  it('leaves a card where a person has put it since, and takes that for a wish to go on', async () => {
    scene = createFlowScene({ maxAttempts: 1, failedColumn: 'Backlog' });
    scene.movedByPersonAtMs = 500_000;
    await scene.poll();
    scene.endBuild();
    const { board } = scene.github;
    scene.github.board = { ...board, move: () => failing('GITHUB_FAILED') };
    await scene.reconcile();
    expect(await pending()).to.deep.equal(['card']);
    scene.github.board = board;
    scene.column = TARGET;
    scene.movedByPersonAtMs = 600_000;
    expect((await scene.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });

  it('takes no single look for the proof that the card is gone', async () => {
    await open();
    let looks = 0;
    const getColumn = async (item: string) => {
      looks += 1;
      return looks === 1 ? undefined : works.board.getColumn(item);
    };
    const findCard = () => failing('GITHUB_FAILED', 'The list has holes.');
    scene.github.board = { ...works.board, getColumn, findCard };
    await scene.reconcile();
    expect(await pending()).to.deep.equal(['card']);
    looks = 0;
    scene.github.board = { ...works.board, getColumn };
    await pollOnly();
    expect(scene.column).to.equal(TARGET);
    expect(await pending()).to.equal(null);
  });

  it('writes nothing any more once another build holds the lock', async () => {
    await open({ retryBackoffMinutes: 0 });
    refuseComments('GITHUB_FAILED');
    await scene.reconcile();
    Object.assign(scene.github, works);
    const row = await scene.lock();
    const { locks } = scene.ports;
    const late = { ...locks, listPending: async () => (row === null ? [] : [row]) };
    await scene.poll();
    const before = scene.comments.length;
    await scene.poll({ locks: late });
    expect(scene.comments).to.have.length(before);
  });

  it('goes into the pull request with what it showed', async () => {
    await open();
    const pullRequest = {
      id: 'PR',
      number: 3,
      url: 'https://github.test/3',
      isDraft: true,
      headRef: 'feature/slug',
      headRepository: 'octo/app',
      baseRef: 'main',
      title: 'Slugs',
      body: 'Words of a person.\n',
    };
    scene.pullRequest = pullRequest;
    const { pullRequests } = works;
    scene.github.pullRequests = { ...pullRequests, updateBody: () => failing('GITHUB_FAILED') };
    await scene.reconcile();
    expect(await pending()).to.deep.equal(['section']);
    scene.github.pullRequests = pullRequests;
    await pollOnly();
    expect(scene.pullRequest?.body).to.match(/^Words of a person\.\n\n<!-- kiro-worker:section/);
    expect(await pending()).to.equal(null);
  });
});
