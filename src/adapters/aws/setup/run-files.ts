import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RunFiles } from '../../../core/ports/setup/run-files.ts';
import { attempt, nameOf } from '../aws-failure.ts';

/** Returns the files of builds in the artifacts bucket. */
export function createRunFiles({ client, bucketName }: { client: S3Client; bucketName: string }): RunFiles {
  return {
    read: (key) =>
      attempt(`${key} could not be read from ${bucketName}.`, async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
          if (Body === undefined) throw new Error('the answer contains no file');
          return await Body.transformToString();
        } catch (error) {
          if (nameOf(error) === 'NoSuchKey') return null;
          throw error;
        }
      }),
  };
}
