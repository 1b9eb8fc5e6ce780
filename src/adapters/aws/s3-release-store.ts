import { createHash } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { CODE_PREFIXES } from '../../core/names.ts';
import type { ReleaseStore, StoredRelease } from '../../core/ports/releases.ts';
import { formatChosenRelease, releaseHashOf, releaseKey } from '../../core/release.ts';
import { httpStatusOf, releaseFailure } from './release-failure.ts';
import { createReadRelease } from './ssm-parameters.ts';

export interface S3ReleaseStoreOptions {
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly bucketName: string;
  /** SSM parameter that says which release new builds run. */
  readonly parameterName: string;
  /** Whether the deployed poller understands a release that is named with its bucket; an older one reads hashes alone. */
  readonly pollerReadsBucket: boolean;
  /** Account that must own the bucket; S3 refuses every request when another does. */
  readonly account?: string | undefined;
}

/** Makes the store of releases in the artifacts bucket. Its methods throw SETUP_INCOMPLETE (no bucket, no rights, not
 *  signed in) and RELEASE_INVALID. */
export function createS3ReleaseStore(options: S3ReleaseStoreOptions): ReleaseStore {
  const { ssm, bucketName, parameterName } = options;
  return {
    put: (hash, zip) => put({ hash, zip }, options),
    has: (hash) => has(hash, options),
    list: () => list(options),
    current: createReadRelease(ssm, { name: parameterName, bucketName }),
    async setCurrent(hash) {
      const what = `The SSM parameter ${parameterName} could not be set to a release of ${bucketName}.`;
      const command = new PutParameterCommand({
        Name: parameterName,
        Value: formatChosenRelease({ hash, bucket: options.pollerReadsBucket ? bucketName : null }),
        Type: 'String',
        Overwrite: true,
        Description: 'Bucket and content hash of the release that new builds of the Kiro worker run',
      });
      await attempt(what, () => ssm.send(command));
    },
  };
}

async function put(release: { hash: string; zip: Uint8Array }, options: S3ReleaseStoreOptions): Promise<void> {
  const { s3, bucketName } = options;
  const { hash, zip } = release;
  const command = new PutObjectCommand({
    ...placeOf(options),
    Key: releaseKey(hash),
    Body: zip,
    ContentType: 'application/zip',
    ChecksumSHA256: createHash('sha256').update(zip).digest('base64'),
    // A release never changes: whoever was faster stored the same content.
    IfNoneMatch: '*',
  });
  await attempt(`The release ${hash} could not be stored in ${bucketName}.`, async () => {
    try {
      await s3.send(command);
    } catch (error) {
      if (httpStatusOf(error) !== 412) throw error;
    }
  });
}

async function has(hash: string, options: S3ReleaseStoreOptions): Promise<boolean> {
  const { s3, bucketName } = options;
  return attempt(`${bucketName} did not say whether it contains the release ${hash}.`, async () => {
    try {
      await s3.send(new HeadObjectCommand({ ...placeOf(options), Key: releaseKey(hash) }));
      return true;
    } catch (error) {
      if (httpStatusOf(error) === 404) return false;
      throw error;
    }
  });
}

async function list(options: S3ReleaseStoreOptions): Promise<StoredRelease[]> {
  const { s3, bucketName } = options;
  const releases: StoredRelease[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      ...placeOf(options),
      Prefix: CODE_PREFIXES.releases,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await attempt(`The releases in ${bucketName} could not be listed.`, () => s3.send(command));
    for (const { Key, LastModified, Size } of page.Contents ?? []) {
      const hash = releaseHashOf(Key ?? '');
      if (hash !== null) releases.push({ hash, publishedAtMs: LastModified?.getTime() ?? 0, sizeBytes: Size ?? 0 });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return releases.sort((a, b) => b.publishedAtMs - a.publishedAtMs || (a.hash < b.hash ? -1 : 1));
}

function placeOf({ bucketName, account }: S3ReleaseStoreOptions) {
  return { Bucket: bucketName, ...(account === undefined ? {} : { ExpectedBucketOwner: account }) };
}

async function attempt<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw releaseFailure(what, error);
  }
}
