import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import { checkArtifactPath } from '../../core/report/artifact-path.ts';

/** Stores a run's files in the artifacts bucket; the bucket encrypts them with its own key. */
export function createS3Artifacts(request: { client: S3Client; bucketName: string; prefix: string }): ArtifactStore {
  const { client, bucketName, prefix } = request;
  return {
    location: `s3://${bucketName}/${prefix}/`,
    async put(name, content) {
      const key = `${prefix}/${checkArtifactPath(name)}`;
      try {
        await client.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body: content }));
      } catch (error) {
        throw new WorkerError({
          code: 'ARTIFACT_NOT_STORED',
          what: `${key} could not be stored in ${bucketName}.`,
          why: errorMessage(error),
          remedy: 'Check that the role may write there and use the key of the bucket; the stacks grant both.',
          cause: error,
        });
      }
      return `s3://${bucketName}/${key}`;
    },
  };
}
