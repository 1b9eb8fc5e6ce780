import { expect } from 'chai';
import { MARKERS } from '../../../../src/core/names.ts';
import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { recordWorkerRun } from './recorded-calls.ts';
import type { WorkerScene } from './worker-scene.ts';

describe('a card becomes a pull request on the AWS adapters alone', () => {
  let opened: WorkerScene;
  before(async function () {
    this.timeout(120_000);
    opened = await recordWorkerRun();
  });
  after(() => opened?.close());

  it('ends with the card in review, the pull request ready and the lock in DynamoDB released', async () => {
    const { scene } = opened;
    const row = await scene.lock();
    expect(row).to.include({ status: 'released', lastOutcome: 'completed', attempts: 1, fence: 1 });
    expect(scene.column()).to.equal('In Review');
    expect(scene.pullRequest.draft).to.equal(false);
    const { body } = scene.pullRequest;
    expect(body).to.include(MARKERS.sectionStart).and.to.include('All required tasks are implemented');
    const repository = scene.pullRequest.repository.directory;
    const tasks = await runGit(repository, [
      'cat-file',
      'blob',
      `refs/heads/${PLACE.branch}:${PLACE.specFolder}/tasks.md`,
    ]);
    expect(tasks).to.include('- [x] 1. Lower the case').and.to.include('- [x] 2. Drop accents');
  });

  it('stores the files of the run in the bucket, under environment and build', async () => {
    const { proxy, scene } = opened;
    const build = (await scene.lock())?.buildId?.split(':')[1] ?? '';
    const bucket = scene.variables.ARTIFACTS_BUCKET_NAME;
    const names = [...proxy.files.keys()];
    expect(names.filter((name) => !name.startsWith(`${bucket}/test/`) || !name.includes(build))).to.deep.equal([]);
    const metadata = names.find((name) => name.endsWith('/metadata.json')) ?? '';
    expect(JSON.parse(String(proxy.files.get(metadata)))).to.include({ success: true, outcome: 'completed' });
  });

  it('makes no AWS request that is not known here', () => {
    expect(opened.proxy.unknown).to.deep.equal([]);
  });
});
