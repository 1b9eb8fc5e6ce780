import { expect } from 'chai';
import { WorkerError } from '../../src/core/errors.ts';
import { METRICS } from '../../src/core/names.ts';
import type { BuildService } from '../../src/core/ports.ts';
import { explain } from '../../src/flows/explain.ts';
import { poll } from '../../src/flows/poll.ts';
import { expectError } from '../support/expect-error.ts';
import { createWorld, type World, type WorldOptions } from '../support/world.ts';
import { PLACE } from '../support/world-repository.ts';
import * as see from '../support/world-view.ts';

/** Builds that last until they are stopped. */
const ENDLESS = ['sleep 600'];

describe('a poll over real parts', () => {
  let world: World;
  const open = async (options: WorldOptions = {}) => {
    world = await createWorld({ build: ENDLESS, ...options });
    return world.machine.builds;
  };
  afterEach(() => world.close());

  it('locks the first card in turn, starts its build and gives every other card its reason', async () => {
    await open();
    await world.addCard('Later');
    const urgent = await world.addCard('Urgent', { priority: 'High' });
    world.github.state.addItem(world.project, { content: { title: 'An idea' }, column: 'For Implementation' });
    const result = await world.poll();
    const [build] = await see.buildsOf(world);
    expect(result).to.include({ outcome: 'started', requests: 2 });
    expect(result.started).to.deep.equal([
      { itemId: urgent.id, title: 'Urgent', branch: 'feature/urgent', buildId: build?.id, attempt: 1 },
    ]);
    const reasons = result.leftOut.map(({ title, reason }) => [title, reason]);
    expect(reasons).to.have.deep.members([
      ['An idea', 'draft-issue'],
      [PLACE.card, 'at-capacity'],
      ['Later', 'at-capacity'],
    ]);
    const row = await see.lockOf(world, 'feature/urgent');
    expect(row).to.include({ status: 'held', buildId: build?.id, attempts: 1, workItemId: urgent.id });
    expect(build?.variables).to.include({
      BRANCH_NAME: 'feature/urgent',
      SPEC_PATH: '.kiro/specs/feature/urgent',
      WORK_ITEM_ID: urgent.id,
      LOCK_OWNER: row.owner,
      LOCK_FENCE: '1',
      ATTEMPT: '1',
    });
    expect(world.github.state.columnOf(urgent)).to.equal('In Progress');
    expect(see.columnOf(world)).to.equal('For Implementation');
    expect(world.telemetry.counts.get(METRICS.buildsStarted)).to.equal(1);
  });

  it('asks for the build when the answer to its start is lost, and starts no other', async () => {
    const builds = await open();
    const result = await world.poll({ builds: losing(builds) });
    const [build, ...others] = await see.buildsOf(world);
    expect(others).to.deep.equal([]);
    expect(result.started.map(({ buildId }) => buildId)).to.deep.equal([build?.id]);
    expect(await see.lockOf(world)).to.include({ buildId: build?.id, attempts: 1 });
  });

  it('keeps the lock of a build that cannot even be asked for, and finds it with the next poll', async () => {
    const builds = await open();
    const find = async () => Promise.reject(lost());
    await expectError(world.poll({ builds: { ...losing(builds), find } }), 'BUILD_SERVICE_FAILED');
    expect(await see.lockOf(world)).to.include({ status: 'held', buildId: null, attempts: 0 });
    const next = await world.poll();
    const [build, ...others] = await see.buildsOf(world);
    expect(others).to.deep.equal([]);
    expect(next.reconciled.map(({ action, buildId }) => [action, buildId])).to.deep.equal([['build-found', build?.id]]);
    expect(next.started).to.deep.equal([]);
    expect(await see.lockOf(world)).to.include({ buildId: build?.id, attempts: 1 });
  });

  it('gives a lock up whose build was never started, and counts no attempt', async () => {
    const builds = await open();
    const start = async () => Promise.reject(lost());
    await expectError(world.poll({ builds: { ...builds, start } }), 'BUILD_SERVICE_FAILED');
    expect((await world.poll()).reconciled).to.deep.equal([]);
    const later = { now: () => Date.now() + 3 * 60_000, sleep: async () => undefined };
    const result = await world.poll({ clock: later });
    expect(result.reconciled.map(({ action }) => action)).to.deep.equal(['start-given-up']);
    expect(result.started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(await see.lockOf(world)).to.include({ attempts: 1, fence: 2 });
  });

  it('takes the word of a build service that is full: no attempt, no lock, the next poll tries again', async () => {
    const builds = await open();
    const start: BuildService['start'] = async () => ({ kind: 'at-capacity', detail: 'The account is full.' });
    const result = await world.poll({ builds: { ...builds, start } });
    expect(result.outcome).to.equal('at-capacity');
    expect(await see.lockOf(world)).to.include({ status: 'released', attempts: 0 });
    expect(see.columnOf(world)).to.equal('For Implementation');
    expect((await world.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });

  it('lets exactly one of several polls at once start the build', async () => {
    await open({ config: { maxConcurrentBuilds: 4 } });
    const machines = [world.machine, await world.openMachine(), await world.openMachine(), await world.openMachine()];
    const results = await Promise.all(machines.map(({ ports, settings }) => poll(ports, settings)));
    expect(results.flatMap(({ started }) => started)).to.have.length(1);
    expect(await see.buildsOf(world)).to.have.length(1);
    expect(await see.lockOf(world)).to.include({ fence: 1, attempts: 1 });
  });

  it('waits out the back-off of a card, and lets other cards go first meanwhile', async () => {
    await open({ build: ['exit 1'], config: { retryBackoffMinutes: 10 } });
    await world.run();
    await world.addCard('Other');
    const result = await world.run();
    expect(result.reconciled.map(({ outcome }) => outcome)).to.deep.equal(['internal-error']);
    expect(result.started.map(({ title }) => title)).to.deep.equal(['Other']);
    const [waiting] = result.leftOut;
    expect(waiting).to.include({ title: PLACE.card, reason: 'backing-off' });
    const later = { now: () => Date.now() + 11 * 60_000, sleep: async () => undefined };
    expect((await world.poll({ clock: later })).started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
  });

  it('stops after the last attempt until somebody pushes', async () => {
    await open({ build: ['exit 1'], config: { maxAttempts: 2 } });
    await world.run();
    await world.run();
    const third = await world.run();
    expect(third.started).to.deep.equal([]);
    expect(see.columnOf(world)).to.equal('Needs a person');
    world.github.state.moveCard(world.item, 'For Implementation');
    expect((await world.poll()).leftOut.map(({ reason }) => reason)).to.deep.equal(['attempts-exhausted']);
    await world.github.moveBranch(world.repository, { branch: PLACE.branch, files: { 'NOTES.md': 'Try again.\n' } });
    expect((await world.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });

  it('is loud about a column that has another name now, and names those that are there', async () => {
    await open();
    world.github.state.renameColumn(world.project, { from: 'For Implementation', to: 'Ready' });
    const error = await expectError(world.poll(), 'BOARD_COLUMN_MISSING');
    expect(error.message).to.include('For Implementation').and.to.include('Ready').and.to.include('In Progress');
    expect(await world.machine.locks.list()).to.deep.equal([]);
  });

  it('calls what nobody has set up yet by its name, without failing', async () => {
    await open();
    const { ports } = world.machine;
    const untouched = '{"organization":"REPLACE_ME","repository":"REPLACE_ME","projectNumber":0}';
    const cases: [Partial<typeof ports>, RegExp][] = [
      [{ readConfig: async () => null }, /no project configuration/],
      [
        { readConfig: async () => ({ text: untouched, source: 'the parameter' }) },
        /the parameter has not been filled in/,
      ],
      [{ readRelease: async () => null }, /No worker release/],
      [
        { builds: { ...ports.builds, start: async () => ({ kind: 'not-set-up', detail: 'There is no project.' }) } },
        /There is no project/,
      ],
    ];
    for (const [part, words] of cases) {
      const result = await world.poll(part);
      expect(result.outcome, String(words)).to.equal('setup-incomplete');
      expect(result.detail).to.match(words);
    }
    expect(world.telemetry.counts.get(METRICS.pollSetupIncomplete)).to.equal(cases.length);
    expect(await see.buildsOf(world)).to.deep.equal([]);
    expect(await world.machine.locks.listHeld()).to.deep.equal([]);
  });

  it('writes nothing when it is dry, and says what explain says', async () => {
    await open();
    await world.addCard('Later');
    const { ports, settings, config } = world.machine;
    const dry = await poll(ports, { ...settings, dryRun: true });
    expect(dry.ready.map(({ title }) => title)).to.deep.equal([PLACE.card, 'Later']);
    const explained = await explain({ ...ports, config, github: ports.connectGitHub(config) });
    const ready = explained.cards.filter(({ decision }) => decision === 'ready');
    expect(ready.map(({ title }) => title)).to.deep.equal(dry.ready.map(({ title }) => title));
    const operations = new Set(world.github.requests.map(({ operation }) => operation));
    expect([...operations].sort()).to.deep.equal(['InspectBranches', 'ReadBoard']);
    expect(await world.machine.locks.list()).to.deep.equal([]);
  });
});

/** The build is started, but nobody hears of it. */
function losing(builds: BuildService): BuildService {
  return {
    ...builds,
    async start(request) {
      await builds.start(request);
      throw lost();
    },
  };
}

function lost(): WorkerError {
  return new WorkerError({ code: 'BUILD_SERVICE_FAILED', what: 'The connection was reset.', remedy: 'Ask again.' });
}
