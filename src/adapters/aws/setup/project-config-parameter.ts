import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { resourceNames } from '../../../core/names.ts';
import type { ProjectConfigStore } from '../../../core/ports/setup/settings-store.ts';
import { attempt } from '../aws-failure.ts';
import { getParameter } from '../operate/get-parameter.ts';

/** Keeps the project configuration in its SSM parameter, which earlier values remain in the history of. */
export function createProjectConfigParameter(request: { client: SSMClient; environment: string }): ProjectConfigStore {
  const { client, environment } = request;
  const name = resourceNames(environment).projectConfigParameter;
  return {
    place: `the SSM parameter ${name}`,
    read: async () => (await getParameter(client, name))?.Value ?? null,
    async write(text) {
      await attempt(`The SSM parameter ${name} could not be written.`, () =>
        client.send(new PutParameterCommand({ Name: name, Value: text, Type: 'String', Overwrite: true })),
      );
    },
  };
}
