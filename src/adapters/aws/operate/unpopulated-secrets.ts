import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { attempt } from '../aws-failure.ts';

/** Returns those of the secrets that exist without a value: a secret made by a stack has no version until somebody writes one. No value
 *  is read. Throws AWS_REQUEST_FAILED. */
export async function unpopulatedSecrets(client: SecretsManagerClient, names: readonly string[]): Promise<string[]> {
  const empty = await Promise.all(names.map((name) => isEmpty(client, name)));
  return names.filter((_, index) => empty[index]);
}

async function isEmpty(client: SecretsManagerClient, name: string): Promise<boolean> {
  return attempt(`Secrets Manager did not describe the secret ${name}.`, async () => {
    try {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: name }));
      return !Object.values(VersionIdsToStages).some((stages) => stages.includes('AWSCURRENT'));
    } catch (error) {
      // Its stack does not stand yet.
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  });
}
