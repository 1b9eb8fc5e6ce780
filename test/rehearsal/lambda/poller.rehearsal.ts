import { expect } from 'chai';
import { UNTOUCHED_PROJECT_CONFIG } from '../../../src/core/config.ts';
import { ENV, METRIC_NAMESPACE, METRICS, resourceNames } from '../../../src/core/names.ts';
import type { PollResult } from '../../../src/flows/poll/poll-types.ts';
import { readEmittedMetrics } from '../../support/emitted-metrics.ts';
import type { FunctionScene } from '../../support/scenes/function.ts';
import { openFunctionScene } from '../../support/scenes/function.ts';
import { type Deployed, deployFunctions } from './deployed.ts';
import type { Answer } from './runtime-api.ts';

const NAMES = resourceNames('test');

/** What EventBridge sends on each tick. */
const TICK = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2030-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: [`arn:aws:events:us-east-1:123456789012:rule/${NAMES.pollerRule}`],
  detail: {},
};

describe('poller as deployed, with the real runtime client', () => {
  let deployed: Deployed;
  let scene: FunctionScene;
  before(async function () {
    this.timeout(300_000);
    deployed = await deployFunctions();
  });
  beforeEach(async () => {
    scene = await openFunctionScene();
  });
  afterEach(async () => {
    await deployed.endAll();
    await scene.close();
  });
  after(() => deployed?.close());

  const poller = (env: Readonly<Record<string, string>> = {}, timeoutMs = 30_000) =>
    deployed.create('poller', { env: { ...scene.env, ...env }, timeoutMs });
  const startedBuilds = async () => (await scene.builds.list(10)).length;

  it('locks the eligible card, starts its build, moves the card, and says so in metrics and JSON lines', async () => {
    const made = poller();
    const startedAt = performance.now();
    const result = resultOf(await made.invoke(TICK));
    const coldMs = performance.now() - startedAt;
    expect(result).to.include({ outcome: 'started' });
    expect(result.started).to.have.length(1);
    const buildId = result.started[0]?.buildId ?? '';
    expect(await scene.lock()).to.include({ status: 'held', buildId, attempts: 1 });
    const [build] = await scene.builds.get([buildId]);
    expect(build?.variables).to.include({ [ENV.branchName]: 'feature/slugs', [ENV.lockFence]: '1' });
    expect(scene.column()).to.equal('In Progress');

    expect(made.lines.length).to.be.greaterThan(1);
    for (const line of made.lines) expect(() => JSON.parse(line), line).not.to.throw();
    const emitted = readEmittedMetrics(made.lines.join('\n'));
    expect(emitted.namespaces).to.deep.equal([METRIC_NAMESPACE]);
    expect(emitted.dimensions).to.deep.equal([{ Environment: 'test' }]);
    expect(emitted.values).to.deep.equal({
      [METRICS.cardsReady]: 1,
      [METRICS.cardsLeftOut]: 1,
      [METRICS.buildsStarted]: 1,
    });

    const warmAt = performance.now();
    expect(resultOf(await made.invoke(TICK)).outcome).to.equal('nothing-ready');
    const warmMs = performance.now() - warmAt;
    expect(made.initsMs).to.have.length(1);
    process.stdout.write(
      `    start to the first request for an event ${made.initsMs[0]?.toFixed(0)} ms; first poll with it ${coldMs.toFixed(0)} ms, next poll ${warmMs.toFixed(0)} ms\n`,
    );
  });

  it('starts nothing in a dry run', async () => {
    const result = resultOf(await poller().invoke({ dryRun: true }));
    expect(result.outcome).to.equal('dry-run');
    expect(result.ready).to.have.length(1);
    expect(await scene.lock()).to.equal(null);
    expect(scene.codeBuild.requests).to.deep.equal([]);
    expect(scene.column()).to.equal('For Implementation');
  });

  for (const [name, event] of Object.entries({ 'an empty event': {}, 'no event at all': null })) {
    it(`polls on ${name}`, async () => {
      expect(resultOf(await poller().invoke(event)).outcome).to.equal('started');
    });
  }

  it('refuses a dry run that is neither true nor false, and starts nothing', async () => {
    const answer = await poller().invoke({ dryRun: 'yes' });
    expect(answer).to.include({ kind: 'error', errorType: 'WorkerError' });
    expect(answer).to.have.property('errorMessage').that.includes('dryRun: ').and.includes('(it is "yes")');
    expect(await scene.lock()).to.equal(null);
  });

  describe('what a person has yet to set up is not an error', () => {
    const cases: Record<string, { undo: () => void; says: RegExp }> = {
      'an empty secret': {
        undo: () => scene.stored.secrets.set(scene.variables[ENV.githubTokenSecretArn] ?? '', null),
        says: /kiro-worker-test-github-token is empty/,
      },
      'an untouched project configuration': {
        undo: () => scene.stored.parameters.set(NAMES.projectConfigParameter, JSON.stringify(UNTOUCHED_PROJECT_CONFIG)),
        says: /github-project-config/,
      },
      'no project configuration': {
        undo: () => scene.stored.parameters.delete(NAMES.projectConfigParameter),
        says: /no project configuration/,
      },
      'no release': {
        undo: () => scene.stored.parameters.delete(NAMES.releaseParameter),
        says: /release/,
      },
    };
    for (const [name, { undo, says }] of Object.entries(cases)) {
      it(name, async () => {
        undo();
        const made = poller();
        const result = resultOf(await made.invoke(TICK));
        expect(result).to.include({ outcome: 'setup-incomplete' });
        expect(result.detail).to.match(says);
        expect(readEmittedMetrics(made.lines.join('\n')).values).to.include({
          [METRICS.pollSetupIncomplete]: 1,
        });
        expect(await scene.lock()).to.equal(null);
        expect(await startedBuilds()).to.equal(0);
      });
    }

    it('no build project: the lock is given back, and no attempt was made', async () => {
      const result = resultOf(await poller({ [ENV.codeBuildProjectName]: 'not-deployed-yet' }).invoke(TICK));
      expect(result.outcome).to.equal('setup-incomplete');
      expect(await scene.lock()).to.include({ status: 'released', attempts: 0 });
      expect(scene.column()).to.equal('For Implementation');
    });
  });

  describe('what nobody expected is an error of the function', () => {
    it('variables that are not valid, all named at once', async () => {
      const answer = await poller({ [ENV.leaseMinutes]: 'soon', [ENV.locksTableName]: '' }).invoke(TICK);
      expect(answer).to.include({ kind: 'error', errorType: 'WorkerError' });
      expect(answer).to.have.property('errorMessage').that.includes(ENV.leaseMinutes).and.includes(ENV.locksTableName);
    });

    it('a storm of 502 from GitHub; the next tick in the same process does the work', async () => {
      const made = poller();
      scene.github.faults.next({ times: 100 }, { kind: 'http502' });
      const answer = await made.invoke(TICK);
      expect(answer).to.include({ kind: 'error', errorType: 'WorkerError' });
      expect(answer).to.have.property('errorMessage').that.includes('502');
      expect(await scene.lock()).to.equal(null);
      scene.github.faults.clear();
      expect(resultOf(await made.invoke(TICK)).outcome).to.equal('started');
      expect(made.initsMs).to.have.length(1);
    });

    it('a token that GitHub refuses', async () => {
      scene.github.tokens.clear();
      expect(await poller().invoke(TICK)).to.include({ kind: 'error' });
    });

    it('a locks table that is not there', async () => {
      const answer = await poller({ [ENV.locksTableName]: 'nobody-made-this' }).invoke(TICK);
      expect(answer).to.have.property('errorMessage').that.includes('nobody-made-this');
      expect(await startedBuilds()).to.equal(0);
    });
  });

  it('starts one build when two ticks come at once, and none when one comes late', async () => {
    const made = poller();
    const [first, second] = (await Promise.all([made.invoke(TICK), made.invoke(TICK)])).map(resultOf);
    expect(made.initsMs).to.have.length(2);
    expect([...(first?.started ?? []), ...(second?.started ?? [])]).to.have.length(1);
    expect(resultOf(await made.invoke(TICK)).started).to.deep.equal([]);
    expect(await startedBuilds()).to.equal(1);
    expect(await scene.lock()).to.include({ status: 'held', fence: 1, attempts: 1 });
  });

  it('starts one build when the answer to its start is lost', async () => {
    scene.codeBuild.inject({ operation: 'StartBuild', kind: 'drop-answer', times: 1 });
    expect(resultOf(await poller().invoke(TICK)).started).to.have.length(1);
    expect(await startedBuilds()).to.equal(1);
    expect(await scene.lock()).to.include({ status: 'held', attempts: 1 });
  });

  it('takes a full project for "at capacity": no attempt was made', async () => {
    scene.codeBuild.inject({ operation: 'StartBuild', kind: 'at-capacity', times: 1 });
    const made = poller();
    expect(resultOf(await made.invoke(TICK)).outcome).to.equal('at-capacity');
    expect(await scene.lock()).to.include({ status: 'released', attempts: 0 });
    expect(resultOf(await made.invoke(TICK)).outcome).to.equal('started');
  });

  it('killed by its time limit while it moves the card: the next tick starts nothing beside the build', async () => {
    scene.github.faults.next({ operation: /move|update/i }, { kind: 'slow', ms: 20_000 });
    const made = poller({}, 3_000);
    expect(await made.invoke(TICK)).to.include({ kind: 'error', errorType: 'Sandbox.Timedout' });
    expect(await startedBuilds()).to.equal(1);
    const result = resultOf(await made.invoke(TICK));
    expect(result.started).to.deep.equal([]);
    expect(await startedBuilds()).to.equal(1);
  });
});

function resultOf(answer: Answer): PollResult {
  if (answer.kind === 'error') throw new Error(`${answer.errorType}: ${answer.errorMessage}`);
  return answer.payload as PollResult;
}
