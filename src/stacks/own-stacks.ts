import type { EnvironmentConfig } from './environments/config.ts';
import { SANDBOX } from './environments.ts';
import { STACK_IDS, stackName } from './stack-names.ts';

/** Returns the names of an environment's stacks in the order of deployment; the environment for a trial is one stack. */
export function ownStacks({ environment, stackPrefix }: EnvironmentConfig): string[] {
  return environment === SANDBOX.environment ? [stackPrefix] : STACK_IDS.map((id) => stackName(stackPrefix, id));
}
