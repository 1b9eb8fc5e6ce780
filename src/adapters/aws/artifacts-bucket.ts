import { BatchGetProjectsCommand, type CodeBuildClient } from '@aws-sdk/client-codebuild';
import { WorkerError } from '../../core/errors.ts';
import { releaseFailure } from './release-failure.ts';

/** Returns the artifacts bucket of an environment: the one that its build project takes its source from. Throws
 *  SETUP_INCOMPLETE while there is no such project. */
export async function findArtifactsBucket(request: {
  readonly client: CodeBuildClient;
  readonly projectName: string;
}): Promise<string> {
  const { client, projectName } = request;
  const location = await sourceOf(client, projectName);
  const bucketName = location?.split('/')[0];
  if (bucketName) return bucketName;
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `The artifacts bucket is not known: there is no build project ${projectName} that takes its source from it.`,
    remedy:
      'Deploy the stacks first (docs/deployment.md), or name the bucket of the Core stack (its output ArtifactsBucketName): --bucket NAME',
  });
}

async function sourceOf(client: CodeBuildClient, projectName: string): Promise<string | undefined> {
  try {
    const { projects } = await client.send(new BatchGetProjectsCommand({ names: [projectName] }));
    return projects?.find(({ source }) => source?.type === 'S3')?.source?.location;
  } catch (error) {
    throw releaseFailure(`CodeBuild did not say which bucket ${projectName} takes its source from.`, error);
  }
}
