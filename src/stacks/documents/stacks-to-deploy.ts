import { composeStacks } from '../compose.ts';
import type { EnvironmentConfig } from '../environments/config.ts';
import { STACK_IDS, type StackId, stackName } from '../stack-names.ts';
import { stackParameters, stackTags } from './samconfig.ts';

/** Returns every stack of an environment in the order of deployment, with the parameters and tags that samconfig.toml gives it. */
export function stacksToDeploy(environments: Readonly<Record<string, EnvironmentConfig>>, config: EnvironmentConfig) {
  const templates = composeStacks(environments);
  return STACK_IDS.map((id: StackId) => ({
    id,
    stackName: stackName(config.stackPrefix, id),
    template: templates[id],
    parameters: stackParameters(config, templates[id]),
    tags: stackTags(config),
  }));
}
