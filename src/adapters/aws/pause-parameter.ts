import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { WorkerError } from '../../core/errors.ts';
import { resourceNames } from '../../core/names.ts';
import { formatPause, type Pause, parsePause } from '../../core/pause.ts';
import type { PauseSwitch } from '../../core/ports/pause-switch.ts';
import { awsFailure } from './aws-failure.ts';

interface Place {
  readonly client: SSMClient;
  readonly environment: string;
  /** The account that the environment belongs to, where that is known. */
  readonly account: string | undefined;
}

/** Returns the switch in the SSM parameter `/kiro-worker/{environment}/paused`, which exists only while polls are paused. */
export function createPauseParameter(place: Place): PauseSwitch {
  const { client, environment } = place;
  const name = resourceNames(environment).pausedParameter;
  const read = async () => parsePause((await getParameter(client, name))?.Value ?? '');

  async function put(pause: Pause, isOverwriting: boolean): Promise<boolean> {
    const Description = 'While this exists, polls of the Kiro worker start nothing.';
    const input = {
      Name: name,
      Value: formatPause(pause),
      Type: 'String',
      Overwrite: isOverwriting,
      Description,
    } as const;
    try {
      await client.send(new PutParameterCommand(input));
      return true;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return false;
      throw awsFailure(`The SSM parameter ${name} could not be written.`, error);
    }
  }

  return {
    read,
    assertDeployed: () => assertDeployed(place),
    async set(pause) {
      if (await put(pause, false)) return pause;
      const found = await read();
      if (found !== null) return found;
      // It is there without saying anything, or was deleted a moment ago.
      await put(pause, true);
      return pause;
    },
    async clear() {
      try {
        await client.send(new DeleteParameterCommand({ Name: name }));
      } catch (error) {
        if (error instanceof ParameterNotFound) return;
        throw awsFailure(`The SSM parameter ${name} could not be deleted.`, error);
      }
    },
  };
}

/** The project configuration is there from the first deployment on, and its ARN names the account. */
async function assertDeployed({ client, environment, account }: Place): Promise<void> {
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

async function getParameter(client: SSMClient, name: string) {
  try {
    return (await client.send(new GetParameterCommand({ Name: name }))).Parameter ?? null;
  } catch (error) {
    if (error instanceof ParameterNotFound) return null;
    throw awsFailure(`The SSM parameter ${name} could not be read.`, error);
  }
}
