import { randomUUID } from 'node:crypto';
import { findArtifactsBucket } from '../../../src/adapters/aws/artifacts-bucket.ts';
import { createCodeBuildService } from '../../../src/adapters/aws/codebuild.ts';
import { createRunFiles } from '../../../src/adapters/aws/setup/run-files.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { Check } from '../../../src/core/setup/check.ts';
import { runCheck } from '../../../src/core/setup/run-check.ts';
import { verifyBuild } from '../../../src/flows/operate/setup/verify-build.ts';
import type { VerifyPorts } from '../../../src/flows/operate/setup/verify-parts.ts';
import type { DeployedPlace } from '../deployed-place.ts';

/** Runs a self-test build in an environment, with progress. */
export async function runSelfTestBuild(
  { settings: { environment }, clients, progress }: DeployedPlace,
  { state, clock }: VerifyPorts,
): Promise<readonly Check[]> {
  return runCheck('self-test build', async () => {
    const [client, s3] = await Promise.all([clients.codeBuild(), clients.s3()]);
    const projectName = resourceNames(environment).buildProject;
    const bucketName = await findArtifactsBucket({ client, projectName });
    const builds = createCodeBuildService({ client, projectName, artifactsBucketName: bucketName });
    return verifyBuild(
      { builds, state, clock, files: createRunFiles({ client: s3, bucketName }) },
      {
        environment,
        token: `self-test-${randomUUID()}`,
        onStep: (text) => progress.show({ phase: 'self-test build', text }),
      },
    );
  });
}
