import { findCaller } from '../../../src/adapters/aws/caller-account.ts';
import { createAlertSubscriptions } from '../../../src/adapters/aws/setup/alert-subscriptions.ts';
import { createProjectConfigParameter } from '../../../src/adapters/aws/setup/project-config-parameter.ts';
import { createSecretValues } from '../../../src/adapters/aws/setup/secret-values.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type {
  AlertSubscriptions,
  ProjectConfigStore,
  SecretValues,
} from '../../../src/core/ports/setup/settings-store.ts';
import type { SecretSetting } from '../../../src/core/setup/secret-input.ts';
import type { DeployedPlace } from '../deployed-place.ts';

/** Where what people fill in is kept, in a deployed environment. */
export interface SetupPlace {
  readonly environment: string;
  readonly secrets: SecretValues;
  readonly nameOf: (setting: SecretSetting) => string;
  readonly project: ProjectConfigStore;
  readonly alerts: AlertSubscriptions;
}

/** Opens it with the clients of the environment. Throws AWS_REQUEST_FAILED. */
export async function openSetupPlace({
  settings,
  clients,
}: Pick<DeployedPlace, 'settings' | 'clients'>): Promise<SetupPlace> {
  const { environment, region } = settings;
  const names = resourceNames(environment);
  const { account, arn } = await findCaller(await clients.sts());
  const [, partition = 'aws'] = arn.split(':');
  return {
    environment,
    secrets: createSecretValues(await clients.secrets()),
    nameOf: (setting) => secretName(setting, environment),
    project: createProjectConfigParameter({ client: await clients.ssm(), environment }),
    alerts: createAlertSubscriptions({
      client: await clients.sns(),
      topicArn: `arn:${partition}:sns:${region}:${account}:${names.alertTopic}`,
    }),
  };
}

/** Returns the name of a secret in Secrets Manager. */
export function secretName(setting: SecretSetting, environment: string): string {
  const names = resourceNames(environment);
  const byName = {
    'github-token': names.githubTokenSecret,
    'git-credentials': names.gitCredentialsSecret,
    'kiro-api-key': names.kiroApiKeySecret,
    'agent-key': names.agentKeySecret,
  };
  return byName[setting];
}
