import { findArtifactsBucket } from '../../../src/adapters/aws/artifacts-bucket.ts';
import { findCaller } from '../../../src/adapters/aws/caller-account.ts';
import type { operatorClients } from '../../../src/adapters/aws/cli-clients.ts';
import { createAccessSimulator } from '../../../src/adapters/aws/setup/access-simulator.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { AccessTrials } from '../../../src/core/ports/setup/access.ts';
import type { Check } from '../../../src/core/setup/check.ts';
import { checkOf } from '../../../src/core/setup/run-check.ts';
import { checkPermissions } from '../../../src/flows/operate/setup/check-permissions.ts';
import { statementsOf } from '../../../src/stacks/access/policies.ts';
import type { PersonRole } from '../../../src/stacks/access/rows.ts';
import type { AccessPlace } from '../../../src/stacks/access/targets.ts';
import type { EnvironmentConfig } from '../../../src/stacks/environments/config.ts';
import { SANDBOX } from '../../../src/stacks/environments.ts';

/** Returns where the policies of an environment apply. */
export function accessPlaceOf({ environment, stackPrefix, region }: EnvironmentConfig, account: string): AccessPlace {
  const [, partition = ''] = PARTITIONS.find(([prefix]) => region.startsWith(prefix)) ?? [];
  const isOneStack = environment === SANDBOX.environment;
  return { environment, stackPrefix, region, account, partition: partition || 'aws', isOneStack };
}

const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
] as const;

/** Asks IAM what the caller lacks of the roles' policies; nothing is changed. */
export async function examineAccess(request: {
  readonly settings: EnvironmentConfig;
  readonly clients: ReturnType<typeof operatorClients>;
  readonly roles: readonly PersonRole[];
}): Promise<Check[]> {
  const { settings, clients, roles } = request;
  try {
    const caller = await findCaller(await clients.sts());
    const place = accessPlaceOf(settings, settings.account ?? caller.account);
    const needed = roles.map((role) => ({ role, statements: statementsOf(role, place) }));
    const { environment } = settings;
    return await checkPermissions(
      {
        openSimulator: async () => createAccessSimulator(await clients.iam(), caller.arn),
        openTrials: () => openTrials(clients, environment),
      },
      { needed, environment },
    );
  } catch (error) {
    return [checkOf('permissions', error)];
  }
}

/** Loaded only where IAM does not answer: they need most of the SDK. */
async function openTrials(clients: ReturnType<typeof operatorClients>, environment: string): Promise<AccessTrials> {
  const { createAccessTrials } = await import('../../../src/adapters/aws/setup/access-trials.ts');
  let name: Promise<string> | undefined;
  return createAccessTrials({
    clients,
    bucketName: () => {
      name ??= clients
        .codeBuild()
        .then((client) => findArtifactsBucket({ client, projectName: resourceNames(environment).buildProject }));
      return name;
    },
  });
}
