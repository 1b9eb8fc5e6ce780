import { composeSandbox, composeSandboxBase, composeStacks } from '../compose.ts';
import type { EnvironmentConfig } from '../environments/config.ts';
import { STACK_IDS, type StackId, stackName } from '../stack-names.ts';
import { stackParameters, stackTags } from './samconfig.ts';

/** Returns every stack of an environment in the order of deployment, with the parameters and tags that samconfig.toml gives it. An
 *  environment that is not among `environments` is the one for a trial: one stack, whose base makes the bucket of its code. */
export function stacksToDeploy(environments: Readonly<Record<string, EnvironmentConfig>>, config: EnvironmentConfig) {
  if (!Object.hasOwn(environments, config.environment)) return [sandboxToDeploy(config)];
  const templates = composeStacks(environments);
  return STACK_IDS.map((id: StackId) => ({
    id,
    stackName: stackName(config.stackPrefix, id),
    template: templates[id],
    parameters: stackParameters(config, templates[id]),
    tags: stackTags(config),
  }));
}

function sandboxToDeploy(config: EnvironmentConfig) {
  const [template, base] = [composeSandbox(config), composeSandboxBase(config)];
  return {
    id: 'Sandbox' as const,
    stackName: config.stackPrefix,
    template,
    parameters: stackParameters(config, template),
    tags: stackTags(config),
    base: { template: base, parameters: stackParameters(config, base) },
  };
}
