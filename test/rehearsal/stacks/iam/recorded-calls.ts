import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { FunctionScene } from '../../../support/scenes/function.ts';
import { openFunctionScene } from '../../../support/scenes/function.ts';
import type { AwsCall } from './aws-call.ts';
import type { Functions } from './deployed-functions.ts';
import { bundleFunctions } from './deployed-functions.ts';
import { deployStacks } from './deployed-stacks.ts';
import { openRecordingProxy } from './recording-proxy.ts';
import type { WorkerScene } from './worker-scene.ts';
import { openWorkerScene } from './worker-scene.ts';

/** The environment of the proof, with every option that a deployer has. */
export const TEST_STACKS = deployStacks({
  environment: 'test',
  stackPrefix: 'KiroWorker',
  parameters: { VpcId: 'vpc-0123456789abcdef0', BuildImageRepository: 'kiro-worker-image' },
});

/** Runs one card to its pull request: poller, build service, worker. */
export async function recordWorkerRun(): Promise<WorkerScene> {
  const opened = await openWorkerScene(TEST_STACKS);
  expect(await opened.functions.invoke('poller', {})).to.include({ outcome: 'started' });
  await opened.scene.builds.waitForAll();
  const [build] = await opened.scene.builds.list(1);
  if (build?.status === 'SUCCEEDED') return opened;
  const log = readFileSync(build?.logFile ?? '', 'utf8');
  await opened.close();
  throw new Error(`the build of the card failed:\n${log}`);
}

/** Runs poller and finalizer through every situation and returns all their AWS calls. Throws when one of them gives an
 *  unexpected result. */
export async function recordFunctions(): Promise<{ calls: readonly AwsCall[]; unknown: readonly string[] }> {
  const [scene, proxy] = await Promise.all([openFunctionScene(), openRecordingProxy()]);
  const functions = await bundleFunctions(scene, proxy);
  try {
    await pollInEveryWay(scene, functions);
    await finalizeInEveryWay(scene, functions);
    return { calls: proxy.calls, unknown: proxy.unknown };
  } finally {
    await functions.close();
    await scene.close();
    await proxy.close();
  }
}

async function pollInEveryWay(scene: FunctionScene, { invoke }: Functions): Promise<void> {
  expect(await invoke('poller', { dryRun: true })).to.include({ outcome: 'dry-run' });
  expect(await invoke('poller', {})).to.include({ outcome: 'started' });
  expect(await invoke('poller', {}), 'while it runs').to.deep.include({ outcome: 'nothing-ready', reconciled: [] });
  await scene.builds.stop((await scene.lock())?.buildId ?? '');
  expect(await invoke('poller', {}), 'after it was killed').to.have.nested.property('reconciled[0].action', 'closed');
  expect(await scene.lock()).to.include({ status: 'released', lastOutcome: 'cancelled' });
  await makeReady(scene);
  scene.codeBuild.inject({ operation: 'StartBuild', kind: 'at-capacity', times: 1 });
  expect(await invoke('poller', {})).to.include({ outcome: 'at-capacity' });
  scene.codeBuild.inject({ operation: 'StartBuild', kind: 'drop-answer', times: SDK_ATTEMPTS });
  expect(await invoke('poller', {}), 'an answer that was lost').to.include({ outcome: 'started' });
}

/** Attempts that the SDK makes by itself. */
const SDK_ATTEMPTS = 3;

async function finalizeInEveryWay(scene: FunctionScene, { invoke }: Functions): Promise<void> {
  await scene.builds.stop((await scene.lock())?.buildId ?? '');
  expect(await invoke('finalizer', await lastEvent(scene))).to.have.nested.property('[0].action', 'closed');
  await makeReady(scene);
  scene.codeBuild.inject({ operation: 'StartBuild', kind: 'drop-answer', times: SDK_ATTEMPTS });
  scene.codeBuild.inject({ operation: 'ListBuildsForProject', kind: 'server-error', times: SDK_ATTEMPTS });
  const failed = await invoke('poller', {}).then(
    () => null,
    (error: Error) => error.name,
  );
  expect(failed, 'a start of which nothing is known').to.equal('WorkerError');
  expect(await scene.lock()).to.include({ status: 'held', buildId: null });
  const [build] = await scene.builds.list(1);
  await scene.builds.stop(build?.id ?? '');
  expect(await invoke('finalizer', await lastEvent(scene))).to.have.nested.property('[0].action', 'closed');
}

/** A person's push starts the attempts over. */
async function makeReady({ github, item, pullRequest: { repository, headRef: branch } }: FunctionScene): Promise<void> {
  github.state.moveCard(item, 'For Implementation');
  await github.moveBranch(repository, { branch, files: { 'NOTES.md': `${github.requests.length}\n` } });
}

/** Returns the event with which CodeBuild reports the end of the newest build. */
async function lastEvent(scene: FunctionScene) {
  const { length } = await scene.builds.list(100);
  await scene.waitForEvents(2 * length);
  return scene.events.at(-1);
}
