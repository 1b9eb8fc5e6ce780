import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { buildFunctionBundles, type FunctionName } from '../../src/adapters/bundle/function-bundles.ts';
import { ENV, METRIC_NAMESPACE } from '../../src/core/names.ts';
import { itInRehearsal, telling } from '../left-to-rehearsal.ts';
import { readEmittedMetrics } from '../support/emitted-metrics.ts';
import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import { type FunctionScene, openFunctionScene } from '../support/scenes/function.ts';
import { createSecretScan } from '../support/secret-scan.ts';
import { startScriptedServer } from '../support/servers/scripted.ts';

describe('the bundles of poller and finalizer, in plain Node with the real SDKs', () => {
  let folder: string;
  let scene: FunctionScene;
  const processes: FunctionProcess[] = [];
  const start = (name: FunctionName, env: Readonly<Record<string, string>> = {}) => {
    const started = startFunction(join(folder, `${name}.mjs`), { ...scene.env, ...env });
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

  /** Stops the build, as a person would; returns CodeBuild's event of its end. */
  async function endBuild(): Promise<unknown> {
    await scene.builds.stop((await scene.lock())?.buildId ?? '');
    await scene.waitForEvents(2);
    return scene.events[1];
  }

  it('poller: locks the eligible card, starts its build and moves the card', async () => {
    const poller = start('poller');
    const result = await poller.invoke({});
    expect(result).to.deep.include({ outcome: 'started' });
    const row = await scene.lock();
    expect(row).to.include({ status: 'held', buildId: scene.events[0]?.detail['build-id']?.toString().split('/')[1] });
    expect(scene.column()).to.equal('In Progress');
    const emitted = readEmittedMetrics(poller.output());
    expect(emitted.namespaces).to.deep.equal([METRIC_NAMESPACE]);
    expect(emitted.values).to.deep.equal({ CardsReady: 1, CardsLeftOut: 1, BuildsStarted: 1 });
  });

  for (const name of telling(1, ['poller', 'finalizer'] as const)) {
    it(`${name}: neither logs nor throws the token that GitHub repeats`, async () => {
      // It has the shape of no token: only who knows the value can mask it.
      const token = 'plain-words-that-nobody-takes-for-a-token';
      const arn = scene.variables[ENV.githubTokenSecretArn] ?? '';
      const before = scene.stored.secrets.get(arn) ?? null;
      const github = await startScriptedServer();
      github.answers.push({
        status: 400,
        headers: { deprecation: 'yes', sunset: token },
        body: { message: `Bad header: ${token}, ${Buffer.from(`x-access-token:${token}`).toString('base64')}` },
      });
      scene.stored.secrets.set(arn, token);
      try {
        const event = name === 'poller' ? {} : await endBuild();
        const started = start(name, {
          [ENV.githubApiUrl]: github.url,
          [ENV.githubGraphqlUrl]: `${github.url}/graphql`,
        });
        const thrown = await started.invoke(event).then(
          (result) => expect.fail(`it succeeded: ${JSON.stringify(result)}`),
          (error: Error) => ({ ...error, message: error.message, stack: error.stack }),
        );
        expect(thrown).to.include({ name: 'WorkerError', code: 'GITHUB_FAILED' });
        expect(thrown.message).to.include('Bad header: [redacted]');
        expect(started.output()).to.include('deprecated').and.to.include('[redacted]');
        expect(github.seen[0]?.headers.authorization).to.equal(`bearer ${token}`);
        const scan = createSecretScan({ token });
        scan.text('error', JSON.stringify(thrown));
        scan.text('log', started.output());
        expect(scan.leaks).to.deep.equal([]);
      } finally {
        scene.stored.secrets.set(arn, before);
        await github.close();
      }
    });
  }

  itInRehearsal('finalizer: closes the lock of a build that was killed, and updates the pull request', async () => {
    const buildId = (await scene.lock())?.buildId ?? '';
    const result = await start('finalizer').invoke(await endBuild());
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
