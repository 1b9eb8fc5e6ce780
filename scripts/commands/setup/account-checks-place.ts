import { randomUUID } from 'node:crypto';
import { findArtifactsBucket } from '../../../src/adapters/aws/artifacts-bucket.ts';
import { createCodeBuildService } from '../../../src/adapters/aws/codebuild.ts';
import { createAccountProbe } from '../../../src/adapters/aws/setup/account-probe.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { Check } from '../../../src/core/setup/check.ts';
import { runCheck } from '../../../src/core/setup/run-check.ts';
import { checkAccountAnswers } from '../../../src/flows/operate/setup/account-checks.ts';
import type { VerifyPorts } from '../../../src/flows/operate/setup/verify-parts.ts';
import type { DeployedPlace } from '../deployed-place.ts';

/** Tries in an environment what only its account can answer, with progress. */
export async function runAccountChecks(
  { settings, clients, progress }: DeployedPlace,
  { ports, alarm }: { ports: VerifyPorts; alarm: string },
): Promise<readonly Check[]> {
  const { environment, maxConcurrentBuilds } = settings;
  return runCheck('account', async () => {
    const [codeBuild, cloudWatch] = await Promise.all([clients.codeBuild(), clients.cloudWatch()]);
    const projectName = resourceNames(environment).buildProject;
    const artifactsBucketName = await findArtifactsBucket({ client: codeBuild, projectName });
    return checkAccountAnswers(
      {
        ...{ logs: ports.logs, clock: ports.clock },
        probe: createAccountProbe({ codeBuild, cloudWatch, projectName }),
        builds: createCodeBuildService({ client: codeBuild, projectName, artifactsBucketName }),
      },
      {
        ...{ environment, maxConcurrentBuilds, alarm },
        release: await ports.state.release(),
        token: `account-checks-${randomUUID()}`,
        onStep: (text) => progress.show({ phase: 'account checks', text }),
      },
    );
  });
}
