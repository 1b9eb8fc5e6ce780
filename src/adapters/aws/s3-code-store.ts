import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CodeStore } from '../../core/ports/code-store.ts';
import { httpStatusOf, releaseFailure } from './release-failure.ts';

/** Makes the store of the functions' code in the artifacts bucket. S3 refuses every request when another account than `account` owns
 *  the bucket. */
export function createS3CodeStore({
  client,
  bucketName,
  account,
  region,
}: {
  client: S3Client;
  bucketName: string;
  account: string;
  region: string;
}): CodeStore {
  const place = { Bucket: bucketName, ExpectedBucketOwner: account };
  return {
    async has(key) {
      try {
        await client.send(new HeadObjectCommand({ ...place, Key: key }));
        return true;
      } catch (error) {
        if (httpStatusOf(error) === 404) return false;
        throw releaseFailure(`${bucketName} did not say whether it contains ${key}.`, error);
      }
    },
    async put(key, bytes) {
      const ChecksumSHA256 = createHash('sha256').update(bytes).digest('base64');
      const ContentType = key.endsWith('.zip') ? 'application/zip' : 'application/yaml';
      const content = { Body: bytes, ContentType, ChecksumSHA256 };
      try {
        // Its name says its content: whoever was faster stored the same.
        await client.send(new PutObjectCommand({ ...place, Key: key, ...content, IfNoneMatch: '*' }));
      } catch (error) {
        if (httpStatusOf(error) !== 412) throw releaseFailure(`${key} could not be stored in ${bucketName}.`, error);
      }
    },
    // As `aws cloudformation package` and SAM CLI write it.
    urlOf: (key) => `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/${bucketName}/${key}`,
  };
}
