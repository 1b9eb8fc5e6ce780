import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createS3ReleaseStore } from '../../../src/adapters/aws/s3-release-store.ts';
import { startParametersAndSecrets } from './parameters-and-secrets.ts';
import { type StoredObject, startS3Double } from './s3.ts';

export const RELEASE_BUCKET = 'kiro-worker-test-artifacts-1';
export const RELEASE_PARAMETER = '/kiro-worker/test/release';

/** Starts S3 (with the empty bucket RELEASE_BUCKET) and SSM on 127.0.0.1; `storeOf` makes release stores on them. */
export async function startReleaseServices() {
  const [s3, ssm] = await Promise.all([startS3Double(), startParametersAndSecrets()]);
  const objects = new Map<string, StoredObject>();
  s3.buckets.set(RELEASE_BUCKET, objects);
  const clients = {
    s3: new S3Client({ endpoint: s3.url, maxAttempts: 1 }),
    ssm: new SSMClient({ endpoint: ssm.url, maxAttempts: 1 }),
  };
  return {
    s3,
    ssm,
    objects,
    storeOf: (bucketName: string, account?: string) =>
      createS3ReleaseStore({
        ...clients,
        bucketName,
        parameterName: RELEASE_PARAMETER,
        pollerReadsBucket: true,
        account,
      }),
    async close() {
      clients.s3.destroy();
      clients.ssm.destroy();
      await Promise.all([s3.close(), ssm.close()]);
    },
  };
}
