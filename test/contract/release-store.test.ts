import { releaseKey } from '../../src/core/release.ts';
import { createMemoryReleases } from '../support/memory-release-store.ts';
import { RELEASE_BUCKET, RELEASE_PARAMETER, startReleaseServices } from '../support/servers/releases.ts';
import { releaseStoreContract } from './release-store.ts';

releaseStoreContract('in memory', async () => {
  const releases = createMemoryReleases();
  const without = createMemoryReleases();
  without.hasPlace = false;
  return {
    store: releases.store,
    zipOf: (hash) => releases.stored.get(hash)?.zip,
    date(hash, atMs) {
      const zip = releases.stored.get(hash)?.zip ?? new Uint8Array();
      releases.stored.set(hash, { zip, atMs });
    },
    withoutPlace: without.store,
    spoilCurrent(text) {
      releases.chosen = text;
    },
    close: async () => undefined,
  };
});

releaseStoreContract('the AWS SDK against the protocols of S3 and SSM', async () => {
  const { storeOf, objects, ssm, close } = await startReleaseServices();
  return {
    store: storeOf(RELEASE_BUCKET),
    zipOf: (hash) => objects.get(releaseKey(hash))?.body,
    date(hash, modifiedAtMs) {
      const object = objects.get(releaseKey(hash));
      if (object) objects.set(releaseKey(hash), { ...object, modifiedAtMs });
    },
    withoutPlace: storeOf('kiro-worker-test-artifacts-gone'),
    spoilCurrent: (text) => void ssm.parameters.set(RELEASE_PARAMETER, text),
    close,
  };
});
