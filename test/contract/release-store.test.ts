import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { createS3ReleaseStore } from '../../src/adapters/aws/s3-release-store.ts';
import { releaseKey } from '../../src/core/release.ts';
import { expectError } from '../support/expect-error.ts';
import { createMemoryReleases } from '../support/memory-release-store.ts';
import { startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { type StoredObject, startS3Double } from '../support/servers/s3.ts';
import { hashOf, releaseStoreContract } from './release-store.ts';

const BUCKET = 'kiro-worker-test-artifacts-1';
const PARAMETER = '/kiro-worker/test/release';

releaseStoreContract('in memory', async () => {
  const releases = createMemoryReleases();
  return {
    store: releases.store,
    zipOf: (hash) => releases.stored.get(hash)?.zip,
    date(hash, atMs) {
      const zip = releases.stored.get(hash)?.zip ?? new Uint8Array();
      releases.stored.set(hash, { zip, atMs });
    },
    spoilCurrent(text) {
      releases.chosen = text;
    },
    close: async () => undefined,
  };
});

releaseStoreContract('the AWS SDK against the protocols of S3 and SSM', async () => {
  const { storeOf, objects, ssm, close } = await openServices();
  return {
    store: storeOf(BUCKET),
    zipOf: (hash) => objects.get(releaseKey(hash))?.body,
    date(hash, modifiedAtMs) {
      objects.set(releaseKey(hash), { ...(objects.get(releaseKey(hash)) as StoredObject), modifiedAtMs });
    },
    spoilCurrent: (text) => void ssm.parameters.set(PARAMETER, text),
    close,
  };
});

describe('releases in S3', () => {
  let services: Awaited<ReturnType<typeof openServices>>;
  before(async () => {
    services = await openServices();
  });
  after(() => services.close());

  it('lie where builds take their source from, as zip files', async () => {
    await services.storeOf(BUCKET).put(hashOf(1), Uint8Array.of(1));
    const [[key, object] = []] = services.objects;
    expect(key).to.equal(`releases/${hashOf(1)}/worker.zip`);
    expect(object?.contentType).to.equal('application/zip');
  });

  it('are told from whatever else lies in the bucket', async () => {
    const object = { body: Buffer.from('x'), contentType: '', modifiedAtMs: 0 };
    for (const key of [
      'test/build/worker.zip',
      'tools/kiro-cli.zip',
      'releases/notes.txt',
      `releases/${hashOf(2)}/manifest.json`,
      'releases/latest/worker.zip',
    ]) {
      services.objects.set(key, object);
    }
    expect((await services.storeOf(BUCKET).list()).map(({ hash }) => hash)).to.deep.equal([hashOf(1)]);
  });

  it('need a bucket: without one the Core stack is to be deployed', async () => {
    const store = services.storeOf('kiro-worker-test-artifacts-gone');
    for (const attempt of [() => store.put(hashOf(1), Uint8Array.of(1)), () => store.list()]) {
      expect((await expectError(attempt(), 'SETUP_INCOMPLETE')).remedy).to.include('Core stack');
    }
  });

  it('are kept out of a bucket of another account', async () => {
    const store = services.storeOf(BUCKET, '222222222222');
    for (const attempt of [
      () => store.has(hashOf(1)),
      () => store.put(hashOf(3), Uint8Array.of(1)),
      () => store.list(),
    ]) {
      expect((await expectError(attempt(), 'SETUP_INCOMPLETE')).remedy).to.include('account');
    }
    expect(await services.storeOf(BUCKET, services.s3.owner).has(hashOf(3))).to.equal(false);
  });
});

async function openServices() {
  const [s3, ssm] = await Promise.all([startS3Double(), startParametersAndSecrets()]);
  const objects = new Map<string, StoredObject>();
  s3.buckets.set(BUCKET, objects);
  const clients = {
    s3: new S3Client({ endpoint: s3.url, maxAttempts: 1 }),
    ssm: new SSMClient({ endpoint: ssm.url, maxAttempts: 1 }),
  };
  return {
    s3,
    ssm,
    objects,
    storeOf: (bucketName: string, account?: string) =>
      createS3ReleaseStore({ ...clients, bucketName, parameterName: PARAMETER, account }),
    async close() {
      clients.s3.destroy();
      clients.ssm.destroy();
      await Promise.all([s3.close(), ssm.close()]);
    },
  };
}
