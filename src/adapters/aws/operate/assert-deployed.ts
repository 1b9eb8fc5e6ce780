import type { SSMClient } from '@aws-sdk/client-ssm';
import { WorkerError } from '../../../core/errors.ts';
import { resourceNames } from '../../../core/names.ts';
import { getParameter } from './get-parameter.ts';

interface Place {
  readonly client: SSMClient;
  readonly environment: string;
  /** The account that the environment belongs to, where that is known. */
  readonly account: string | undefined;
}

/** Returns when the environment is deployed where the client looks. Throws SETUP_INCOMPLETE when it is not, CONFIG_INVALID when
 *  this is another account than its own: an operator at night may be signed in anywhere. The project configuration is there from
 *  the first deployment on, and its ARN names the account. */
export async function assertDeployed({ client, environment, account }: Place): Promise<void> {
  const region = await client.config.region();
  const found = await getParameter(client, resourceNames(environment).projectConfigParameter);
  if (found === null)
    throw new WorkerError({
      code: 'SETUP_INCOMPLETE',
      what: `Environment ${environment} is not deployed in ${region} of the account that your credentials belong to.`,
      remedy: 'Check --env and your AWS profile, or deploy the environment first (docs/deployment.md).',
    });
  const actual = found.ARN?.split(':')[4];
  if (account === undefined || actual === undefined || actual === account) return;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Your credentials belong to account ${actual}, but environment ${environment} belongs to ${account}.`,
    why: 'src/stacks/environments.ts names the account of the environment.',
    remedy: `Sign in to account ${account}, or name another environment with --env.`,
  });
}
