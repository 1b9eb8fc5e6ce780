import { expect } from 'chai';
import { AGENT_SERVICE } from '../../../src/core/lifecycle/breaker.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';
import { retry } from '../../../src/flows/operate/run/retry.ts';
import { poll } from '../../../src/flows/poll/poll.ts';
import { readEmittedMetrics } from '../../support/emitted-metrics.ts';
import { PLACE } from '../../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const TARGET = 'For Implementation';
const ONE = '- [ ] 1. Lower the case\n';
const minutesLater = (minutes: number): Clock => ({
  now: () => Date.now() + minutes * 60_000,
  monotonicMs: () => performance.now(),
  sleep: async () => undefined,
});

describe('a fault of a service', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions = {}) => {
    system = await createTestSystem({ tasks: ONE, ...options });
  };
  afterEach(() => system.close());
  const runs = async (times: number) => {
    const outcomes = [];
    for (let n = 0; n < times; n += 1) outcomes.push((await system.run()).outcome);
    return outcomes;
  };
  const breaker = () => system.machine.locks.getBreaker(AGENT_SERVICE);
  const reasonOf = async (clock?: Clock) => (await system.poll(clock ? { clock } : {})).leftOut[0]?.reason;

  it('is no fault of the card: one build meets it, all others wait, and one success lets them go on', async () => {
    await open({ agent: 'throttled' });
    const other = await system.addCard('Second');
    expect(await runs(3)).to.deep.equal(['started', 'paused-by-breaker', 'paused-by-breaker']);
    const [build, ...others] = await view.buildsOf(system);
    expect(others).to.deep.equal([]);
    const { values } = readEmittedMetrics(await view.logOf(system, build?.id ?? ''));
    expect(values).to.have.property('RunDurationMs');
    expect(values).to.not.have.any.keys('RunsFailed', 'RunsCompleted');
    for (const item of [system.item, other]) expect(system.github.state.columnOf(item)).to.equal(TARGET);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'service-unavailable', attempts: 0 });
    expect(view.commentsOf(system)[0]?.body).to.match(/Kiro takes no requests (?:\\)?\(throttled/);
    expect((await breaker())?.isOpen).to.equal(true);

    await system.setAgent('finish');
    // There is room for both, but only one of them may try.
    const { ports, settings } = await system.openMachine({ config: { maxConcurrentBuilds: 2 } });
    const trial = await poll({ ...ports, clock: minutesLater(8) }, settings);
    expect(trial.started).to.have.length(1);
    expect(trial.leftOut.map(({ reason }) => reason)).to.deep.equal(['service-paused']);
  });

  it('is over with the first build that asks the service, whatever else is wrong with its card', async () => {
    await open({ agent: 'throttled' });
    expect(await runs(2)).to.deep.equal(['started', 'paused-by-breaker']);
    await system.setAgent('finish');
    system.github.state.rights.contents = 'read';
    expect((await system.run({ clock: minutesLater(8) })).outcome).to.equal('started');
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'setup-incomplete' });
    expect((await breaker())?.isOpen).to.equal(false);
  });

  it('is not believed to a branch that only says so', async () => {
    await open({ agent: 'Lower the case=throttled-after-edit;finish', config: { maxAttempts: 2 } });
    expect(await runs(3)).to.deep.equal(['started', 'started', 'nothing-ready']);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'agent-failed', attempts: 2 });
    expect(view.commentsOf(system)[0]?.body).to.include("A call of the worker's own does not confirm it");
    expect(await breaker()).to.equal(null);
  });

  it('ends a login that waits in a browser within the silence limit, and another key lets builds go on', async () => {
    await open({ agent: 'login-spinner', env: { AGENT_SILENCE_TIMEOUT: '1500' } });
    await system.run();
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'setup-incomplete', attempts: 0 });
    expect(view.columnOf(system)).to.equal(TARGET);
    expect(await breaker()).to.include({ isOpen: true, cause: 'key' });
    expect(await reasonOf()).to.equal('service-paused');
    const agentKey = async () => 'another';
    expect((await system.poll({ agentKey })).started).to.have.length(1);
  });

  it('is not seen in one line of a program that looks like a login', async () => {
    const agentScript = `export async function work({ task }) {
      if (!task.includes('Lower the case')) return;
      process.stdout.write('Open this URL: https://example.com to see your coverage report\\n');
      process.exit(1);
    }`;
    await open({ agentScript, config: { maxAttempts: 2 } });
    expect(await runs(4)).to.deep.equal(['started', 'started', 'nothing-ready', 'nothing-ready']);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'agent-failed', attempts: 2 });
  });
});

describe('work that goes nowhere, over real parts', () => {
  let system: TestSystem;
  afterEach(() => system.close());
  const run = () => system.run();

  it('stops though a program pushes during each run, and begins anew when a person does', async () => {
    system = await createTestSystem({ tasks: ONE, config: { maxAttempts: 2 } });
    const { github, repository } = system;
    const author = { name: 'formatter[bot]', email: '7+formatter[bot]@users.noreply.github.com' };
    let pushes = 0;
    const pushAlong = async () => {
      const files = { 'FORMAT.md': `${++pushes}\n` };
      await github.moveBranch(repository, { branch: PLACE.branch, files, author });
    };
    github.faults.next({ git: 'receive-pack', method: 'POST', times: 50 }, { kind: 'before', run: pushAlong });
    for (let n = 0; n < 5; n += 1) await run();
    expect(await view.buildsOf(system)).to.have.length(2);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'branch-moved', attempts: 2 });
    expect(view.columnOf(system)).to.equal('Needs a person');

    github.faults.clear();
    github.state.moveCardAs('triage[bot]', { item: system.item, column: TARGET });
    expect((await run()).leftOut[0]?.reason).to.equal('attempts-exhausted');
    await github.moveBranch(repository, { branch: PLACE.branch, files: { 'NOTES.md': 'Mine.\n' } });
    expect((await run()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(view.columnOf(system)).to.equal('In Review');
  });

  it('is capped for life, whatever is committed, until the spec is another one or an operator says so', async () => {
    const config = { lifetimeCaps: { builds: 2 }, failedColumn: null };
    system = await createTestSystem({ tasks: ONE, agent: 'change-nothing', config });
    const { github, repository, machine } = system;
    const push = async (files: Record<string, string>) => {
      await github.moveBranch(repository, { branch: PLACE.branch, files });
      github.state.moveCard(system.item, TARGET);
    };
    const builds = async () => (await view.buildsOf(system)).length;
    for (let n = 0; n < 4; n += 1) {
      await run();
      await push({ 'NOTES.md': `${n}\n`, [`${PLACE.specFolder}/tasks.md`]: n % 2 ? ONE : ONE.replace('[ ]', '[-]') });
    }
    expect(await builds()).to.equal(2);
    const [skipped] = (await run()).leftOut;
    expect(skipped).to.include({ reason: 'caps-reached' });
    expect(skipped?.detail).to.include('2 of 2 builds');

    await push({ [`${PLACE.specFolder}/design.md`]: '# Design\n\nAnother one.\n' });
    await run();
    expect(await builds()).to.equal(3);
    await push({ 'NOTES.md': 'x\n' });
    await run();
    await push({ 'NOTES.md': 'y\n' });
    expect((await run()).leftOut[0]?.reason).to.equal('caps-reached');
    expect(await retry({ locks: machine.locks, item: PLACE.branch, nowMs: Date.now() })).to.deep.equal({
      workItemId: system.item.id,
      branches: [PLACE.branch],
      held: [],
    });
    expect((await run()).started.map(({ attempt }) => attempt)).to.deep.equal([1]);
  });
});
