import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { UNTOUCHED_PROJECT_CONFIG } from '../../src/core/config.ts';
import { METRICS } from '../../src/core/names.ts';
import type { BuildService } from '../../src/core/ports/builds.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import { createLocalBuilds } from '../../src/local/builds/local-builds.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { releaseOf } from '../support/releases.ts';
import { PLACE } from '../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const ENDLESS = ['sleep 600'];
const minutesLater = (minutes: number): Clock => ({
  now: () => Date.now() + minutes * 60_000,
  monotonicMs: () => performance.now(),
  sleep: async () => undefined,
});

describe('reconciling over real parts', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions) => {
    system = await createTestSystem(options);
    return system;
  };
  afterEach(() => system.close());

  it('publishes the outcome of a build that could not do so itself, once', async () => {
    await open({ build: ['exit 1'], config: { maxAttempts: 1 } });
    const [started] = (await system.run()).started;
    const first = await system.poll();
    expect(first.reconciled.map(({ action, outcome }) => [action, outcome])).to.deep.equal([
      ['closed', 'internal-error'],
    ]);
    const head = await view.headOf(system);
    expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'internal-error', lastHead: head });
    expect(view.columnOf(system)).to.equal('Needs a person');
    expect(view.sectionOf(system)).to.deep.equal({ outcome: 'internal-error', head, buildId: started?.buildId });
    expect((await system.poll()).reconciled).to.deep.equal([]);
    const [comment, ...others] = view.commentsOf(system);
    expect(others).to.deep.equal([]);
    expect(comment?.body)
      .to.match(/ended as FAILED/)
      .and.to.match(/attempt 1 of 1; there is no further automatic attempt/);
  });

  itInRehearsal('takes a build that a person stopped for cancelled', async () => {
    await open({ build: ENDLESS });
    const [stopped] = (await system.poll()).started;
    await system.machine.builds.stop(stopped?.buildId ?? '');
    expect((await system.poll()).reconciled.map(({ outcome }) => outcome)).to.deep.equal(['cancelled']);
    expect(view.columnOf(system)).to.equal('Needs a person');
    expect(view.commentsOf(system)[0]?.body).to.include('Move the card back to go on from there');
  });

  itInRehearsal('reports a build that ran out of time as such', async () => {
    await open({ build: ENDLESS });
    const builds = createLocalBuilds({
      root: `${system.dataDirectory}/hasty`,
      releaseZip: releaseOf(ENDLESS).zip,
      projectVariables: {},
      concurrentBuildLimit: 1,
      buildTimeoutMs: 100,
      stopGraceMs: 10,
    });
    try {
      await system.poll({ builds });
      await builds.waitForAll();
      const { reconciled } = await system.poll({ builds });
      expect(reconciled.map(({ outcome }) => outcome)).to.deep.equal(['time-limit']);
      expect(view.commentsOf(system)[0]?.body).to.include('ended as TIMED_OUT');
    } finally {
      await builds.close();
    }
  });

  it('touches no build that runs, however late it is; a lease that has passed is only counted', async () => {
    await open({ build: ENDLESS });
    await system.poll();
    const before = await view.lockOf(system);
    expect((await system.poll()).reconciled).to.deep.equal([]);
    const late = await system.poll({ clock: minutesLater(60) });
    expect(late.reconciled.map(({ action }) => action)).to.deep.equal(['beyond-lease']);
    expect(late.started).to.deep.equal([]);
    expect(system.telemetry.counts.get(METRICS.locksBeyondLease)).to.equal(1);
    expect(await view.lockOf(system)).to.deep.equal(before);
    expect(await view.buildsOf(system)).to.have.length(1);
  });

  it('closes the lock of a build that the service does not know any more, once its lease has passed', async () => {
    await open({ build: ENDLESS });
    await system.poll();
    const { builds } = system.machine;
    const knowsByToken = { ...builds, get: async () => [] };
    const running = await system.poll({ builds: knowsByToken, clock: minutesLater(16) });
    expect(running.reconciled.map(({ action }) => action)).to.deep.equal(['beyond-lease']);
    const forgetful = { ...knowsByToken, find: async () => null };
    expect((await system.poll({ builds: forgetful })).reconciled).to.deep.equal([]);
    const { reconciled } = await system.poll({ builds: forgetful, clock: minutesLater(16) });
    expect(reconciled.map(({ action, outcome }) => [action, outcome])).to.deep.equal([['closed', 'internal-error']]);
    expect(view.commentsOf(system)[0]?.body).to.include('is not known to the build service any more');
  });

  it('frees the lock of a run that could not begin, and says why with the next poll', async () => {
    await open({});
    const { configFile, machine } = system;
    const config = await readFile(configFile, 'utf8');
    const start: BuildService['start'] = async (request) => {
      await writeFile(configFile, JSON.stringify(UNTOUCHED_PROJECT_CONFIG));
      return machine.builds.start(request);
    };
    await system.run({ builds: { ...machine.builds, start } });
    await writeFile(configFile, config);
    const row = await view.lockOf(system);
    expect(row).to.include({ status: 'released', lastOutcome: 'setup-incomplete', attempts: 0 });
    expect(row.pending?.surfaces).to.deep.equal(['section', 'comment', 'card']);
    await system.poll({ clock: minutesLater(0) });
    expect(view.commentsOf(system)[0]?.body).to.include('has not been filled in yet');
    expect(view.sectionOf(system)).to.include({ outcome: 'setup-incomplete', buildId: row.buildId });
    expect((await view.lockOf(system)).pending).to.equal(null);
  });

  itInRehearsal('starts other cards although one outcome cannot be published', async () => {
    await open({ build: ['exit 1'], config: { retryBackoffMinutes: 10 } });
    await system.run();
    await system.addCard('Other');
    const { faults } = system.github;
    faults.next({ operation: 'FindComments', times: 50 }, { kind: 'http502' });
    await system.run({ clock: minutesLater(0) });
    expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'internal-error' });
    expect((await view.lockOf(system, 'feature/other')).attempts).to.equal(1);

    faults.clear();
    await system.poll({ clock: minutesLater(0) });
    expect(await view.lockOf(system, 'feature/other')).to.include({ status: 'released' });
    expect(view.commentsOf(system).map(({ thread }) => thread.title)).to.have.members([PLACE.card, 'Other']);
  });

  it('leaves a card where a person has put it', async () => {
    await open({ build: ['exit 1'] });
    await system.run();
    system.github.state.moveCard(system.item, 'Done');
    await system.poll();
    expect(view.columnOf(system)).to.equal('Done');
    expect(await view.lockOf(system)).to.include({ status: 'released' });
  });
});
