import { WorkerError } from '../../src/core/errors.ts';
import type { EnvironmentConfig } from '../../src/stacks/environments/config.ts';
import { ENVIRONMENTS, SANDBOX } from '../../src/stacks/environments.ts';

/** Returns the settings of the environment that a command is for: `name`, else DEPLOY_ENV, else test. Throws ARGUMENT_INVALID
 *  for one that environments.ts does not have. */
export function chosenEnvironment(name: string | undefined, env: NodeJS.ProcessEnv): EnvironmentConfig {
  const wanted = name || env.DEPLOY_ENV || 'test';
  const all = [...Object.values(ENVIRONMENTS), SANDBOX];
  const found = all.find(({ environment }) => environment === wanted);
  if (found !== undefined) return found;
  throw new WorkerError({
    code: 'ARGUMENT_INVALID',
    what: `There is no environment ${JSON.stringify(wanted)}.`,
    remedy: `Give --env (or DEPLOY_ENV) one of ${all.map(({ environment }) => environment).join(', ')}.`,
  });
}
