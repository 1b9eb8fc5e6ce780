import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { findArtifactsBucket } from '../../src/adapters/aws/artifacts-bucket.ts';
import { readsBucketOfRelease } from '../../src/adapters/aws/poller-function.ts';
import { requestLimits } from '../../src/adapters/aws/request-limits.ts';
import { createS3ReleaseStore } from '../../src/adapters/aws/s3-release-store.ts';
import { WorkerError } from '../../src/core/errors.ts';
import { ENV, resourceNames } from '../../src/core/names.ts';
import type { ReleaseStore } from '../../src/core/ports/releases.ts';
import { stackNames } from '../../src/stacks/stack-names.ts';
import { chosenEnvironment } from './chosen-environment.ts';

export interface ReleaseOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  /** Default: ARTIFACTS_BUCKET_NAME, else the bucket that the build project takes its source from. */
  readonly bucket?: string;
  readonly json?: boolean;
}

export interface ReleasePlace {
  readonly environment: string;
  readonly bucketName: string;
  readonly store: ReleaseStore;
  close(): void;
}

/** Opens the store of an environment's releases. Throws CONFIG_INVALID for an unknown environment or the bucket of
 *  another one, SETUP_INCOMPLETE while there is no bucket. */
export async function openReleasePlace(options: ReleaseOptions, env: NodeJS.ProcessEnv): Promise<ReleasePlace> {
  const { environment, region, account } = chosenEnvironment(options.env, env);
  const { buildProject, pollerFunction, releaseParameter } = resourceNames(environment);
  const settings = { region, ...requestLimits({ requestTimeout: 60_000 }) };
  const s3 = new S3Client(settings);
  const ssm = new SSMClient(settings);
  const codeBuild = new CodeBuildClient(settings);
  const lambda = new LambdaClient(settings);
  const close = () => {
    for (const client of [s3, ssm, codeBuild, lambda]) client.destroy();
  };
  try {
    const given = options.bucket || env[ENV.artifactsBucketName];
    const bucketName = given
      ? checkBucket(given, environment)
      : await findArtifactsBucket({ client: codeBuild, projectName: buildProject });
    const pollerReadsBucket = await readsBucketOfRelease({ client: lambda, functionName: pollerFunction });
    const store = createS3ReleaseStore({
      s3,
      ssm,
      bucketName,
      parameterName: releaseParameter,
      pollerReadsBucket,
      account,
    });
    return { environment, bucketName, store, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Builds read from their own environment's bucket alone: a release in another one would make all of them fail. */
function checkBucket(name: string, environment: string): string {
  const beginning = `${stackNames(environment).artifactsBucket}-`;
  if (name.startsWith(beginning)) return name;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `${JSON.stringify(name)} is not the artifacts bucket of environment ${environment}, whose name begins with ${beginning}.`,
    remedy: `Give --bucket (or ${ENV.artifactsBucketName}) the Core stack's output ArtifactsBucketName, or omit it.`,
  });
}
