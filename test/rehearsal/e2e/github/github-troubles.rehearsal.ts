import { expect } from 'chai';
import { systemClock } from '../../../../src/adapters/system-clock.ts';
import { SKIP_REASONS } from '../../../../src/core/cards/skip-reason.ts';
import { GIT_SERVICE } from '../../../../src/core/lifecycle/breaker.ts';
import { poll } from '../../../../src/flows/poll/poll.ts';
import { expectEnding } from '../../../support/expect-ending.ts';
import { expectError } from '../../../support/expect-error.ts';
import { PLACE, specFiles, TASKS } from '../../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

const COMPLETED = { kind: 'completed', column: 'In Review', tasks: ['1', '2'], words: /All required tasks/ } as const;
const CARDS = 250;
const ENDLESS = ['sleep 60'];

describe('a GitHub that is large or unwell', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it(`has ${CARDS} cards in the column on three pages: each is decided, with eight requests and four for all of them`, async () => {
    const numbers = Array.from({ length: CARDS - 1 }, (_, index) => index + 2);
    const nameOf = (n: number) => `feature/card-${n}`;
    const branches = numbers
      .filter((n) => n % 10 !== 0)
      .map((n) => ({ name: nameOf(n), files: specFiles(TASKS, `.kiro/specs/${nameOf(n)}`) }));
    system = await createTestSystem({ build: ENDLESS, branches });
    const { state } = system.github;
    const { repository, project } = system;
    for (const n of numbers) {
      const branch = nameOf(n);
      const content = state.addIssue({ repository, title: `Card ${n}`, author: 'robin' });
      state.addItem(project, { content, column: 'For Implementation', branch });
    }
    for (let n = 1; n <= 60; n++) state.addItem(project, { content: { title: `Old ${n}` }, column: 'Done' });
    const { ports, settings } = system.machine;
    system.github.requests.length = 0;
    const dry = await poll(ports, { ...settings, dryRun: true });
    expect(dry.ready).to.have.length(CARDS - 25);
    expect(dry.leftOut.map(({ reason }) => reason)).to.deep.equal(Array(25).fill('branch-missing'));
    expect(dry.requests).to.equal(Math.ceil(CARDS / 100) + Math.ceil(CARDS / 50));
    // Whether there are rulesets, two rights of the token, and the rules of their repository are asked once for all cards.
    expect(system.github.requests).to.have.length(dry.requests + 4);

    const real = await system.poll();
    expect(real.started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
    const decided = [...real.started, ...real.leftOut].map(({ itemId }) => itemId);
    expect(decided).to.have.length(CARDS);
    expect(new Set(decided).size).to.equal(CARDS);
    for (const { reason } of real.leftOut) expect(SKIP_REASONS).to.include(reason);
  });

  it('answers with 502 now and then, and the whole job is done all the same', async () => {
    system = await createTestSystem();
    const { faults } = system.github;
    for (const operation of ['ReadBoard', 'InspectBranches', 'LocateCard', 'MoveCard', 'FindComments', 'AddComment']) {
      faults.next({ operation }, { kind: 'http502' });
    }
    faults.next({ method: 'PATCH', path: /\/pulls\// }, { kind: 'http502' });
    faults.next({ path: /\/pulls\?/ }, { kind: 'http502' });
    await system.run();
    await expectEnding(system, COMPLETED);
    expect(faults.waiting).to.equal(0);
  });

  it('loses its answers after the effect, and nothing is done twice', async () => {
    system = await createTestSystem();
    const { faults } = system.github;
    for (const operation of ['MoveCard', 'AddComment', 'MarkReady']) {
      faults.next({ operation }, { kind: 'dropAfterEffect' });
    }
    faults.next({ method: 'PATCH', path: /\/pulls\// }, { kind: 'dropAfterEffect' });
    faults.next({ git: 'receive-pack', method: 'POST' }, { kind: 'dropAfterEffect' });
    await system.run();
    await expectEnding(system, COMPLETED);
    expect(faults.waiting).to.equal(0);
  });

  it('has a storm of 502s: the poll fails loudly, nothing is locked or started, the next one does it', async () => {
    system = await createTestSystem();
    system.github.faults.next({ times: 1000 }, { kind: 'http502' });
    const error = await expectError(system.poll(), 'GITHUB_FAILED');
    expect(error.message).to.include('502');
    expect(await system.machine.locks.list()).to.deep.equal([]);
    expect(await view.buildsOf(system)).to.deep.equal([]);
    system.github.faults.clear();
    await system.run();
    await expectEnding(system, COMPLETED);
  });

  it('has a storm of 502s from the last push on: what is pushed is kept, and later polls finish', async () => {
    system = await createTestSystem();
    const { faults } = system.github;
    const storm = { kind: 'before', run: () => faults.next({ times: 10_000 }, { kind: 'http502' }) } as const;
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, storm);
    await system.run();
    expect(await view.tasksDone(system)).to.deep.equal(['1', '2']);
    const released = await view.lockOf(system);
    expect(released).to.include({ status: 'released', lastOutcome: 'service-unavailable' });
    expect(released.pending?.surfaces).to.include('card');
    await expectError(system.poll(), 'GITHUB_FAILED');
    faults.clear();
    // Writes what could not be written; the git server, which did not answer either, is asked again some minutes later.
    expect(await system.poll()).to.include({ outcome: 'paused-by-breaker' });
    expect((await view.lockOf(system)).pending).to.equal(null);
    const clock = { ...systemClock, now: () => Date.now() + 8 * 60_000 };
    expect((await system.run({ clock })).started).to.have.length(1);
    await expectEnding(system, COMPLETED);
    expect(view.overlapping(await view.buildsOf(system))).to.deep.equal([]);
  });

  it('takes no pushes: one build meets it before its agent works, all others wait, and the first that is answered ends the pause', async () => {
    system = await createTestSystem();
    await system.addCard('Second');
    const { faults } = system.github;
    const breaker = () => system.machine.locks.getBreaker(GIT_SERVICE);
    faults.next({ git: 'receive-pack', times: 100_000 }, { kind: 'status', status: 503 });
    expect((await system.run()).started).to.have.length(1);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'service-unavailable', attempts: 0 });
    expect(await view.tasksDone(system)).to.deep.equal([]);
    expect(await breaker()).to.include({ isOpen: true, cause: 'outage' });
    const paused = await system.poll();
    expect(paused).to.include({ outcome: 'paused-by-breaker' });
    expect(paused.detail).to.match(/git server could not be used.*503/s);

    faults.clear();
    const clock = { ...systemClock, now: () => Date.now() + 8 * 60_000 };
    expect((await system.run({ clock })).started).to.have.length(1);
    expect((await breaker())?.isOpen).to.equal(false);
  });

  it('has used up the hourly budget: the poll says until when, and does not wait for an hour', async () => {
    system = await createTestSystem();
    const { faults } = system.github;
    faults.next({ operation: 'ReadBoard', times: 100 }, { kind: 'rateLimited', resetInSeconds: 3000 });
    const startedAtMs = Date.now();
    const error = await expectError(system.poll(), 'GITHUB_FAILED');
    expect(error.message).to.match(/hourly budget/);
    expect(Date.now() - startedAtMs).to.be.below(5000);
    expect(await system.machine.locks.list()).to.deep.equal([]);
  });

  it('asks to slow down for a second, and the poll does', async () => {
    system = await createTestSystem({ build: ENDLESS });
    system.github.faults.next({ operation: 'ReadBoard' }, { kind: 'secondaryLimit', retryAfterSeconds: 1 });
    const startedAtMs = Date.now();
    expect((await system.poll()).started).to.have.length(1);
    expect(Date.now() - startedAtMs).to.be.within(900, 8000);
  });

  it('leaves a hole in its data: that is a failure, not an empty board', async () => {
    system = await createTestSystem({ build: ENDLESS });
    system.github.faults.next({ operation: 'InspectBranches' }, { kind: 'partialData', path: ['repository'] });
    await expectError(system.poll(), 'GITHUB_FAILED');
    expect(await system.machine.locks.list()).to.deep.equal([]);
  });

  it('has a column with another name now: loud, with the names that are there', async () => {
    system = await createTestSystem();
    system.github.state.renameColumn(system.project, { from: 'For Implementation', to: 'Ready' });
    const error = await expectError(system.poll(), 'BOARD_COLUMN_MISSING');
    for (const column of ['For Implementation', 'Ready', 'In Progress', 'In Review'])
      expect(error.message).to.include(column);
  });

  it('has lost the column that cards go to at the end: the rest is published all the same', async () => {
    system = await createTestSystem();
    system.github.state.renameColumn(system.project, { from: 'In Review', to: 'Review' });
    await system.run();
    await expectEnding(system, { ...COMPLETED, column: 'In Progress' });
  });

  it('no longer takes the token: the poll says so, and a build that runs leaves the rest to the next poll', async () => {
    system = await createTestSystem();
    const { tokens, faults } = system.github;
    const revoke = { kind: 'before', run: () => tokens.clear() } as const;
    faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, revoke);
    await system.run();
    await expectError(system.poll(), 'SECRET_INVALID');
    tokens.add(system.secrets.token);
    await system.runUntil('completed', 3);
    await expectEnding(system, COMPLETED);
  });
});
