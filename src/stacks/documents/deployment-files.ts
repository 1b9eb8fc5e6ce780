import { toYaml } from '../cfn/plain.ts';
import { composeStacks } from '../compose.ts';
import type { EnvironmentConfig } from '../environments/config.ts';
import { settingsOf } from '../environments/settings.ts';
import { STACK_IDS, stackName } from '../stack-names.ts';
import { stackParameters, stackTags } from './samconfig.ts';

/** Returns what one environment would deploy, as file name => content: template and parameters of each stack, and
 *  deployment.json with the stacks in order and the settings of this environment. */
export function deploymentFiles(
  environments: Readonly<Record<string, EnvironmentConfig>>,
  config: EnvironmentConfig,
): Record<string, string> {
  const templates = composeStacks(environments);
  const files: Record<string, string> = {};
  for (const id of STACK_IDS) {
    const name = stackName(config.stackPrefix, id);
    files[`${name}.yaml`] = toYaml(templates[id], '');
    files[`${name}.parameters.json`] = toJson(
      Object.entries(stackParameters(config, templates[id])).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    );
  }
  files['deployment.json'] = toJson({
    environment: config.environment,
    account: config.account ?? null,
    region: config.region,
    stacks: STACK_IDS.map((id) => stackName(config.stackPrefix, id)),
    tags: stackTags(config),
    settings: settingsOf(config),
  });
  return files;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
