import { operatorClients } from '../../src/adapters/aws/cli-clients.ts';
import { assertDeployed } from '../../src/adapters/aws/operate/assert-deployed.ts';
import type { EnvironmentConfig } from '../../src/stacks/environments/config.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import { chosenEnvironment } from './chosen-environment.ts';

/** Where a command works: an environment that is deployed, in its region and account. */
export interface DeployedPlace {
  readonly settings: EnvironmentConfig;
  readonly clients: ReturnType<typeof operatorClients>;
  readonly progress: Progress;
}

/** Opens an environment for `work`, and closes it. Throws ARGUMENT_INVALID for an unknown environment, CONFIG_INVALID for another account than its own,
 *  SETUP_INCOMPLETE where it is not deployed, AWS_REQUEST_FAILED when AWS cannot say. */
export async function withDeployed<T>(env: string | undefined, work: (place: DeployedPlace) => Promise<T>): Promise<T> {
  const settings = chosenEnvironment(env, process.env);
  const { environment, region, account } = settings;
  const clients = operatorClients({ region });
  const progress = createProgress();
  try {
    progress.show({ phase: environment, text: `Asking AWS in ${region}` });
    await assertDeployed({ client: await clients.ssm(), environment, account });
    return await work({ settings, clients, progress });
  } finally {
    progress.stop();
    clients.close();
  }
}
