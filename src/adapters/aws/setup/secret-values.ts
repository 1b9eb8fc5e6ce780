import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { WorkerError } from '../../../core/errors.ts';
import type { SecretValues } from '../../../core/ports/setup/settings-store.ts';
import { attempt } from '../aws-failure.ts';
import { CURRENT, describeSecret, versionWith } from './secret-versions.ts';

const PENDING = 'AWSPENDING';

/** Reads and replaces the values of secrets in Secrets Manager. */
export function createSecretValues(client: SecretsManagerClient): SecretValues {
  return {
    async describe(name) {
      const described = await describeSecret(client, name);
      if (described === null) return { exists: false, isSet: false, changedAtMs: null };
      // Some emulators put an empty text into a new secret, and people may have done so by hand.
      const isSet = versionWith(described, CURRENT) !== null && (await read(client, { name })) !== null;
      return { exists: true, isSet, changedAtMs: described.LastChangedDate?.getTime() ?? null };
    },
    read: (name) => read(client, { name }),
    replace: (name, value) => replace(client, { name, value }),
  };
}

async function replace(client: SecretsManagerClient, { name, value }: { name: string; value: string }): Promise<void> {
  const described = await describeSecret(client, name);
  if (described === null) throw noSuchSecret(name);
  const put = await attempt(`The secret ${name} could not be written; its value stays as it was.`, () =>
    client.send(
      new PutSecretValueCommand({
        SecretId: name,
        SecretString: value,
        VersionStages: [PENDING],
        ClientRequestToken: randomUUID(),
      }),
    ),
  );
  // The first version of a secret is in use at once.
  if (put.VersionStages?.includes(CURRENT)) return;
  const kept = `The new value of the secret ${name} could not be put in use; the earlier one is.`;
  await attempt(kept, async () => {
    if ((await read(client, { name, version: put.VersionId })) !== value)
      throw new Error('AWS gives back another value than was stored');
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: name,
        VersionStage: CURRENT,
        MoveToVersionId: put.VersionId,
        RemoveFromVersionId: versionWith(described, CURRENT) ?? undefined,
      }),
    );
  });
}

/** Null where there is no value, or an empty one. */
async function read(
  client: SecretsManagerClient,
  { name, version }: { name: string; version?: string | undefined },
): Promise<string | null> {
  return attempt(`The secret ${name} could not be read.`, async () => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name, VersionId: version }));
      return SecretString?.trim() ? SecretString : null;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  });
}

function noSuchSecret(name: string): WorkerError {
  return new WorkerError({
    code: 'SECRET_MISSING',
    what: `There is no secret ${name}.`,
    remedy:
      'Deploy the stacks of this environment first: npx kiro-worker deploy (agent-key: with agentKey: true in src/stacks/environments.ts)',
  });
}
