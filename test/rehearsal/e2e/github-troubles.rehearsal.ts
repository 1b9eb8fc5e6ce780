import { expect } from 'chai';
import { LEFT_OUT_REASONS } from '../../../src/core/left-out.ts';
import { poll } from '../../../src/flows/poll.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { expectError } from '../../support/expect-error.ts';
import { createWorld, type World } from '../../support/world.ts';
import { PLACE, specFiles, TASKS } from '../../support/world-repository.ts';
import * as see from '../../support/world-view.ts';

const COMPLETED = { kind: 'completed', column: 'In Review', tasks: ['1', '2'], words: /All required tasks/ } as const;
const CARDS = 250;
const ENDLESS = ['sleep 60'];

describe('a GitHub that is large or unwell', () => {
  let world: World;
  afterEach(() => world.close());

  it(`has ${CARDS} ready cards on three pages: each is decided, with eight requests`, async () => {
    const numbers = Array.from({ length: CARDS - 1 }, (_, index) => index + 2);
    const nameOf = (n: number) => `feature/card-${n}`;
    const branches = numbers
      .filter((n) => n % 10 !== 0)
      .map((n) => ({ name: nameOf(n), files: specFiles(TASKS, `.kiro/specs/${nameOf(n)}`) }));
    world = await createWorld({ build: ENDLESS, branches });
    const { state } = world.github;
    const { repository, project } = world;
    for (const n of numbers) {
      const branch = nameOf(n);
      const content = state.addIssue({ repository, title: `Card ${n}`, author: 'robin' });
      state.addItem(project, { content, column: 'For Implementation', branch });
    }
    for (let n = 1; n <= 60; n++) state.addItem(project, { content: { title: `Old ${n}` }, column: 'Done' });
    const { ports, settings } = world.machine;
    world.github.requests.length = 0;
    const dry = await poll(ports, { ...settings, dryRun: true });
    expect(dry.ready).to.have.length(CARDS - 25);
    expect(dry.leftOut.map(({ reason }) => reason)).to.deep.equal(Array(25).fill('branch-missing'));
    expect(dry.requests).to.equal(Math.ceil(CARDS / 100) + Math.ceil(CARDS / 50));
    expect(world.github.requests).to.have.length(dry.requests);

    const real = await world.poll();
    expect(real.started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
    const decided = [...real.started, ...real.leftOut].map(({ itemId }) => itemId);
    expect(decided).to.have.length(CARDS);
    expect(new Set(decided).size).to.equal(CARDS);
    for (const { reason } of real.leftOut) expect(LEFT_OUT_REASONS).to.include(reason);
  });

  it('answers with 502 now and then, and the whole job is done all the same', async () => {
    world = await createWorld();
    const { faults } = world.github;
    for (const operation of ['ReadBoard', 'InspectBranches', 'LocateCard', 'MoveCard', 'FindComments', 'AddComment']) {
      faults.next({ operation }, { kind: 'http502' });
    }
    faults.next({ method: 'PATCH', path: /\/pulls\// }, { kind: 'http502' });
    faults.next({ path: /\/pulls\?/ }, { kind: 'http502' });
    await world.run();
    await expectEnding(world, COMPLETED);
    expect(faults.waiting).to.equal(0);
  });

  it('loses its answers after the effect, and nothing is done twice', async () => {
    world = await createWorld();
    const { faults } = world.github;
    for (const operation of ['MoveCard', 'AddComment', 'MarkReady']) {
      faults.next({ operation }, { kind: 'dropAfterEffect' });
    }
    faults.next({ method: 'PATCH', path: /\/pulls\// }, { kind: 'dropAfterEffect' });
    faults.next({ git: 'receive-pack', method: 'POST' }, { kind: 'dropAfterEffect' });
    await world.run();
    await expectEnding(world, COMPLETED);
    expect(faults.waiting).to.equal(0);
  });

  it('has a storm of 502s: the poll fails loudly, nothing is locked or started, the next one does it', async () => {
    world = await createWorld();
    world.github.faults.next({ times: 1000 }, { kind: 'http502' });
    const error = await expectError(world.poll(), 'GITHUB_FAILED');
    expect(error.message).to.include('502');
    expect(await world.machine.locks.list()).to.deep.equal([]);
    expect(await see.buildsOf(world)).to.deep.equal([]);
    world.github.faults.clear();
    await world.run();
    await expectEnding(world, COMPLETED);
  });

  it('has a storm of 502s from the last push on: what is pushed is kept, and the next polls finish', async () => {
    world = await createWorld();
    const { faults } = world.github;
    const storm = { kind: 'before', run: () => faults.next({ times: 10_000 }, { kind: 'http502' }) } as const;
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, storm);
    await world.run();
    expect(await see.tasksDone(world)).to.deep.equal(['1', '2']);
    expect((await see.lockOf(world)).status).to.equal('held');
    await expectError(world.poll(), 'GITHUB_FAILED');
    faults.clear();
    await world.runUntil('completed', 3);
    await expectEnding(world, COMPLETED);
    expect(see.overlapping(await see.buildsOf(world))).to.deep.equal([]);
  });

  it('has used up the hourly budget: the poll says until when, and does not wait for an hour', async () => {
    world = await createWorld();
    const { faults } = world.github;
    faults.next({ operation: 'ReadBoard', times: 100 }, { kind: 'rateLimited', resetInSeconds: 3000 });
    const startedAtMs = Date.now();
    const error = await expectError(world.poll(), 'GITHUB_FAILED');
    expect(error.message).to.match(/hourly budget/);
    expect(Date.now() - startedAtMs).to.be.below(5000);
    expect(await world.machine.locks.list()).to.deep.equal([]);
  });

  it('asks to slow down for a second, and the poll does', async () => {
    world = await createWorld({ build: ENDLESS });
    world.github.faults.next({ operation: 'ReadBoard' }, { kind: 'secondaryLimit', retryAfterSeconds: 1 });
    const startedAtMs = Date.now();
    expect((await world.poll()).started).to.have.length(1);
    expect(Date.now() - startedAtMs).to.be.within(900, 8000);
  });

  it('leaves a hole in its data: that is a failure, not an empty board', async () => {
    world = await createWorld({ build: ENDLESS });
    world.github.faults.next({ operation: 'InspectBranches' }, { kind: 'partialData', path: ['repository'] });
    await expectError(world.poll(), 'GITHUB_FAILED');
    expect(await world.machine.locks.list()).to.deep.equal([]);
  });

  it('has a column with another name now: loud, with the names that are there', async () => {
    world = await createWorld();
    world.github.state.renameColumn(world.project, { from: 'For Implementation', to: 'Ready' });
    const error = await expectError(world.poll(), 'BOARD_COLUMN_MISSING');
    for (const column of ['For Implementation', 'Ready', 'In Progress', 'In Review'])
      expect(error.message).to.include(column);
  });

  it('has lost the column that cards go to at the end: the rest is told all the same', async () => {
    world = await createWorld();
    world.github.state.renameColumn(world.project, { from: 'In Review', to: 'Review' });
    await world.run();
    await expectEnding(world, { ...COMPLETED, column: 'In Progress' });
  });

  it('no longer takes the token: the poll says so, and a build that runs leaves the rest to the next poll', async () => {
    world = await createWorld();
    const { tokens, faults } = world.github;
    const revoke = { kind: 'before', run: () => tokens.clear() } as const;
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, revoke);
    await world.run();
    await expectError(world.poll(), 'SECRET_INVALID');
    tokens.add(world.secrets.token);
    await world.runUntil('completed', 3);
    await expectEnding(world, COMPLETED);
  });
});
