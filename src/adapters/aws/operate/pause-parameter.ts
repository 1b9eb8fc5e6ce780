import { ParameterAlreadyExists, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { resourceNames } from '../../../core/names.ts';
import { formatPause, type Pause, parsePause } from '../../../core/pause.ts';
import type { PauseSwitch } from '../../../core/ports/operate/pause-switch.ts';
import { awsFailure } from '../aws-failure.ts';
import { deleteParameter, getParameter } from './get-parameter.ts';

/** Returns the switch in the SSM parameter `/kiro-worker/{environment}/paused`, which exists only while polls are paused. */
export function createPauseParameter({ client, environment }: { client: SSMClient; environment: string }): PauseSwitch {
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
    async set(pause) {
      if (await put(pause, false)) return pause;
      const found = await read();
      if (found !== null) return found;
      // It is there without saying anything, or was deleted a moment ago.
      await put(pause, true);
      return pause;
    },
    clear: () => deleteParameter(client, name),
  };
}
