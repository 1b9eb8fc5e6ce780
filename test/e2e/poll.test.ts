import { expect } from 'chai';
import { WorkerError } from '../../src/core/errors.ts';
import { METRICS } from '../../src/core/names.ts';
import type { BuildService } from '../../src/core/ports/builds.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import { explain } from '../../src/flows/explain.ts';
import { poll } from '../../src/flows/poll/poll.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectError } from '../support/expect-error.ts';
import { PLACE } from '../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

/** Builds that last until they are stopped. */
const ENDLESS = ['sleep 600'];

/** A clock that is so many minutes ahead. */
function clockAt(minutes: number): Clock {
  const now = () => Date.now() + minutes * 60_000;
  return { now, monotonicMs: () => performance.now(), sleep: async () => undefined };
}

describe('a poll over real parts', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions = {}) => {
    system = await createTestSystem({ build: ENDLESS, ...options });
    return system.machine.builds;
  };
  afterEach(() => system.close());

  it('locks the first card in turn, starts its build and gives every other card its reason', async () => {
    await open();
    await system.addCard('Later');
    const urgent = await system.addCard('Urgent', { priority: 'High' });
    system.github.state.addItem(system.project, { content: { title: 'An idea' }, column: 'For Implementation' });
    const result = await system.poll();
    const [build] = await view.buildsOf(system);
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
    const row = await view.lockOf(system, 'feature/urgent');
    expect(row).to.include({ status: 'held', buildId: build?.id, attempts: 1, workItemId: urgent.id });
    expect(build?.variables).to.include({
      BRANCH_NAME: 'feature/urgent',
      SPEC_PATH: '.kiro/specs/feature/urgent',
      WORK_ITEM_ID: urgent.id,
      LOCK_OWNER: row.owner,
      LOCK_FENCE: '1',
      ATTEMPT: '1',
    });
    expect(system.github.state.columnOf(urgent)).to.equal('In Progress');
    expect(view.columnOf(system)).to.equal('For Implementation');
    expect(system.telemetry.counts.get(METRICS.buildsStarted)).to.equal(1);
  });

  it('asks for the build when the answer to its start is lost, and starts no other', async () => {
    const builds = await open();
    const result = await system.poll({ builds: losing(builds) });
    const [build, ...others] = await view.buildsOf(system);
    expect(others).to.deep.equal([]);
    expect(result.started.map(({ buildId }) => buildId)).to.deep.equal([build?.id]);
    expect(await view.lockOf(system)).to.include({ buildId: build?.id, attempts: 1 });
  });

  it('keeps the lock of a build that cannot even be asked for, and finds it with the next poll', async () => {
    const builds = await open();
    const find = async () => Promise.reject(lost());
    await expectError(system.poll({ builds: { ...losing(builds), find } }), 'BUILD_SERVICE_FAILED');
    expect(await view.lockOf(system)).to.include({ status: 'held', buildId: null, attempts: 0 });
    const next = await system.poll();
    const [build, ...others] = await view.buildsOf(system);
    expect(others).to.deep.equal([]);
    expect(next.reconciled.map(({ action, buildId }) => [action, buildId])).to.deep.equal([['build-found', build?.id]]);
    expect(next.started).to.deep.equal([]);
    expect(await view.lockOf(system)).to.include({ buildId: build?.id, attempts: 1 });
  });

  itInRehearsal('gives a lock up whose build was never started, and counts no attempt', async () => {
    const builds = await open();
    const start = async () => Promise.reject(lost());
    await expectError(system.poll({ builds: { ...builds, start } }), 'BUILD_SERVICE_FAILED');
    expect((await system.poll()).reconciled).to.deep.equal([]);
    const later = {
      now: () => Date.now() + 3 * 60_000,
      monotonicMs: () => performance.now(),
      sleep: async () => undefined,
    };
    const result = await system.poll({ clock: later });
    expect(result.reconciled.map(({ action }) => action)).to.deep.equal(['start-given-up']);
    expect(result.started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(await view.lockOf(system)).to.include({ attempts: 1, fence: 2 });
  });

  it('takes the word of a build service that is full: no attempt, no lock, the next poll tries again', async () => {
    const builds = await open();
    const start: BuildService['start'] = async () => ({ kind: 'at-capacity', detail: 'The account is full.' });
    const result = await system.poll({ builds: { ...builds, start } });
    expect(result.outcome).to.equal('at-capacity');
    expect(await view.lockOf(system)).to.include({ status: 'released', attempts: 0 });
    expect(view.columnOf(system)).to.equal('For Implementation');
    expect((await system.poll()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });

  it('lets exactly one of several polls at once start the build', async () => {
    await open({ config: { maxConcurrentBuilds: 4 } });
    const machines = [
      system.machine,
      await system.openMachine(),
      await system.openMachine(),
      await system.openMachine(),
    ];
    const results = await Promise.all(machines.map(({ ports, settings }) => poll(ports, settings)));
    expect(results.flatMap(({ started }) => started)).to.have.length(1);
    expect(await view.buildsOf(system)).to.have.length(1);
    expect(await view.lockOf(system)).to.include({ fence: 1, attempts: 1 });
  });

  itInRehearsal('waits out the back-off of a card, and lets other cards go first meanwhile', async () => {
    await open({ build: ['exit 1'], config: { retryBackoffMinutes: 10 } });
    await system.run();
    await system.addCard('Other');
    const result = await system.run();
    expect(result.reconciled.map(({ outcome }) => outcome)).to.deep.equal(['internal-error']);
    expect(result.started.map(({ title }) => title)).to.deep.equal(['Other']);
    const [waiting] = result.leftOut;
    expect(waiting).to.include({ title: PLACE.card, reason: 'backing-off' });
    expect((await system.poll({ clock: clockAt(11) })).started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
  });

  it('stops after the last attempt until a person moves the card back, whatever our clock says', async () => {
    await open({ build: ['exit 1'], config: { maxAttempts: 2 } });
    const [slow, fast] = [clockAt(-10), clockAt(10)];
    await system.run({ clock: slow });
    await system.run({ clock: slow });
    const third = await system.run({ clock: slow });
    expect(third.started).to.deep.equal([]);
    expect(view.columnOf(system)).to.equal('Needs a person');
    const { state } = system.github;
    state.moveCardAs('triage[bot]', { item: system.item, column: 'For Implementation' });
    const { leftOut } = await system.poll({ clock: fast });
    expect(leftOut.map(({ reason }) => reason)).to.deep.equal(['attempts-exhausted']);
    state.moveCard(system.item, 'For Implementation');
    expect((await system.poll({ clock: slow })).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });

  it('is loud about a column that has another name now, and names those that are there', async () => {
    await open();
    system.github.state.renameColumn(system.project, { from: 'For Implementation', to: 'Ready' });
    const error = await expectError(system.poll(), 'BOARD_COLUMN_MISSING');
    expect(error.message).to.include('For Implementation').and.to.include('Ready').and.to.include('In Progress');
    expect(await system.machine.locks.list()).to.deep.equal([]);
  });

  it('calls what nobody has set up yet by its name, without failing', async () => {
    await open();
    const { ports } = system.machine;
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
      const result = await system.poll(part);
      expect(result.outcome, String(words)).to.equal('setup-incomplete');
      expect(result.detail).to.match(words);
    }
    expect(system.telemetry.counts.get(METRICS.pollSetupIncomplete)).to.equal(cases.length);
    expect(await view.buildsOf(system)).to.deep.equal([]);
    expect(await system.machine.locks.listHeld()).to.deep.equal([]);
  });

  it('starts nothing while it is paused, and says why', async () => {
    await open();
    const paused = { readPause: async () => ({ by: 'ana', since: null, reason: 'quota' }) };
    const result = await system.poll(paused);
    expect(result).to.include({ outcome: 'paused', detail: 'The poller is paused by ana: quota.' });
    expect(result.started).to.deep.equal([]);
    expect(await system.machine.locks.list()).to.deep.equal([]);
    expect((await system.poll()).started).to.have.length(1);
  });

  it('writes nothing when it is dry, and says what explain says', async () => {
    await open();
    await system.addCard('Later');
    const { ports, settings, config } = system.machine;
    const dry = await poll(ports, { ...settings, dryRun: true });
    expect(dry.ready.map(({ title }) => title)).to.deep.equal([PLACE.card, 'Later']);
    const explained = await explain({ ...ports, config, github: ports.connectGitHub(config) });
    const ready = explained.cards.filter(({ decision }) => decision === 'ready');
    expect(ready.map(({ title }) => title)).to.deep.equal(dry.ready.map(({ title }) => title));
    const calls = new Set(
      system.github.requests.map(({ operation, method, status }) => operation ?? `${method} ${status}`),
    );
    // Rules are read; what the token may write is asked without what it would write, which GitHub calls 422.
    expect([...calls].sort()).to.deep.equal(['GET 200', 'InspectBranches', 'POST 422', 'ReadBoard', 'ReadRulesFile']);
    expect(view.commentsOf(system)).to.deep.equal([]);
    expect(await system.machine.locks.list()).to.deep.equal([]);
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
