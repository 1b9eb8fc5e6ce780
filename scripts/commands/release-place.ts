import { findArtifactsBucket } from '../../src/adapters/aws/artifacts-bucket.ts';
import { operatorClients } from '../../src/adapters/aws/cli-clients.ts';
import { readsBucketOfRelease } from '../../src/adapters/aws/poller-function.ts';
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

/** Opens the store of an environment's releases. Throws ARGUMENT_INVALID for an unknown environment, CONFIG_INVALID for
 *  the bucket of another one, SETUP_INCOMPLETE while there is no bucket. */
export async function openReleasePlace(options: ReleaseOptions, env: NodeJS.ProcessEnv): Promise<ReleasePlace> {
  const { environment, region, account } = chosenEnvironment(options.env, env);
  const { buildProject, pollerFunction, releaseParameter } = resourceNames(environment);
  const clients = operatorClients({ region });
  try {
    const given = options.bucket || env[ENV.artifactsBucketName];
    const bucketName = given
      ? checkBucket(given, environment)
      : await findArtifactsBucket({ client: await clients.codeBuild(), projectName: buildProject });
    const pollerReadsBucket = await readsBucketOfRelease({
      client: await clients.lambda(),
      functionName: pollerFunction,
    });
    const store = createS3ReleaseStore({
      s3: await clients.s3(),
      ssm: await clients.ssm(),
      bucketName,
      parameterName: releaseParameter,
      pollerReadsBucket,
      account,
    });
    return { environment, bucketName, store, close: () => clients.close() };
  } catch (error) {
    clients.close();
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
