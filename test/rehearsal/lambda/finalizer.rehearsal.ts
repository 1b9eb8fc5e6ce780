import { expect } from 'chai';
import { ENV, METRICS } from '../../../src/core/names.ts';
import { readEmittedMetrics } from '../../support/emitted-metrics.ts';
import type { FunctionScene } from '../../support/scenes/function.ts';
import { openFunctionScene } from '../../support/scenes/function.ts';
import { type Deployed, deployFunctions } from './deployed.ts';

describe('finalizer as deployed, with the real runtime client', () => {
  let deployed: Deployed;
  let scene: FunctionScene;
  let buildId: string;
  before(async function () {
    this.timeout(300_000);
    deployed = await deployFunctions();
  });
  beforeEach(async () => {
    scene = await openFunctionScene();
    expect(await deployed.create('poller', { env: scene.env }).invoke({})).to.have.property('kind', 'response');
    buildId = (await scene.lock())?.buildId ?? '';
  });
  afterEach(async () => {
    await deployed.endAll();
    await scene.close();
  });
  after(() => deployed?.close());

  /** Stops the build as a person does, and returns what EventBridge hands to the finalizer. */
  const stopBuild = async () => {
    await scene.builds.stop(buildId);
    await scene.waitForEvents(2);
    return scene.events[1];
  };

  it('closes the lock of a build that was killed, and updates card and pull request', async () => {
    const finalizer = deployed.create('finalizer', { env: scene.env });
    const event = await stopBuild();
    expect(event?.['detail-type']).to.equal('CodeBuild Build State Change');
    const answer = await finalizer.invoke(event);
    const closed = { lockKey: 'acme/slugs#feature/slugs', buildId, action: 'closed', outcome: 'cancelled' };
    expect(answer).to.deep.equal({ kind: 'response', payload: [closed] });
    expect(await scene.lock()).to.include({ status: 'released', lastOutcome: 'cancelled' });
    expect(scene.issue.comments).to.have.length(1);
    expect(scene.pullRequest.body)
      .to.match(/^Slugs\.\n/)
      .and.to.include('kiro-worker:section:start');
    expect(readEmittedMetrics(finalizer.lines.join('\n')).values).to.include({ [METRICS.locksReconciled]: 1 });
  });

  it('does nothing on the same event once more', async () => {
    const finalizer = deployed.create('finalizer', { env: scene.env });
    const event = await stopBuild();
    await finalizer.invoke(event);
    expect(await finalizer.invoke(event)).to.deep.equal({ kind: 'response', payload: [] });
    expect(scene.issue.comments).to.have.length(1);
  });

  it('leaves the lock of a later build alone when the event comes late', async () => {
    const finalizer = deployed.create('finalizer', { env: scene.env });
    const event = await stopBuild();
    await finalizer.invoke(event);
    scene.github.state.moveCard(scene.item, 'For Implementation');
    // A person's push starts the attempts over.
    const { repository, headRef: branch } = scene.pullRequest;
    await scene.github.moveBranch(repository, { branch, files: { 'NOTES.md': 'Once more.\n' } });
    await deployed.create('poller', { env: scene.env }).invoke({});
    const held = await scene.lock();
    expect(held).to.include({ status: 'held', fence: 2 }).and.to.not.include({ buildId });
    expect(await finalizer.invoke(event)).to.deep.equal({ kind: 'response', payload: [] });
    expect(await scene.lock()).to.deep.equal(held);
  });

  it('leaves builds alone that hold no lock of ours', async () => {
    const [started] = scene.events;
    if (!started) throw new Error('The build did not start.');
    const withoutVariables = { environment: { 'environment-variables': [] } };
    const event = { ...started, detail: { ...started.detail, 'additional-information': withoutVariables } };
    const answer = await deployed.create('finalizer', { env: scene.env }).invoke(event);
    expect(answer).to.deep.equal({ kind: 'response', payload: [] });
    expect(await scene.lock()).to.include({ status: 'held' });
  });

  it('fails on an event of another kind, and when GitHub is away, so that the event is tried again', async () => {
    const finalizer = deployed.create('finalizer', { env: scene.env });
    expect(await finalizer.invoke({})).to.include({ kind: 'error' });
    const event = await stopBuild();
    scene.github.faults.next({ times: 100 }, { kind: 'http502' });
    expect(await finalizer.invoke(event)).to.include({ kind: 'error', errorType: 'WorkerError' });
    expect(await scene.lock()).to.include({ status: 'held' });
    scene.github.faults.clear();
    expect(await finalizer.invoke(event)).to.have.property('kind', 'response');
    expect(await scene.lock()).to.include({ status: 'released' });
  });

  it('takes an empty secret for something to set up, not for an error', async () => {
    const event = await stopBuild();
    scene.stored.secrets.set(scene.variables[ENV.githubTokenSecretArn] ?? '', null);
    const answer = await deployed.create('finalizer', { env: scene.env }).invoke(event);
    expect(answer).to.deep.equal({ kind: 'response', payload: [] });
  });
});
