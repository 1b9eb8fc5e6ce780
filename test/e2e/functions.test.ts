import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildFunctionBundles, type FunctionName } from '../../src/adapters/bundle/function-bundles.ts';
import { METRIC_NAMESPACE } from '../../src/core/names.ts';
import { readEmittedMetrics } from '../support/emitted-metrics.ts';
import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import { type FunctionScene, openFunctionScene } from '../support/function-scene.ts';

describe('the bundles of poller and finalizer, in plain Node with the real SDKs', () => {
  let folder: string;
  let scene: FunctionScene;
  const processes: FunctionProcess[] = [];
  const start = (name: FunctionName) => {
    const started = startFunction(join(folder, `${name}.mjs`), scene.env);
    processes.push(started);
    return started;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundles-'));
    const [opened, bundles] = await Promise.all([openFunctionScene(), buildFunctionBundles()]);
    scene = opened;
    for (const [name, code] of Object.entries(bundles)) await writeFile(join(folder, `${name}.mjs`), code);
  });
  after(async () => {
    for (const started of processes) await started.end();
    await scene?.close();
    await rm(folder, { recursive: true });
  });

  it('poller: locks the ready card, starts its build and moves the card', async () => {
    const poller = start('poller');
    const result = await poller.invoke({});
    expect(result).to.deep.include({ outcome: 'started' });
    const row = await scene.lock();
    expect(row).to.include({ status: 'held', buildId: scene.events[0]?.detail['build-id']?.toString().split('/')[1] });
    expect(scene.column()).to.equal('In Progress');
    const emitted = readEmittedMetrics(poller.output());
    expect(emitted.namespaces).to.deep.equal([METRIC_NAMESPACE]);
    expect(emitted.values).to.include({ PollSucceeded: 1, BuildsStarted: 1 });
  });

  it('finalizer: closes the lock of a build that was killed, and tells the card', async () => {
    const buildId = (await scene.lock())?.buildId ?? '';
    await scene.builds.stop(buildId);
    await scene.waitForEvents(2);
    const result = await start('finalizer').invoke(scene.events[1]);
    expect(result).to.deep.equal([
      { lockKey: 'acme/slugs#feature/slugs', buildId, action: 'closed', outcome: 'cancelled' },
    ]);
    expect(await scene.lock()).to.include({ status: 'released', lastOutcome: 'cancelled' });
    expect(scene.pullRequest.body)
      .to.match(/^Slugs\.\n/)
      .and.to.include('kiro-worker:section:start');
  });

  it('gets the variables that the Poller stack sets, and no others', async () => {
    const template = load(await readFile('templates/poller.yaml', 'utf8')) as {
      Resources: Record<string, { Properties: { Environment?: { Variables: Record<string, unknown> } } }>;
    };
    const names = Object.keys(scene.variables).sort();
    for (const id of ['PollerFunction', 'FinalizerFunction']) {
      const { Variables = {} } = template.Resources[id]?.Properties.Environment ?? {};
      expect(Object.keys(Variables).sort(), id).to.deep.equal(names);
    }
  });
});
